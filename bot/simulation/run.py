"""A simulation from its first filing to its last reminder."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.app import App, Knowledge, build
from bot.filings.filing import Filing
from bot.filings.reminder import Reminder
from bot.settings import Settings
from bot.simulation.faults import Faults
from bot.simulation.orderly import OrderlyStore
from bot.simulation.people import Bot, People
from bot.simulation.population import Population
from bot.simulation.process import Process
from bot.simulation.telegram import Arrivals, SimulatedTelegram
from bot.simulation.virtual import VirtualTime
from bot.store.interface import Store

START = datetime(2026, 11, 1, 16, tzinfo=UTC)
"""Midnight in Beijing before a Monday."""
AFTERWARDS = timedelta(hours=12)
"""So long after the last deadline what is still to be sent may take."""
DOWN = timedelta(seconds=5)
"""So long a killed process takes to be there again."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a simulation is run under; `answer_seconds` is how long Telegram takes to answer on average."""

    per_second: int
    faults: Faults
    answer_seconds: float = 0.1


@dataclass(frozen=True, slots=True)
class Meters:
    """What tells the seconds of real time, and of processor time of this process, since some moment."""

    stopwatch: Callable[[], float]
    processor: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A filing as it is stored in the end, with its reminders."""

    filing: Filing
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has happened, and what it took.

    `back`: when a chat that was blocked could be reached again. `paused`: the chats that block the bot in the end.
    `in_flight`: the reminders that were being sent when the process was killed, and may have come twice.
    """

    conditions: Conditions
    tracked: tuple[Tracked, ...]
    arrivals: Arrivals
    back: dict[int, list[datetime]]
    paused: frozenset[int]
    kills: int
    in_flight: int
    real_seconds: float
    cpu_seconds: float
    database_bytes: int


async def simulate(
    settings: Settings,
    knowledge: Knowledge,
    population: Population,
    conditions: Conditions,
    seed: int,
    meters: Meters,
) -> Outcome:
    """Let a population live; the database is in a temporary folder and goes with it. Raises `StoreError`."""
    with TemporaryDirectory(prefix="beian-bot-") as folder:
        path = Path(folder, "bot.db")
        app = await build(settings.model_copy(update={"database": path}), knowledge)
        try:
            simulation = _Simulation(app, population, conditions, seed, meters)
            began, processor_began = meters.stopwatch(), meters.processor()
            await simulation.run()
            real, processor = meters.stopwatch() - began, meters.processor() - processor_began
            tracked = await _tracked(app.store, simulation.people)
            paused = await _paused(app.store, tracked)
        finally:
            await app.close()
        return Outcome(
            conditions=conditions,
            tracked=tracked,
            arrivals=simulation.telegram.arrivals,
            back=simulation.people.back,
            paused=paused,
            kills=simulation.kills,
            in_flight=simulation.in_flight,
            real_seconds=real,
            cpu_seconds=processor,
            database_bytes=size_of(path),
        )


async def _paused(store: Store, tracked: Iterable[Tracked]) -> frozenset[int]:
    people = [await store.person(chat) for chat in {each.filing.chat_id for each in tracked}]
    return frozenset(person.chat_id for person in people if person and person.paused_since)


def size_of(database: Path) -> int:
    """Return how many bytes a closed database takes."""
    return database.stat().st_size


async def _tracked(store: Store, people: People) -> tuple[Tracked, ...]:
    tracked = []
    for filing_id in people.filings:
        filing, reminders = await asyncio.gather(store.filing(filing_id), store.reminders_of(filing_id))
        if filing:
            tracked.append(Tracked(filing, tuple(reminders)))
    return tuple(tracked)


class _Simulation:
    """Everybody in it."""

    def __init__(self, app: App, population: Population, conditions: Conditions, seed: int, meters: Meters) -> None:
        self._conditions = conditions
        self._random = Random(f"{seed} moods")  # apart from the population's, which faults must not change
        self._store = OrderlyStore(app.store)
        self._services = replace(app.services, store=self._store.as_store())
        self._begins = min(case.told_at for case in population.cases)
        self._ends = max(case.filing.deadline for case in population.cases) + AFTERWARDS
        self._time = VirtualTime(self._begins - timedelta(seconds=1), self._store.work)
        self.telegram = SimulatedTelegram(
            self._time,
            self._random,
            conditions.faults,
            conditions.per_second,
            conditions.answer_seconds,
            meters.stopwatch,
        )
        self._process = self._start()
        bot = Bot(self._services, self._note, self._reached, self._refused, self._wake)
        self.people = People(population, bot, self.telegram, self._time, conditions.faults, self._random)
        self.kills = 0
        self.in_flight = 0

    async def run(self) -> None:
        """Let everything happen."""
        living = asyncio.create_task(self.people.live())
        driver = asyncio.current_task()
        for moment in self._kills():
            await self._time.pass_until(moment)
            killed = await self._process.kill({living, *self.people.tasks, *([driver] if driver else [])})
            self.kills += 1
            self.in_flight += killed
            await self._time.pass_(DOWN)
            self._process = self._start()
        await self._time.pass_until(self._ends)
        await self._process.stop()
        left = [living, *self.people.tasks]
        for task in left:  # what people would do later changes nothing any more
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _note(self, chat_id: int, at: datetime) -> None:
        self._process.limits.note(chat_id, at)

    def _reached(self) -> None:
        self._process.dispatcher.reached()

    def _refused(self, chat_id: int, seconds: float) -> None:
        self._process.dispatcher.answer_refused(chat_id, seconds)

    def _wake(self) -> None:
        self._process.dispatcher.wake()

    def _start(self) -> Process:
        return Process(
            self._services, self._store, self.telegram, self._time, self._conditions.per_second, self._random
        )

    def _kills(self) -> list[datetime]:
        span = self._ends - AFTERWARDS - self._begins
        often = round(self._conditions.faults.kills * (span / timedelta(days=1)))
        return sorted(self._begins + self._random.random() * span for _ in range(often))
