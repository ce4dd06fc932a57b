"""The library's `JobQueue` beside the engine: jobs in memory, and in SQLite through APScheduler's job store."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.figures import JOBS_IN_MEMORY, JOBS_IN_SQLITE, RATE, RESIDENT, START, WAKE_UP, Figure, Section
from tests.benchmarks.processes import bot_process, figures_of, tell
from tests.benchmarks.sink import Sink

BOT = "tests.benchmarks.job_queue_bot"
IN_MEMORY = "-"
GRACE_SECONDS = 1
"""Of APScheduler, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """What is measured: sizes in jobs, and how many seconds each figure may take."""

    python: str
    sizes: Sequence[int]
    limit: float


async def measure(jobs: Jobs, sections: list[Section]) -> None:
    """Measure both ways of keeping jobs, and add them to `sections` as they come."""
    for title, in_memory in ((JOBS_IN_MEMORY, True), (JOBS_IN_SQLITE, False)):
        figures: list[Figure] = []
        sections.append(Section(title, figures))
        for size in jobs.sizes:
            figures += await _measure(jobs, size, in_memory=in_memory)


async def _measure(jobs: Jobs, size: int, *, in_memory: bool) -> list[Figure]:
    with TemporaryDirectory(prefix="beian-bot-") as folder:

        async def act(action: str, *more: object) -> dict[str, float]:
            database = IN_MEMORY if in_memory else str(Path(folder, f"{action}.db"))
            tell(f"JobQueue in {'memory' if in_memory else 'SQLite'}, {size:,} reminders: {action}")
            arguments = ("-m", BOT, action, database, str(size), *map(str, more))
            return await figures_of(arguments, jobs.limit, jobs.python) or {}

        planned = await act("plan")
        database = IN_MEMORY if in_memory else str(Path(folder, "plan.db"))
        started = await _start(jobs, size, database) if planned or in_memory else None
        fired = await act("fire")
        met = await act("instant")
        found = await act("down", GRACE_SECONDS) if size == jobs.sizes[0] else None
        found_late = await act("down", 0) if size == jobs.sizes[0] else None
    figures = [
        Figure("planning one more", _times(1000, planned.get("add")), "ms each", size),
        Figure(WAKE_UP, _times(1000, planned.get("look")), "ms", size),
        Figure(START, started and started[0], "s", size),
        Figure(f"{START}, processor", started and started[1], "s", size),
        Figure(RESIDENT, started and started[2], "MiB", size),
        Figure("most resident until ready", started and started[3], "MiB", size),
        Figure(RATE, fired["ran"] / fired["seconds"] if fired else None, "/s", size),
        Figure("meanwhile the event loop stood still for up to", fired.get("blocked"), "s", size),
        Figure("due at one instant: dropped", met.get("missed"), "", size),
    ]
    if found is not None and found_late is not None:
        figures += [
            Figure("due while it was down: ran", found.get("ran"), "", size),
            Figure("the same, with any lateness allowed", found_late.get("ran"), "", size),
        ]
    return figures


async def _start(jobs: Jobs, size: int, database: str) -> tuple[float, float, float, float] | None:
    """Return the seconds until it polls, those of the processor, how much is resident then, and the most that was.

    None when that is not in time.
    """
    clock = asyncio.get_running_loop().time
    async with Sink() as sink:
        begun = clock()
        arguments = ("-m", BOT, "serve", database, str(size), sink.url)
        async with bot_process(arguments, {}, jobs.python) as bot:
            try:
                seconds = await sink.wait_until_polled(jobs.limit) - begun
            except TimeoutError:
                return None
            return seconds, bot.processor_seconds(), *bot.memory()


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value
