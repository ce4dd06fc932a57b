"""Databases of any size: filings with their plans, as the bot itself stores them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from bot.app import App
from bot.filings.filing import Filing
from bot.filings.person import Person
from bot.filings.reminder import PlannedReminder, ReminderKind
from bot.simulation.population import populate
from bot.store.packing import pack

CHUNK = 50_000
"""Filings in one transaction."""
SAMPLE = 10_000
"""Filings that differ in more than their chats."""
DAYS = 5
AHEAD = timedelta(days=1)
"""So long after the planting the first filing is submitted: none of its reminders is due while it is measured."""
FIRST_DUE_CHAT = 10**10
"""From here on are the chats with a reminder that is due."""
SOONEST, LATEST = timedelta(hours=6), timedelta(hours=24)
"""So long after its reminder a filing expires that is due."""


@dataclass(frozen=True, slots=True)
class Planted:
    """How many reminders are stored, and the seconds that planning and storing one took."""

    reminders: int
    planning: float
    storing: float


async def plant(app: App, filings: int, now: datetime) -> Planted:
    """Track so many open filings, submitted over some days to come.

    A sample of them is planned; the others are the same filings in other chats.
    """
    sample = list(_filings(app, min(SAMPLE, filings), now, seed=0))
    begun = time.perf_counter()
    planned = [(filing, app.services.planner.plan(filing, Person(filing.chat_id), now)) for filing in sample]
    planning = time.perf_counter() - begun
    reminders, storing = 0, 0.0
    for first in range(0, filings, CHUNK):
        batch = []
        for number in range(first, min(first + CHUNK, filings)):
            filing, plan = planned[number % SAMPLE]
            shift = number - number % SAMPLE
            chat = filing.chat_id + (shift if filing.chat_id > 0 else -shift)
            batch.append((replace(filing, chat_id=chat), plan))
        begun = time.perf_counter()
        await app.store.import_filings([pack(batch)])
        storing += time.perf_counter() - begun
        reminders += sum(len(plan) for _, plan in batch)
    return Planted(reminders, planning / sum(len(plan) for _, plan in planned), storing / reminders)


async def plant_due(
    app: App, count: int, due_at: datetime, now: datetime, first_chat: int = FIRST_DUE_CHAT
) -> dict[int, datetime]:
    """Track so many filings, each in a chat of its own and with a reminder that is due then; return their deadlines."""
    random = Random(count)
    deadlines = {}
    for first in range(0, count, CHUNK):
        batch = []
        for number, filing in enumerate(_filings(app, min(CHUNK, count - first), now, seed=first)):
            deadline = due_at + SOONEST + random.random() * (LATEST - SOONEST)
            submitted = deadline - (filing.deadline - filing.submitted_at)
            plan = PlannedReminder(ReminderKind.BEFORE, due_at), PlannedReminder(ReminderKind.EXPIRED, deadline)
            chat = first_chat + first + number
            batch.append((replace(filing, chat_id=chat, submitted_at=submitted, deadline=deadline), plan))
            deadlines[chat] = deadline
        await app.store.import_filings([pack(batch)])
    return deadlines


def _filings(app: App, count: int, now: datetime, seed: int) -> Iterator[Filing]:
    return (case.filing for case in populate(app.rulebook, count, DAYS, now + AHEAD, seed).cases)
