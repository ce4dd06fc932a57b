"""`docs/states.md` says what the code does: its states, and every way from one to another."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

from bot.errors import FilingError
from bot.filings.filing import (
    ContactCheck,
    Filing,
    FilingState,
    cancel,
    edit_submission,
    expire,
    join_contacts,
    mark_returned,
    new_filing,
    resubmit,
    unverify,
    verify,
    wrong_entry,
)
from bot.filings.reminder import PlannedReminder, Reminder, ReminderKind, ReminderState
from bot.rules.model import Contact, FilingType
from bot.store.interface import Store
from bot.store.packing import pack
from bot.store.sqlite import open_store
from tests.dialog.talk import knowledge
from tests.store.samples import NOW, hours, notice, sample

DOC = Path(__file__).parents[2] / "docs" / "states.md"
NOTHING = "–"
Way = tuple[str, str, str]
"""From a state to a state by an operation."""


@cache
def section(title: str) -> str:
    [found] = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", DOC.read_text(), re.DOTALL | re.MULTILINE)
    return str(found)


def drawn(title: str) -> set[tuple[str, str]]:
    """Return the arrows of a section's diagram."""
    return set(re.findall(r"^ +(\S+) --> (\S+)$", section(title), re.MULTILINE))


def written(title: str) -> set[Way]:
    """Return the rows of a section's table, one for each combination that a row stands for."""
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in section(title).splitlines() if "| `" in line]
    return {
        (from_, to, operation)
        for froms, to, operations in rows
        for from_ in froms.split(", ")
        for operation in re.findall(r"`(\w+)`", operations)
    }


@pytest.mark.parametrize(("title", "states"), [("A reminder", ReminderState), ("A filing", FilingState)])
def test_the_diagram_has_the_states_of_the_code_and_the_ways_of_the_table(title: str, states: type[StrEnum]) -> None:
    arrows = drawn(title)
    assert {state for arrow in arrows for state in arrow} - {"[*]"} == {state.value for state in states}
    ways = {("[*]" if from_ == NOTHING else from_, to) for from_, to, _ in written(title)}
    assert {arrow for arrow in arrows if arrow[1] != "[*]"} == ways
    assert {from_ for from_, to in arrows if to == "[*]"} == {state.value for state in states} - {
        way[0] for way in ways
    }


# A filing: its functions, tried on every filing


def filings() -> Iterator[Filing]:
    both = (ContactCheck(Contact.ENTITY), ContactCheck(Contact.WEBSITE))
    ticked = (ContactCheck(Contact.ENTITY, NOW), ContactCheck(Contact.WEBSITE))
    for state in FilingState:
        for contacts in (both, ticked):
            closed = None if state is FilingState.WAITING else NOW
            yield replace(sample(), state=state, contacts=contacts, closed_at=closed, wrong_entries=3)


def changes(filing: Filing) -> dict[str, list[Callable[[], Filing]]]:
    rules, late = knowledge("pilot", "zh_Hans").rulebook.at_moment(NOW), filing.deadline
    return {
        "verify": [lambda: verify(filing, Contact.WEBSITE, NOW), lambda: verify(filing, None, NOW)],
        "unverify": [lambda: unverify(filing, Contact.ENTITY)],
        "join_contacts": [lambda: join_contacts(filing, NOW)],
        "wrong_entry": [lambda: wrong_entry(filing, 5, NOW), lambda: wrong_entry(filing, 4, NOW)],
        "mark_returned": [lambda: mark_returned(filing, NOW)],
        "expire": [lambda: expire(filing, NOW), lambda: expire(filing, late)],
        "cancel": [lambda: cancel(filing, NOW)],
        "edit_submission": [lambda: edit_submission(filing, rules, NOW)],
        "resubmit": [lambda: resubmit(filing, rules, NOW)],
    }


async def test_a_filing_goes_the_ways_of_the_table_and_no_others(tmp_path: Path) -> None:
    rules = knowledge("pilot", "zh_Hans").rulebook.at_moment(NOW)
    new = new_filing(rules, chat_id=1, province="gansu", filing_type=FilingType.NEW_FILING, submitted_at=NOW, now=NOW)
    found: set[Way] = {(NOTHING, new.state.value, "new_filing")}
    store = await open_store(tmp_path / "bot.db")
    for filing in filings():
        for name, tries in changes(filing).items():
            for change in tries:
                try:
                    found.add((filing.state.value, change().state.value, name))
                except FilingError:
                    continue
        tracked = await store.track_filing(filing, [])
        await store.expire_filings(filing.deadline)
        stored = await store.filing(tracked.id)
        assert stored is not None
        if stored != tracked:
            found.add((filing.state.value, stored.state.value, "expire_filings"))
    await store.close()
    assert found == written("A filing")


