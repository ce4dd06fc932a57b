"""One run from the first filing to the last reminder."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from bot.clock import system_clock
from bot.reminders.dispatcher import group_for
from bot.reminders.retrying import LONGEST_RETRY
from bot.store.interface import Store
from bot.store.sqlite import open_store
from bot.texts import Catalogs
from tests.chaos.filings import Pace, Planter
from tests.chaos.lives import End, Slot
from tests.chaos.people import People
from tests.chaos.reading import Headings
from tests.chaos.record import Record, Tracked
from tests.chaos.watch import Watch
from tests.chaos.weather import Weather, let_it_rain
from tests.emulator import BotApi

PER_SECOND = 300
"""How many messages a second the bot may send."""
GROUP = group_for(PER_SECOND)
STILL_SECONDS = LONGEST_RETRY.total_seconds() + 60
"""After so long without a change nothing more is waited for; a lease is shorter than the longest wait after faults."""
LOOK_SECONDS = 0.25
SOON = timedelta(minutes=10)
"""What is due later is not waited for: no filing has a deadline between that and three hours ahead."""
WHOLE_RUN_SECONDS = 24 * 3600.0
CHUNK = 500

_TAKEN_OVER = re.compile(rb"taken over from a process that has ended: (\d+)")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a run is under. `ends` are the kills, shared among the processes; `seed` is that of all other chance."""

    ends: Sequence[End]
    seed: int
    weather: Weather
    processes: int = 1
    pace: Pace = field(default_factory=Pace)


async def run(conditions: Conditions, catalogs: Catalogs, folder: Path) -> Record:
    """Let it all happen, with the database `bot.db` and the logs in `folder`; return what is known in the end."""
    path, seed = folder / "bot.db", conditions.seed
    began = system_clock()
    async with BotApi(deadline=WHOLE_RUN_SECONDS) as api:
        api.orders.chance = Random(f"{seed} weather").random
        watch = Watch(api, Headings(catalogs))
        people = People(watch, Random(f"{seed} people"))
        people.come()
        store = await open_store(path)
        planter = Planter(store, conditions.pace, Random(f"{seed} filings"))
        settings = {"token": api.token, "quiet_hours": "off", "messages_per_second": str(PER_SECOND)}
        slots = [
            Slot(f"process-{number}", folder, watch, planter, dict(settings), webhook=conditions.processes > 1)
            for number in range(1, conditions.processes + 1)
        ]
        try:
            let_it_rain(api, conditions.weather)
            async with _meanwhile(people.act()):
                ends = [conditions.ends[number :: len(slots)] for number in range(len(slots))]
                await asyncio.gather(*(slot.live(its) for slot, its in zip(slots, ends, strict=True)))
            await _rest(store)
            ended = system_clock()
            await asyncio.gather(*(slot.stop() for slot in slots))
            tracked = await _tracked(store)
        finally:
            await asyncio.gather(*(slot.stop() for slot in slots))
            await store.close()
        return Record(
            arrivals=tuple(watch.arrivals()),
            lives=tuple(life for slot in slots for life in slot.lives),
            tracked=tracked,
            group=GROUP,
            began=began,
            ended=ended,
            taken_over=_taken_over(folder),
            integrity=_integrity(path),
        )


@asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do endless work until the block ends; raise what it has failed with."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _rest(store: Store) -> None:
    """Wait until nothing is due or claimed, as long as there is progress; what stays so is for the judge to see."""
    seen, still = None, 0.0
    while still < STILL_SECONDS:
        due, reminders = await store.next_due(), (await store.stats()).reminders
        if (due is None or due > system_clock() + SOON) and not reminders["claimed"]:
            return
        still = still + LOOK_SECONDS if reminders == seen else 0.0
        seen = reminders
        await asyncio.sleep(LOOK_SECONDS)


async def _tracked(store: Store) -> tuple[Tracked, ...]:
    stored = sum((await store.stats()).filings.values())  # nothing is deleted, so that is the last id
    tracked: list[Tracked] = []
    for begin in range(1, stored + 1, CHUNK):
        tracked += await asyncio.gather(
            *(_one(store, filing_id) for filing_id in range(begin, min(begin + CHUNK, stored + 1)))
        )
    return tuple(tracked)


async def _one(store: Store, filing_id: int) -> Tracked:
    filing, reminders = await asyncio.gather(store.filing(filing_id), store.reminders_of(filing_id))
    assert filing is not None
    return Tracked(filing, tuple(reminders))


def _taken_over(folder: Path) -> int:
    logs: Sequence[bytes] = [path.read_bytes() for path in folder.glob("*.log")]
    return sum(int(count) for log in logs for count in _TAKEN_OVER.findall(log))


def _integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return "; ".join(text for (text,) in connection.execute("PRAGMA integrity_check"))
