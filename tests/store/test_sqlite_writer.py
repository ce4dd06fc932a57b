"""SQLite: one thread writes in groups, reads do not wait, and nobody is told of what was not committed."""

import asyncio
import logging
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.errors import StoreError, StoreLockedError
from bot.filings.filing import FilingState
from bot.filings.person import Person
from bot.store.interface import ConversationKey
from bot.store.packing import pack
from bot.store.sqlite import SqliteStore, open_store
from tests.store.samples import NOW, before, hours, sample
from tests.store.tracing import connections_prepared, statements_heard

SECRET = "a-label-that-must-go.example"
SHORT = timedelta(milliseconds=20)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_store(path)
    yield store
    await store.close()


@contextmanager
def write_held(path: Path) -> Iterator[Callable[[], object]]:
    """Hold a transaction that writes, as another process does; calling what is given ends it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO people (chat_id, quiet_off) VALUES (99, 0)")
        yield lambda: connection.execute("COMMIT")


async def test_reads_do_not_wait_for_a_write(path: Path, store: SqliteStore) -> None:
    filing = await store.track_filing(sample(), before(1))
    with write_held(path) as end:
        write = asyncio.create_task(store.save_person(Person(1)))
        assert await store.filing(filing.id) == filing
        assert await store.open_chat(ConversationKey(1, 1)) == (None, None)
        assert await store.person(99) is None
        assert (await store.stats()).filings["waiting"] == 1
        assert not write.done()
        end()
        await write
    assert await store.person(1) == Person(1)
    assert await store.person(99) == Person(99)


async def test_resuming_who_is_not_paused_does_not_wait_for_a_write(path: Path, store: SqliteStore) -> None:
    with write_held(path) as end:
        assert await store.resume(1) is False
        end()


async def test_a_pause_that_is_under_way_is_ended_by_a_resume_that_comes_after_it(
    path: Path, store: SqliteStore
) -> None:
    with write_held(path) as end:
        pause = asyncio.create_task(store.pause(1, NOW))
        await store.person(1)
        resume = asyncio.create_task(store.resume(1))
        await store.person(1)
        end()
        await pause
        assert await resume
    assert await store.person(1) == Person(1)


async def test_a_write_that_waits_too_long_says_who_is_in_the_way(path: Path) -> None:
    store = await open_store(path, busy_timeout=SHORT)
    with write_held(path) as end:
        with pytest.raises(StoreLockedError, match="locked by another process"):
            await store.save_person(Person(1))
        end()
    await store.save_person(Person(1))
    assert await store.person(1)
    await store.close()


async def test_what_waits_is_committed_together(path: Path) -> None:
    with statements_heard() as heard:
        store = await open_store(path)
        with write_held(path) as end:
            writes = [asyncio.create_task(store.save_person(Person(number))) for number in range(50)]
            await store.person(1)
            heard.clear()
            assert not any(write.done() for write in writes)
            end()
            await asyncio.gather(*writes)
        # What the writer began with while it was locked out, and all that came after.
        assert heard.count("COMMIT") <= 2
        assert (await store.stats()).people == 51
        await store.close()


@pytest.fixture
def _threads_in_haste() -> Iterator[None]:
    """Let a thread that has been woken begin at once."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_threads_in_haste")
async def test_what_is_asked_for_at_once_is_done_at_once(path: Path) -> None:
    with statements_heard() as heard:
        store = await open_store(path)
        heard.clear()
        reads = [store.person(number) for number in range(500)]
        writes = [store.save_person(Person(number)) for number in range(500)]
        await asyncio.gather(*reads, *writes)
        assert heard.count("COMMIT") == 2
        await store.close()


async def test_one_that_fails_does_not_take_its_neighbours_down(path: Path, store: SqliteStore) -> None:
    naive = replace(sample(2), deadline=NOW.replace(tzinfo=None))
    huge = replace(sample(2), wrong_entries=2**70)
    unclosed = replace(sample(2), state=FilingState.VERIFIED)
    with write_held(path) as end:
        first = asyncio.create_task(store.save_person(Person(1)))
        bad = [
            store.import_filings(pack([each]) for each in ((sample(2), before(1)), (faulty, [])))
            for faulty in (naive, huge, unclosed)
        ]
        good = asyncio.create_task(store.track_filing(sample(3), before(1)))
        failing = asyncio.gather(*bad, return_exceptions=True)
        await store.person(1)
        end()
        await first
        errors = await failing
        tracked = await good
    assert [type(error) for error in errors] == [ValueError, OverflowError, StoreError]
    assert await store.filings_of(2) == []
    assert await store.filings_of(3) == [tracked]
    assert len(await store.reminders_of(tracked.id)) == 1


async def test_what_fails_is_not_seen_by_another_connection(path: Path, store: SqliteStore) -> None:
    filing = await store.track_filing(sample(), before(1))
    with pytest.raises(StoreError, match="CHECK"):
        await store.update_filing(filing, replace(filing, label="changed", closed_at=NOW), before(2))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT label FROM filings").fetchall() == [("example.com",)]
        assert connection.execute("SELECT state FROM reminders").fetchall() == [("planned",)]


async def test_giving_up_the_wait_does_not_undo_the_change(path: Path, store: SqliteStore) -> None:
    with write_held(path) as end:
        write = asyncio.create_task(store.save_person(Person(1)))
        await store.person(1)
        write.cancel()
        with pytest.raises(asyncio.CancelledError):
            await write
        end()
        await store.save_person(Person(2))
    assert await store.person(1) == Person(1)