# A reminder: the operations of the store, tried on one in every state

LEASE = timedelta(minutes=5)
DUE = hours(2)
ELSEWHERE = -100


async def in_state(store: Store, state: ReminderState) -> tuple[Filing, Reminder]:
    """Return a filing with a reminder in a state, claimed before if need be; an ordinary one is due before it."""
    plan = [PlannedReminder(ReminderKind.SNOOZED, DUE), notice(sample())]
    filing = await store.track_filing(sample(), plan)
    [reminder, _] = await store.reminders_of(filing.id)
    if state in (ReminderState.PLANNED, ReminderState.CANCELLED):
        if state is ReminderState.CANCELLED:
            await store.update_filing(filing, cancel(filing, NOW), None)
        return filing, reminder
    [claim] = await store.claim_due(DUE, limit=1, lease_until=DUE + LEASE)
    match state:
        case ReminderState.SENT:
            await store.mark_sent(claim, DUE)
        case ReminderState.SKIPPED:
            await store.mark_skipped(claim, "for a test")
        case ReminderState.FAILED:
            await store.mark_failed(claim, "for a test", DUE)
        case _:
            pass
    return filing, claim


Operation = Callable[[Store, Filing, Reminder], Awaitable[object]]


def claimed_at(at: datetime) -> Operation:
    return lambda store, filing, reminder: store.claim_due(at, limit=9, lease_until=at + LEASE)


async def overtake(store: Store, filing: Filing, reminder: Reminder) -> None:
    """Let another reminder be due by the time at which the lease ends."""
    later = PlannedReminder(ReminderKind.BEFORE, DUE + LEASE)
    await store.replan(filing, [later], DUE)
    await store.claim_due(DUE + LEASE, limit=9, lease_until=DUE + 2 * LEASE)


OPERATIONS: list[tuple[str, Operation]] = [
    ("claim_due", claimed_at(DUE)),
    ("claim_due", claimed_at(DUE + LEASE)),
    ("claim_due", claimed_at(hours(50))),
    ("claim_due", overtake),
    ("retry_failed", lambda store, filing, reminder: store.retry_failed([reminder.id], DUE)),
    ("release", lambda store, filing, reminder: store.release(reminder, DUE, "for a test")),
    ("mark_sent", lambda store, filing, reminder: store.mark_sent(reminder, DUE)),
    ("mark_failed", lambda store, filing, reminder: store.mark_failed(reminder, "for a test", DUE)),
    ("mark_skipped", lambda store, filing, reminder: store.mark_skipped(reminder, "for a test")),
    ("expire_filings", lambda store, filing, reminder: store.expire_filings(filing.deadline)),
    ("update_filing", lambda store, filing, reminder: store.update_filing(filing, cancel(filing, NOW), None)),
    ("update_filing", lambda store, filing, reminder: store.update_filing(filing, filing, [notice(filing)])),
    ("replan", lambda store, filing, reminder: store.replan(filing, [notice(filing)], NOW)),
    (
        "snooze",
        lambda store, filing, reminder: store.snooze(filing.id, PlannedReminder(ReminderKind.SNOOZED, hours(3))),
    ),
    ("pause", lambda store, filing, reminder: store.pause(filing.chat_id, NOW)),
    ("resume", lambda store, filing, reminder: store.resume(filing.chat_id)),
    ("move_chat", lambda store, filing, reminder: store.move_chat(filing.chat_id, ELSEWHERE)),
    ("handover", lambda store, filing, reminder: store.handover(reminder)),
]


async def test_a_reminder_goes_the_ways_of_the_table_and_no_others(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "bot.db")
    found: set[Way] = set()
    for state in ReminderState:
        for name, operation in OPERATIONS:
            filing, reminder = await in_state(store, state)
            old = {each.id: each for each in await store.reminders_of(filing.id)}
            await operation(store, filing, reminder)
            new = {each.id: each for each in await store.reminders_of(filing.id)}
            before, after = old[reminder.id], new[reminder.id]
            if (before.state, before.tries) != (after.state, after.tries):
                found.add((state.value, after.state.value, name))
            if name != "claim_due":  # before which something else was planned
                found |= {(NOTHING, each.state.value, name) for each in new.values() if each.id not in old}
            for chat in (filing.chat_id, ELSEWHERE):
                await store.forget(chat)
    await store.import_filings([pack([(sample(), [notice(sample())])])])
    [imported] = await store.filings_of(sample().chat_id)
    tracked = await store.track_filing(sample(), [notice(sample())])
    for name, filing in (("import_filings", imported), ("track_filing", tracked)):
        found |= {(NOTHING, each.state.value, name) for each in await store.reminders_of(filing.id)}
    await store.close()
    assert found == written("A reminder")
