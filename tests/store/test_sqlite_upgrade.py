"""SQLite: databases of earlier versions are upgraded with a copy beside them, those of later ones left alone."""

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import StoreError, StoreTooNewError
from bot.filings.person import Person
from bot.store.interface import Retry
from bot.store.migrations import migrations
from bot.store.sqlite import open_store
from tests.store.samples import NOW, before, claim, hours, sample

FIRST = "0001_people_filings_reminders"
SECOND = "0002_reminders_held"
THIRD = "0003_reminders_failed"
COPY = f"bot.db.before-{SECOND}-1"
MICROSECONDS = 1_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@contextmanager
def database(path: Path) -> Iterator[Database]:
    with closing(Database(sqlite3.connect(path, isolation_level=None))) as db:
        yield db


def make_first_version(path: Path) -> None:
    """Make a database as the first version left it: two filings with a reminder each, the second chat paused."""
    now, due = int(NOW.timestamp()) * MICROSECONDS, int(hours(1).timestamp()) * MICROSECONDS
    with database(path) as db:
        db.enable_wal()
        migrations.apply(db, stop_before=SECOND)
        for number, paused in ((1, None), (2, now)):
            db.table("people").insert({"chat_id": number, "locale": "en", "quiet_off": 0, "paused_since": paused})
            filing = {
                "id": number,
                "chat_id": number,
                "label": "example.com",
                "province": "gansu",
                "filing_type": "new_filing",
                "contacts": '{"entity": null, "website": null}',
                "submitted_at": now,
                "deadline": now + 48 * 3600 * MICROSECONDS,
                "state": "waiting",
                "created_at": now,
                "wrong_entries": 0,
                "attempt": 1,
            }
            db.table("filings").insert(filing)
            reminder = {"filing_id": number, "kind": "before", "due_at": due, "deadline": filing["deadline"]}
            db.table("reminders").insert(reminder | {"silent": 0, "state": "planned", "ready_at": due})


def contents(path: Path) -> dict[str, bytes]:
    """Return what is in the folder of the database."""
    return {file.name: file.read_bytes() for file in sorted(path.parent.iterdir())}


async def test_the_first_version_is_upgraded_with_a_copy_beside_it(path: Path) -> None:
    make_first_version(path)
    store = await open_store(path)
    assert await store.open_filings() == [replace(sample(number), id=number) for number in (1, 2)]
    assert await store.person(2) == Person(2, locale="en", paused_since=NOW)
    assert [reminder.chat_id for reminder in await claim(store, hours(1))] == [1]
    await store.resume(2)
    assert [reminder.chat_id for reminder in await claim(store, hours(1))] == [2]
    await store.close()
    assert list(contents(path)) == ["bot.db", COPY]
    with database(path.with_name(COPY)) as copy:
        assert {migration.name for migration in migrations.applied(copy)} == {FIRST}
        assert copy.table("filings").count == 2
    assert stat.S_IMODE(path.with_name(COPY).stat().st_mode) == 0o600


async def test_what_failed_before_is_listed_without_its_moment(path: Path) -> None:
    make_first_version(path)
    with database(path) as db:
        migrations.apply(db, stop_before=THIRD)
        db.execute("UPDATE reminders SET state = 'failed', ready_at = NULL, tries = 3, reason = 'gone' WHERE id = 1")
    store = await open_store(path)
    [failed] = await store.failed_reminders()
    assert (failed.reminder.id, failed.reminder.reason, failed.failed_at) == (1, "gone", None)
    assert failed.filing == replace(sample(1), id=1)
    await store.resume(2)
    [second] = await claim(store, hours(1))
    await store.mark_failed(second, "gone", hours(1))
    assert [each.reminder.id for each in await store.failed_reminders()] == [2, 1]
    assert await store.retry_failed([1], hours(2)) == {1: Retry.PLANNED}
    assert [(again.id, again.tries) for again in await claim(store, hours(2))] == [(1, 4)]
    await store.close()


async def test_what_is_up_to_date_is_not_copied(path: Path) -> None:
    for _ in range(2):
        store = await open_store(path)
        await store.close()
    assert list(contents(path)) == ["bot.db"]


async def test_an_older_copy_is_kept(path: Path) -> None:
    make_first_version(path)
    path.with_name(COPY).write_text("an older copy")
    store = await open_store(path)
    await store.close()
    assert path.with_name(COPY).read_text() == "an older copy"
    assert path.with_name(f"bot.db.before-{SECOND}-2").exists()


async def test_stores_that_open_together_upgrade_once(path: Path) -> None:
    make_first_version(path)
    stores = await asyncio.gather(*(open_store(path) for _ in range(4)))
    assert len(await stores[-1].open_filings()) == 2
    for store in stores:  # one after the other: of two that close at one instant neither may remove the log
        await store.close()
    assert list(contents(path)) == ["bot.db", COPY]


async def test_an_upgrade_that_fails_changes_nothing(path: Path) -> None:
    make_first_version(path)
    with database(path) as db:
        # A row that belongs to nothing, as a hand may leave it that did not turn on foreign keys.
        db.table("reminders").insert(
            {
                "filing_id": 99,
                "kind": "before",
                "due_at": 1,
                "deadline": 1,
                "silent": 0,
                "state": "planned",
                "ready_at": 1,
            }
        )
        before_opening = list(db.conn.iterdump())
    for _ in range(2):
        with pytest.raises(StoreError, match=f"{SECOND}, {THIRD}; it stays as it was"):
            await open_store(path)
    with database(path) as db:
        assert list(db.conn.iterdump()) == before_opening
    assert list(contents(path)) == ["bot.db"]


async def test_a_later_version_is_left_alone(path: Path) -> None:
    store = await open_store(path)
    await store.track_filing(sample(), before(1))
    await store.close()
    with database(path) as db:
        db.table("_sqlite_migrations").insert(
            {"migration_set": migrations.name, "name": "9999_from_the_future", "applied_at": ""}
        )
    content = contents(path)
    with pytest.raises(StoreTooNewError, match=r"later version.*9999_from_the_future.*install") as raised:
        await open_store(path)
    assert str(path) in str(raised.value)
    assert contents(path) == content


async def test_migrations_of_others_in_the_same_file_do_not_matter(path: Path) -> None:
    store = await open_store(path)
    await store.close()
    with database(path) as db:
        db.table("_sqlite_migrations").insert({"migration_set": "dashboard", "name": "views", "applied_at": ""})
    store = await open_store(path)
    await store.close()
