"""What the reminder engine itself costs: the real dispatcher on a real database, without a network.

In a process of its own, `python -m … DATABASE QUICK`: it prints the figures as JSON. The moments are taken where the
engine rests, that is where it calls the `sleep` that it was given, and where the last reminder is marked.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, cast

from bot.app import App, build
from bot.clock import system_clock
from bot.dialog.model import Reply
from bot.dialog.reminding import compose
from bot.filings.reminder import Reminder
from bot.reminders.delivery import Compose
from bot.reminders.dispatcher import Dispatcher, group_for
from bot.reminders.limits import Limits
from bot.settings import Settings
from bot.store.interface import Store
from tests.benchmarks.planting import FIRST_DUE_CHAT, plant_due

NO_LIMIT = 10**6
"""Messages a second: Telegram's limit is not what is measured here."""
GROUP = group_for(1000)
BURST = 100
SETTLE_SECONDS = 0.05

Cost = tuple[float, float]
"""Seconds, and those of the processor in all threads."""


@dataclass(slots=True)
class Rests:
    """A `sleep` that never ends, and tells that it has begun: the engine has done all that it could."""

    _begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, seconds: float) -> None:
        self._begun.set()
        await asyncio.get_running_loop().create_future()

    async def next(self) -> None:
        """Return when the next one begins."""
        self._begun.clear()
        await self._begun.wait()


class Marks:
    """The store, which tells when so many reminders were marked as sent."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._awaited = 0
        self._reached = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def mark_sent(self, reminder: Reminder, now: datetime) -> bool:
        marked = await self._store.mark_sent(reminder, now)
        self._awaited -= 1
        if self._awaited == 0:
            self._reached.set()
        return marked

    def expect(self, count: int) -> None:
        self._awaited = count
        self._reached.clear()

    async def reached(self) -> None:
        await self._reached.wait()


async def shortest_text(reminder: Reminder, now: datetime) -> Reply:
    """Compose as little as can be."""
    return Reply("x")


async def accept(chat_id: int, reply: Reply, *, silent: bool, paid: bool = False) -> None:
    """Send at once."""


class Engine:
    """The dispatcher at work, and what its turns cost."""

    def __init__(self, app: App, text: Compose) -> None:
        self._app = app
        self._rests = Rests()
        self._marks = Marks(app.store)
        store = cast("Store", self._marks)
        self._dispatcher = Dispatcher(
            store, text, accept, system_clock, Limits(NO_LIMIT), sleep=self._rests, group=GROUP
        )

    async def measure(self, work: Callable[["Engine"], Awaitable[Cost]], rounds: int) -> Cost:
        """Return the medians of so many rounds."""
        resting = asyncio.create_task(self._rests.next())
        running = asyncio.create_task(self._dispatcher.run())
        await resting
        costs = [await work(self) for _ in range(rounds)]
        await self._dispatcher.stop()
        await running
        seconds, processor = zip(*costs, strict=True)
        return median(seconds), median(processor)

    async def look(self) -> Cost:
        """Let it look once; nothing is due."""
        resting = asyncio.create_task(self._rests.next())
        await asyncio.sleep(0)
        begun, used = time.perf_counter(), time.process_time()
        self._dispatcher.wake()
        await resting
        return time.perf_counter() - begun, time.process_time() - used

    async def burst(self, count: int, chats: "Chats") -> Cost:
        """Let it send what has become due, until all is marked."""
        self._marks.expect(count)
        now = system_clock()
        await plant_due(self._app, count, now - timedelta(seconds=1), now, chats.take(count))
        await asyncio.sleep(SETTLE_SECONDS)
        begun, used = time.perf_counter(), time.process_time()
        self._dispatcher.wake()
        await self._marks.reached()
        cost = time.perf_counter() - begun, time.process_time() - used
        await asyncio.sleep(SETTLE_SECONDS)
        return cost


@dataclass(slots=True)
class Chats:
    """Chats that were not reminded of anything yet: a chat gets no more than one message a second."""

    _next: int = FIRST_DUE_CHAT * 2

    def take(self, count: int) -> int:
        """Return the first of so many."""
        first, self._next = self._next, self._next + count
        return first


async def measure(database: Path, *, quick: bool) -> dict[str, Cost]:
    """Measure a database in which nothing is due; afterwards it holds more filings."""
    app = await build(Settings(_env_file=None, database=database))
    text = partial(compose, app.services)
    chats = Chats()
    looks, bursts, many = (50, 3, 500) if quick else (500, 15, 5_000)
    try:
        return {
            "look": await Engine(app, shortest_text).measure(Engine.look, looks),
            "burst": await Engine(app, shortest_text).measure(lambda it: it.burst(BURST, chats), bursts),
            "burst, composed": await Engine(app, text).measure(lambda it: it.burst(BURST, chats), bursts),
            "reminder": _each(await Engine(app, shortest_text).measure(lambda it: it.burst(many, chats), 3), many),
            "reminder, composed": _each(await Engine(app, text).measure(lambda it: it.burst(many, chats), 3), many),
        }
    finally:
        await app.close()


def _each(cost: Cost, count: int) -> Cost:
    return cost[0] / count, cost[1] / count


def main() -> None:
    """Measure, and print the figures as JSON."""
    print(json.dumps(asyncio.run(measure(Path(sys.argv[1]), quick=sys.argv[2:] == ["quick"]))))


if __name__ == "__main__":
    main()
