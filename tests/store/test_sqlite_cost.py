"""SQLite: what an operation costs follows what it is about, not what is stored. Counted, not timed."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.filings.filing import Filing, cancel
from bot.filings.person import Person
from bot.filings.reminder import PlannedReminder, ReminderKind
from bot.store.interface import ConversationKey, Retry, Store
from bot.store.packing import pack
from bot.store.sqlite import open_store
from tests.store.samples import NOW, before, claim, hours, notice, sample, take_over
from tests.store.tracing import connections_prepared, statements_heard

CHAT = 1
FEW, MANY = 20, 800
KEY = ConversationKey(CHAT, CHAT)
DUE = hours(47)
"""When the filing of `CHAT` has reminders due, and no other filing has."""

Operation = Callable[[Store, Filing], Awaitable[object]]


async def end_a_claim(store: Store, end: str) -> None:
    [reminder] = await claim(store, DUE)
    match end:
        case "sent":
            assert await store.mark_sent(reminder, DUE)
        case "failed":
            assert await store.mark_failed(reminder, "gone", DUE)
        case "retried":
            assert await store.mark_failed(reminder, "gone", DUE)
            assert len(await store.failed_reminders()) == 1
            assert await store.retry_failed([reminder.id], DUE) == {reminder.id: Retry.PLANNED}
        case "released":
            assert await store.release(reminder, hours(48), "later")
        case _:
            assert await store.handover(reminder)


async def claim_and_take_over(store: Store) -> None:
    await claim(store, DUE)
    assert await take_over(store, DUE) == 1


OPERATIONS: dict[str, Operation] = {
    "open_chat": lambda store, filing: store.open_chat(KEY),
    "person": lambda store, filing: store.person(CHAT),
    "conversation": lambda store, filing: store.conversation(KEY),
    "save_person": lambda store, filing: store.save_person(Person(CHAT, locale="en")),
    "save_conversation": lambda store, filing: store.save_conversation(KEY, "record", NOW),
    "track_filing": lambda store, filing: store.track_filing(sample(CHAT), before(1, 2)),
    "filing": lambda store, filing: store.filing(filing.id),
    "filings_of": lambda store, filing: store.filings_of(CHAT),
    "open_filings": lambda store, filing: store.open_filings(limit=1),
    "update_filing": lambda store, filing: store.update_filing(filing, cancel(filing, NOW), None),
    "update_plan": lambda store, filing: store.update_filing(filing, filing, before(3)),
    "replan": lambda store, filing: store.replan(filing, before(3), NOW),
    "snooze": lambda store, filing: store.snooze(filing.id, PlannedReminder(ReminderKind.SNOOZED, NOW)),
    "reminders_of": lambda store, filing: store.reminders_of(filing.id),
    "next_due": lambda store, filing: store.next_due(),
    "claim_nothing": lambda store, filing: claim(store, NOW),
    "claim_due": lambda store, filing: claim(store, DUE),
    "take_over": lambda store, filing: claim_and_take_over(store),
    "mark_sent": lambda store, filing: end_a_claim(store, "sent"),
    "mark_failed": lambda store, filing: end_a_claim(store, "failed"),
    "retry_failed": lambda store, filing: end_a_claim(store, "retried"),
    "release": lambda store, filing: end_a_claim(store, "released"),
    "handover": lambda store, filing: end_a_claim(store, "handed over"),
    "expire_nothing": lambda store, filing: store.expire_filings(NOW),
    "expire_filings": lambda store, filing: store.expire_filings(filing.deadline),
    "delete_closed": lambda store, filing: store.delete_closed(NOW - timedelta(days=90)),
    "pause": lambda store, filing: store.pause(CHAT, NOW),
    "resume": lambda store, filing: store.resume(CHAT),
    "forget": lambda store, filing: store.forget(CHAT),
    "move_chat": lambda store, filing: store.move_chat(CHAT, -100),
}


async def fill(path: Path, others: int) -> None:
    """Store one filing of `CHAT` due at `DUE`, and so many of others that are due later, are paused or closed."""
    store = await open_store(path)
    late = [sample(chat_id, submitted=300 + chat_id % 7) for chat_id in range(100, 100 + others)]
    await store.import_filings([pack((filing, [*before(200, 210), notice(filing)]) for filing in late)])
    await store.import_filings([pack([(sample(50, submitted=300), before(1, 2))] * (others // 10))])
    await store.pause(50, NOW)
    for number in range(others // 10):
        closed = await store.track_filing(sample(60), before(1))
        await store.update_filing(closed, cancel(closed, hours(number)), None)
        await store.save_conversation(ConversationKey(number, number), "record", NOW)
    await store.track_filing(sample(CHAT), [*before(45, 46, 47), notice(sample())])
    await store.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Path]:
    """Databases by how much they hold."""
    folder = tmp_path_factory.mktemp("filled")
    paths = {others: folder / f"{others}.db" for others in (FEW, MANY)}
    for others, path in paths.items():
        asyncio.run(fill(path, others))
    return paths


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[tuple[Store, Filing]]:
    """Open a database and return it with the filing of `CHAT`."""
    store = await open_store(path)
    try:
        [filing] = await store.filings_of(CHAT)
        yield store, filing
    finally:
        await store.close()


@pytest.mark.parametrize("name", OPERATIONS)
async def test_no_statement_reads_a_whole_table(filled: Mapping[int, Path], tmp_path: Path, name: str) -> None:
    plans = await plans_of(OPERATIONS[name], copy(filled[FEW], tmp_path / "bot.db"))
    assert plans
    assert not [line for line in plans if WHOLE_TABLE.match(line)]


WHOLE_TABLE = re.compile(
    r"SCAN (people|conversations|filings|reminders)\b"
    r"(?! USING (COVERING )?INDEX (filings_open|reminders_failed))"
)
"""Also a scan of an index, but for that of the open filings by deadline, which is left after the first, and that of
what has failed, which holds nothing else."""


async def test_claims_are_found_by_the_index_of_what_is_ready_alone(filled: Mapping[int, Path], tmp_path: Path) -> None:
    plans = await plans_of(OPERATIONS["claim_due"], copy(filled[FEW], tmp_path / "claim.db"))
    assert "SEARCH reminders USING COVERING INDEX reminders_ready (ready_at>? AND ready_at<?)" in plans
    plans = await plans_of(OPERATIONS["next_due"], copy(filled[FEW], tmp_path / "next.db"))
    assert "SEARCH reminders USING COVERING INDEX reminders_ready (ready_at>?)" in plans


async def test_the_overview_is_told_by_indexes_alone(filled: Mapping[int, Path], tmp_path: Path) -> None:
    within = [timedelta(hours=2), timedelta(hours=24)]
    plans = await plans_of(lambda store, filing: store.overview(NOW, within), copy(filled[FEW], tmp_path / "bot.db"))
    assert sorted(set(plans) - {"SCAN sqlite_master"}) == [
        "SCAN filings USING INDEX filings_open",
        "SCAN people",
        "SCAN reminders USING INDEX reminders_failed",
        "SEARCH filings USING COVERING INDEX filings_closed (closed_at>?)",
        "SEARCH filings USING INDEX filings_open (deadline>? AND deadline<?)",
        "SEARCH reminders USING COVERING INDEX reminders_ready (ready_at<?)",
        "SEARCH reminders USING COVERING INDEX reminders_ready (ready_at>?)",
        "USE TEMP B-TREE FOR GROUP BY",
    ]


async def plans_of(operation: Operation, path: Path) -> list[str]:
    """Return how SQLite goes about the statements of an operation."""
    with statements_heard() as heard:
        async with opened(path) as (store, filing):
            heard.clear()
            await operation(store, filing)
            statements = [each for each in heard if each.split()[0].upper() in READING_OR_WRITING]
    with closing(sqlite3.connect(path)) as connection:
        lines = [connection.execute(f"EXPLAIN QUERY PLAN {each}").fetchall() for each in statements]
    return [row[3] for rows in lines for row in rows] or ["nothing is searched"]


READING_OR_WRITING = {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE"}


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_takes_as_many_steps_however_much_is_stored(
    filled: Mapping[int, Path], tmp_path: Path, name: str
) -> None:
    few = await steps_of(OPERATIONS[name], copy(filled[FEW], tmp_path / "few.db"))
    many = await steps_of(OPERATIONS[name], copy(filled[MANY], tmp_path / "many.db"))
    assert 0 < many <= few * 1.5


async def steps_of(operation: Operation, path: Path) -> int:
    """Return how many steps SQLite's virtual machine takes for an operation."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    with connections_prepared(lambda connection: connection.set_progress_handler(step, 1)):
        async with opened(path) as (store, filing):
            steps = 0
            await operation(store, filing)
            return steps


def copy(database: Path, to: Path) -> Path:
    """Copy a database that is not open."""
    return Path(shutil.copy(database, to))
