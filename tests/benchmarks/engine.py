"""The reminder engine at several sizes: start, memory, a wake-up, a burst, and sending to a server."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.app import Knowledge, load_knowledge
from bot.clock import system_clock
from tests.benchmarks.figures import ENGINE, PLANNED, RATE, RESIDENT, START, WAKE_UP, Figure, Section
from tests.benchmarks.inside import BURST
from tests.benchmarks.planting import CHUNK, plant
from tests.benchmarks.processes import figures_of, tell
from tests.benchmarks.sending import START_SECONDS, USUAL_RATE, at_limit, opened, running, stream

INSIDE_SECONDS = 900.0
"""So long the measurements inside the engine may take, the planting of what becomes due included."""


@dataclass(frozen=True, slots=True)
class Work:
    """How much is measured: sizes in open filings, starts of the process, reminders due at full rate and at 30/s."""

    sizes: Sequence[int]
    starts: int
    due: int
    at_limit: int
    quick: bool = False


async def measure(work: Work, sections: list[Section]) -> None:
    """Measure all of it, and add it to `sections` as it comes.

    The databases are temporary; the last and largest serves for Telegram's limit as well.
    """
    known = load_knowledge("pilot", "zh_Hans")
    figures: list[Figure] = []
    sections.append(Section(ENGINE, figures))
    for size in work.sizes:
        with TemporaryDirectory(prefix="beian-bot-") as folder:
            database = Path(folder, "bot.db")
            tell(f"{size:,} filings: planning and storing")
            figures += await _plant(known, database, size)
            tell(f"{size:,} filings: {work.starts} starts")
            figures += await _starts(database, size, work.starts)
            tell(f"{size:,} filings: wake-ups and bursts")
            figures += await _inside(database, size, quick=work.quick)
            tell(f"{size:,} filings: {work.due:,} reminders at full rate")
            figures += await stream(known, database, size, work.due)
            if size == work.sizes[-1]:
                tell(f"{size:,} filings: {work.at_limit:,} due at one instant, at {USUAL_RATE}/s")
                sections.append(await at_limit(known, database, work.at_limit))
    figures.append(_growth(figures, work.sizes[0], work.sizes[-1]))


async def _plant(known: Knowledge, database: Path, size: int) -> list[Figure]:
    async with opened(known, database) as app:
        planted = await plant(app, size, system_clock())
    return [
        Figure(PLANNED, planted.reminders, "", size),
        Figure("planning a reminder", 1000 * planted.planning, "ms each", size),
        Figure(f"storing a reminder, up to {CHUNK:,} filings at once", 1000 * planted.storing, "ms each", size),
        Figure("database", _size_of(database) / 2**20, "MiB", size),
    ]


def _size_of(database: Path) -> int:
    return database.stat().st_size


async def _starts(database: Path, size: int, starts: int) -> list[Figure]:
    clock = asyncio.get_running_loop().time
    times, processor, memory = [], [], []
    for _ in range(starts):
        begun = clock()
        async with running(database, USUAL_RATE) as (sink, bot):
            times.append(await sink.wait_until_polled(START_SECONDS) - begun)
            processor.append(bot.processor_seconds())
            memory.append(bot.memory())
    resident, peak = (median(each) for each in zip(*memory, strict=True))
    return [
        Figure(START, median(times), "s", size, target=2.0),
        Figure(f"{START}, processor", median(processor), "s", size),
        Figure(RESIDENT, resident, "MiB", size, target=150.0),
        Figure("most resident until ready", peak, "MiB", size, target=150.0),
    ]


async def _inside(database: Path, size: int, *, quick: bool) -> list[Figure]:
    arguments = ("-m", "tests.benchmarks.inside", str(database), "quick" if quick else "full")
    costs = await figures_of(arguments, INSIDE_SECONDS, sys.executable)
    assert costs is not None, "the engine did not come to its end"
    (look, look_cpu), (burst, burst_cpu), (told, told_cpu) = (
        costs[name] for name in ("look", "burst", "burst, composed")
    )
    (bare, bare_cpu), (each, each_cpu) = (costs[name] for name in ("reminder", "reminder, composed"))
    return [
        Figure(WAKE_UP, 1000 * look, "ms", size),
        Figure(f"{WAKE_UP}, processor", 1000 * look_cpu, "ms", size),
        Figure(f"{BURST} due until marked, bare", 1000 * burst, "ms", size, target=20.0),
        Figure(f"{BURST} due until marked, bare, processor", 1000 * burst_cpu, "ms", size),
        Figure(f"{BURST} due until marked, composed", 1000 * told, "ms", size),
        Figure(f"{BURST} due until marked, composed, processor", 1000 * told_cpu, "ms", size),
        Figure(RATE, 1 / bare, "/s", size),
        Figure(f"{RATE}, processor", 1000 * bare_cpu, "ms each", size),
        Figure(f"{RATE}, composed", 1 / each, "/s", size),
        Figure(f"{RATE}, composed, processor", 1000 * each_cpu, "ms each", size),
    ]


def _growth(figures: Sequence[Figure], smallest: int, largest: int) -> Figure:
    cost = {figure.size: figure.value or 0.0 for figure in figures if figure.what == f"{WAKE_UP}, processor"}
    return Figure(f"{WAKE_UP}, processor, to the smallest", cost[largest] / cost[smallest], "x", largest, target=2.0)
