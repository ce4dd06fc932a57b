"""`python -m tests.benchmarks`: measure, print a table, keep it in bench-results/; 1 if a target is missed."""

import argparse
import asyncio
import json
import os
import platform
import sys
from dataclasses import asdict, dataclass
from statistics import median, quantiles

from bot.clock import system_clock
from tests.benchmarks import latency, terminal, understanding
from tests.benchmarks.processes import ROOT

RESULTS = ROOT / "bench-results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `target` is what `value` may be at most."""

    name: str
    value: float
    unit: str
    target: float | None = None

    @property
    def missed(self) -> bool:
        """Whether it is more than the target."""
        return self.target is not None and self.value > self.target

    def line(self) -> str:
        """Return it as a line."""
        target = (
            "" if self.target is None else f"target {self.target:g} {self.unit}: {'MISSED' if self.missed else 'met'}"
        )
        return f"{self.name:<44}{self.value:>9.3f} {self.unit:<3} {target}".rstrip()


async def measure(rounds: int, runs: int) -> list[Figure]:
    """Measure everything, the terminal first: the emulator binds this process to a core."""
    starts = await terminal.first_answer(runs)
    batches = await terminal.batch(runs)
    read = await understanding.measure(runs)
    times = await latency.measure(rounds)
    ratio = median(times.bot) / median(times.echo)
    return [
        Figure("beian-bot ask: first answer, median", median(starts), "s", 1.0),
        Figure("beian-bot ask: 1,000 questions, median", median(batches), "s", 3.0),
        Figure("import and load the knowledge, median", read["import"] + read["load"], "s", 0.5),
        Figure("understand a question, median", 1000 * read["question, median"], "ms", 2.0),
        Figure("understand a question, p99", 1000 * read["question, p99"], "ms"),
        Figure("resident while understanding", read["resident"], "MiB", 150.0),
        Figure("update to reply, bare echo bot: median", 1000 * median(times.echo), "ms"),
        Figure("update to reply, bare echo bot: p99", 1000 * p99(times.echo), "ms"),
        Figure("update to reply, this bot: median", 1000 * median(times.bot), "ms"),
        Figure("update to reply, this bot: p99", 1000 * p99(times.bot), "ms"),
        Figure("update to reply, ratio of medians", ratio, "x", 1.5),
        Figure("update to reply, ratio of p99", p99(times.bot) / p99(times.echo), "x"),
        Figure("processes bound to cores of their own", float(times.bound), ""),
    ]


def p99(times: list[float]) -> float:
    """Return what 99 of 100 stay under."""
    return quantiles(times, n=100)[98]


def keep(figures: list[Figure]) -> None:
    """Write the figures, with where and when they were measured."""
    now = system_clock()
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    record = {"at": now.isoformat(), "machine": machine, "figures": [asdict(figure) for figure in figures]}
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"kept in {file.relative_to(ROOT)}")


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=500, help="texts to each bot")
    parser.add_argument("--runs", type=int, default=5, help="runs of each command")
    given = parser.parse_args()
    figures = asyncio.run(measure(given.rounds, given.runs))
    for figure in figures:
        print(figure.line())
    keep(figures)
    return int(any(figure.missed for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
