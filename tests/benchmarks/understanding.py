"""What understanding costs: import and load, a question, memory; in a process of its own, `python -m … QUESTIONS`."""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from tests.benchmarks.processes import ROOT, timed_run

QUESTIONS = ("dev", "more", "fresh", "blind")
_NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


async def measure(runs: int) -> dict[str, float]:
    """Return the median over processes of each figure."""
    found = []
    for _ in range(runs):
        _, _, printed = await timed_run(("-m", "tests.benchmarks.understanding"))
        found.append(json.loads(printed))
    return {name: median(each[name] for each in found) for name in found[0]}


def main() -> None:
    """Measure this process, and print the figures as JSON."""
    begun = time.perf_counter()
    from bot.app import load_knowledge  # the import is measured

    imported = time.perf_counter()
    understanding = load_knowledge("pilot", "zh_Hans").understanding
    loaded = time.perf_counter()
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Shanghai")
    texts = [
        json.loads(line)["q"]
        for name in QUESTIONS
        for line in Path(ROOT, "tests", "questions", f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    for text in texts:
        understanding.read(text, _NOW, zone)
    times = []
    for text in texts:
        start = time.perf_counter()
        understanding.read(text, _NOW, zone)
        times.append(time.perf_counter() - start)
    figures = {
        "import": imported - begun,
        "load": loaded - imported,
        "question, median": median(times),
        "question, p99": quantiles(times, n=100)[98],
        "resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