async def test_what_fails_with_nobody_waiting_is_logged(
    path: Path, store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    with write_held(path) as end, caplog.at_level(logging.ERROR):
        write = asyncio.create_task(store.track_filing(replace(sample(), closed_at=NOW), []))
        await store.person(1)
        write.cancel()
        end()
        await store.save_person(Person(2))
    assert "after its caller had gone" in caplog.text


async def test_closing_finishes_what_is_queued(path: Path) -> None:
    store = await open_store(path)
    with write_held(path) as end:
        writes = [asyncio.create_task(store.save_person(Person(number))) for number in range(10)]
        await store.person(1)
        closing_twice = [asyncio.create_task(store.close()) for _ in range(2)]
        end()
        await asyncio.gather(*writes, *closing_twice)
    again = await open_store(path)
    assert (await again.stats()).people == 11
    await again.close()


async def test_a_full_disk_is_said_and_loses_nothing_that_was_told(path: Path) -> None:
    def limit(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    with connections_prepared(limit):
        store = await open_store(path)
        kept = await fill_up(store)
        with pytest.raises(StoreError, match="free some space"):
            await store.save_conversation(ConversationKey(kept, kept), "x" * 10_000, NOW)
        results = await asyncio.gather(
            *(store.save_conversation(ConversationKey(-kept, 0), "x" * 10_000, NOW) for kept in range(5)),
            return_exceptions=True,
        )
        assert {type(result) for result in results} == {StoreError}
        assert await store.conversation(ConversationKey(kept - 1, kept - 1))
        assert await store.conversation(ConversationKey(kept, kept)) is None
        await store.save_conversation(ConversationKey(0, 0), None, NOW)
        await store.save_conversation(ConversationKey(kept, kept), "x" * 5_000, NOW)
        await store.close()


async def fill_up(store: SqliteStore) -> int:
    """Save conversations until there is no room; return how many there was room for."""
    for number in count():
        try:
            await store.save_conversation(ConversationKey(number, number), "x" * 10_000, NOW)
        except StoreError:
            return number
    raise AssertionError


async def test_what_survives_a_power_failure_is_written_through(path: Path) -> None:
    with statements_heard() as heard:
        store = await open_store(path)
        heard.clear()
        await store.save_conversation(ConversationKey(1, 1), "record", NOW)
        await store.save_conversation(ConversationKey(1, 1), "record", NOW)
        await store.save_person(Person(1))
        await store.close()
    assert [each for each in heard if "synchronous" in each] == [
        "PRAGMA synchronous = NORMAL",
        "PRAGMA synchronous = FULL",
    ]


@pytest.mark.parametrize("how", ["forget", "retention"])
async def test_nothing_of_what_is_deleted_stays_in_the_files(path: Path, store: SqliteStore, how: str) -> None:
    key = ConversationKey(1, 1)
    await store.import_filings(
        [pack((sample(number, label=f"no {number}.{SECRET}"), before(1)) for number in range(1, 200))]
    )
    await store.save_conversation(key, SECRET * 1000, NOW)
    [filing] = await store.filings_of(1)
    await store.update_filing(filing, replace(filing, state=FilingState.CANCELLED, closed_at=NOW), None)
    assert remains(path, f"no 1.{SECRET}")
    if how == "forget":
        await store.forget(1)
    else:
        await store.delete_closed(hours(1))
    assert not remains(path, f"no 1.{SECRET}")
    assert not remains(path, SECRET * 10)
    assert remains(path, f"no 2.{SECRET}")


def remains(path: Path, text: str) -> bool:
    """Whether the text is in the database's file or its log."""
    files = [file for file in path.parent.iterdir() if file.name.startswith(path.name)]
    return any(text.encode() in file.read_bytes() for file in files)


async def test_the_log_is_emptied_later_where_a_reader_is_in_the_way(path: Path, store: SqliteStore) -> None:
    await store.save_conversation(ConversationKey(1, 1), SECRET, NOW)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchone()
        await store.forget(1)
        assert remains(path, SECRET)
        reader.execute("COMMIT")
    await store.save_person(Person(2))
    assert not remains(path, SECRET)


async def test_what_was_claimed_beside_a_failure_is_claimed_as_if_it_had_been_alone(
    path: Path, store: SqliteStore
) -> None:
    """What the store keeps of its search for what is due has to forget a claim that was undone."""
    await store.import_filings([pack((sample(number), before(1)) for number in range(100))])
    with write_held(path) as end:
        first = asyncio.create_task(store.save_person(Person(1)))
        claiming = asyncio.create_task(store.claim_due(hours(2), limit=4, lease_until=hours(3)))
        failing = asyncio.create_task(store.track_filing(replace(sample(), state=FilingState.VERIFIED), []))
        await store.person(1)
        end()
        await first
        claimed = await claiming
        with pytest.raises(StoreError, match="CHECK"):
            await failing
    assert [reminder.filing_id for reminder in claimed] == [1, 2, 3, 4]


async def test_an_import_beside_a_failure_is_done_once(path: Path, store: SqliteStore) -> None:
    with write_held(path) as end:
        first = asyncio.create_task(store.save_person(Person(1)))
        importing = asyncio.create_task(store.import_filings(iter([pack([(sample(number), [])]) for number in (1, 2)])))
        failing = asyncio.create_task(store.track_filing(replace(sample(), state=FilingState.VERIFIED), []))
        await store.person(1)
        end()
        await first
        assert await importing == 2
        with pytest.raises(StoreError, match="CHECK"):
            await failing
    assert len(await store.open_filings()) == 2
