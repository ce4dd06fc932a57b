"""The filings that come in: planted in the database as an import does it, with reminders due in a moment."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from bot.clock import system_clock
from bot.filings.filing import Filing
from bot.filings.reminder import PlannedReminder, ReminderKind
from bot.store.interface import Store
from bot.store.packing import pack
from tests.store.samples import VALIDITY, sample

CHATS = 2000
BURST_SECONDS = 5
"""Some reminders are due together, at whole multiples of so many seconds."""
BURSTING = 0.3

Planned = tuple[Filing, Sequence[PlannedReminder]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How many filings come in for each life of a process; `gap` is how long the reminders of one are spread over.

    They are counted by lives, not by time, so that a slow machine, which starts slowly, does not drown in them.
    """

    filings: int = 40
    gap: timedelta = timedelta(seconds=60)


class Planter:
    """Makes filings, each with a label of its own and no two reminders of a kind."""

    def __init__(self, store: Store, pace: Pace, random: Random) -> None:
        self._store = store
        self._pace = pace
        self._random = random
        self._numbers = count(1)

    async def plant(self, within: timedelta) -> None:
        """Plant for one life; of each filing something is due in that time."""
        now = system_clock()
        await self._store.import_filings([pack(self._filing(now, within) for _ in range(self._pace.filings))])

    def _filing(self, now: datetime, within: timedelta) -> Planned:
        first = self._due(now, within)
        second = first + self._random.uniform(0.1, 1.0) * self._pace.gap
        far = second + timedelta(hours=self._random.randint(3, 40), minutes=self._random.randrange(60))
        match self._random.randrange(3):
            case 0:
                return self._planned(now, second, (ReminderKind.BEFORE, first))
            case 1:
                return self._planned(now, far, (ReminderKind.SMS_CHECK, first), (ReminderKind.BEFORE, second))
            case _:
                return self._planned(now, far, (ReminderKind.NOON_RESEND, first))

    def _due(self, now: datetime, within: timedelta) -> datetime:
        due = now + self._random.random() * within
        if self._random.random() >= BURSTING:
            return due
        whole = math.ceil(due.timestamp() / BURST_SECONDS) * BURST_SECONDS
        return datetime.fromtimestamp(whole, due.tzinfo)

    def _planned(self, now: datetime, deadline: datetime, *reminders: tuple[ReminderKind, datetime]) -> Planned:
        number = next(self._numbers)
        filing = replace(
            sample(1 + self._random.randrange(CHATS), label=f"f{number:06}.example"),
            submitted_at=deadline - VALIDITY,
            deadline=deadline,
            created_at=now,
        )
        return filing, tuple(self._plan(reminders, deadline))

    @staticmethod
    def _plan(reminders: Sequence[tuple[ReminderKind, datetime]], deadline: datetime) -> Iterator[PlannedReminder]:
        yield from (PlannedReminder(kind, due) for kind, due in reminders)
        yield PlannedReminder(ReminderKind.EXPIRED, deadline)
