"""`python -m tests.benchmarks`: measure, print tables, keep them with a plot; 1 if a target is missed. Linux only."""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from subprocess import run
from tempfile import TemporaryFile
from typing import Any

from bot.clock import system_clock
from bot.terminal.output import table
from tests.benchmarks import answers, engine, job_queue, load
from tests.benchmarks.figures import Section, grid, markdown, record
from tests.benchmarks.processes import ROOT, SERVER_CORE, bind

PARTS = ("answers", "load", "engine", "jobs")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; each module says what its numbers mean."""

    rounds: int
    runs: int
    chats: int
    replies: int
    engine: engine.Work
    jobs: Sequence[int]
    job_limit: float


FULL = Plan(
    rounds=500,
    runs=5,
    chats=256,
    replies=4000,
    engine=engine.Work((10_000, 100_000, 1_000_000), starts=5, due=20_000, at_limit=10_000),
    jobs=(1_000, 10_000, 100_000),
    job_limit=240,
)
QUICK = Plan(
    rounds=50,
    runs=1,
    chats=64,
    replies=500,
    engine=engine.Work((1_000, 10_000), starts=1, due=2_000, at_limit=300, quick=True),
    jobs=(100, 1_000),
    job_limit=60,
)


async def measure(plan: Plan, parts: Sequence[str], rivals: str | None, sections: list[Section]) -> None:
    """Measure the parts, and add them to `sections`; those that need the rivals' Python are left out without one."""
    if "answers" in parts:
        sections.append(await answers.measure(plan.rounds, plan.runs))
    bind(0, SERVER_CORE)
    if "load" in parts:
        sections.append(await load.measure(plan.chats, plan.replies, min(3, plan.runs), rivals))
    if "engine" in parts:
        await engine.measure(plan.engine, sections)
    if "jobs" in parts and rivals is not None:
        await job_queue.measure(job_queue.Jobs(rivals, plan.jobs, plan.job_limit), sections)


def machine(rivals: str | None) -> dict[str, str | int | None]:
    """Return what was measured on, and with which versions."""
    own = [f"{name} {version(name)}" for name in ("python-telegram-bot", "aiohttp", "pydantic")]
    return {
        "Python": platform.python_version(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "a page reaches the disk of the temporary folder in": f"{1000 * _synchronised():.2f} ms",
        "this bot": ", ".join(own),
        "beside it": None if rivals is None else _versions(rivals),
    }


def _synchronised() -> float:
    """Return the seconds that each commit waits for the disk: the median of some."""
    times = []
    with TemporaryFile() as file:
        for _ in range(50):
            file.write(bytes(4096))
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - begun)
    return median(times)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _versions(python: str) -> str:
    names = ("aiogram", "APScheduler", "SQLAlchemy", "python-telegram-bot")
    code = f"from importlib.metadata import version; print(*(f'{{n}} {{version(n)}}' for n in {names}), sep=', ')"
    return run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def keep(results: Path, at: str, about: dict[str, Any], sections: Sequence[Section], rivals: str | None) -> None:
    """Print the results, and write them as JSON, as Markdown and, where there is a Python that can draw, as a plot."""
    for section in sections:
        headings, *rows = grid(section)
        print(table(headings, rows), end="\n\n")
    results.parent.mkdir(parents=True, exist_ok=True)
    data = results.with_suffix(".json")
    data.write_text(json.dumps(record(at, about, sections), indent=2) + "\n", encoding="utf-8")
    results.with_suffix(".md").write_text(markdown(at, about, sections), encoding="utf-8")
    if rivals is not None and any(section.sizes for section in sections):
        picture = results.with_suffix(".png")
        draw = (rivals, "-m", "tests.benchmarks.plot", str(data.resolve()), str(picture.resolve()))
        run(draw, check=True, cwd=ROOT)
    print(f"kept as {results}.*")


def _command(path: str) -> str:
    """Return the path of a program from any folder; a link stays one, for it is how a Python finds its environment."""
    return str(Path(path).absolute())


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: to see whether it works")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the parts")
    parser.add_argument("--out", type=Path, default=ROOT / "bench-results", help="the folder for the results")
    rivals = "a Python with the extra `bench`; without it no rivals and no plot"
    parser.add_argument("--rivals", metavar="PYTHON", type=_command, help=rivals)
    given = parser.parse_args()
    begun, about = system_clock(), machine(given.rivals)
    sections: list[Section] = []
    try:
        asyncio.run(measure(QUICK if given.quick else FULL, given.only, given.rivals, sections))
    finally:  # what there is by then has taken its time
        keep(given.out / f"{begun:%Y%m%dT%H%M%SZ}", f"{begun:%Y-%m-%d %H:%M} UTC", about, sections, given.rivals)
    return int(any(figure.missed for section in sections for figure in section.figures))


if __name__ == "__main__":
    sys.exit(main())
