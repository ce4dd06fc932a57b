"""SQLite: what can be opened, and what is said of what cannot."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import StoreError, StoreLockedError, StoreReadOnlyError
from bot.filings.person import Person
from bot.store.sqlite import open_store
from tests.store.samples import NOW, before, sample
from tests.store.tracing import told

SHORT = timedelta(milliseconds=20)
PATIENCE = 10
"""Seconds that a test waits at most for what is sure to come."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file as another program does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


async def fill(path: Path) -> None:
    store = await open_store(path)
    await store.save_person(Person(7))
    await store.close()


async def test_the_file_and_its_folders_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where" / "bot 100%#?.db"
    store = await open_store(path)
    await store.save_person(Person(7))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys([path.name, f"{path.name}-wal", f"{path.name}-shm"], 0o600)
    await store.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def test_an_empty_file_is_an_empty_database(path: Path) -> None:
    make_empty(path)
    await fill(path)
    await fill(path)


async def test_how_the_database_is_set(path: Path) -> None:
    await fill(path)
    with raw(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict").fetchall()
    assert {name for (name,) in tables} == {"people", "conversations", "filings", "reminders"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reminders SET filing_id = 999",
        "UPDATE filings SET state = 'lost'",
        "UPDATE filings SET state = 'verified'",
        "UPDATE filings SET deadline = 'tomorrow'",
        "UPDATE reminders SET state = 'lost'",
        "UPDATE reminders SET ready_at = NULL",
        "UPDATE reminders SET state = 'sent', ready_at = NULL",
        "UPDATE reminders SET silent = 2",
        "UPDATE people SET quiet_starts = '22:00'",
    ],
)
async def test_the_schema_refuses_what_must_not_be(path: Path, change: str) -> None:
    store = await open_store(path)
    await store.save_person(Person(1))
    await store.track_filing(sample(), before(1))
    await store.close()
    with raw(path) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(change)


def make_empty(path: Path) -> None:
    path.touch()


def make_folder(path: Path) -> None:
    path.mkdir()


def make_text(path: Path) -> None:
    path.write_text("This is not a database, however long it may be. " * 50)


def make_other_programs(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER)")


def make_parent_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file where a folder is expected")


def make_dangling_link(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


def make_device(path: Path) -> None:
    path.symlink_to("/dev/null")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (make_folder, "is a folder"),
        (make_text, "is not a SQLite database"),
        (make_other_programs, "belongs to another program"),
        (make_parent_a_file, "cannot be used"),
        (make_dangling_link, "cannot be used: No such file"),
        (make_device, "not a regular file"),
    ],
)
async def test_what_is_no_database_of_ours_is_refused(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    path = tmp_path / "folder" / "bot.db"
    path.parent.mkdir()
    make(path)
    content = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=said) as raised:
        await open_store(path)
    assert str(path) in str(raised.value)
    assert content == (path.read_bytes() if path.is_file() else None)


async def test_a_damaged_database_is_refused(path: Path) -> None:
    await fill(path)
    damage(path)
    with pytest.raises(StoreError, match="is damaged"):
        await open_store(path)


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[200:4000] = b"\xff" * 3800
    path.write_bytes(content)


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """Make a file or folder unwritable even for root, for whom its mode does not count."""
    if os.geteuid():
        mode = path.stat().st_mode
        path.chmod(mode & ~0o222)
        yield
        path.chmod(mode)
        return
    chattr = shutil.which("chattr")
    if not chattr or subprocess.run([chattr, "+i", path], capture_output=True, check=False).returncode:
        pytest.skip("root writes everywhere, and this file system knows no immutable files")
    try:
        yield
    finally:
        subprocess.run([chattr, "-i", path], check=True)


async def test_a_read_only_file_is_refused(path: Path) -> None:
    await fill(path)
    with read_only(path), pytest.raises(StoreReadOnlyError, match=r"bot\.db cannot be written.*permission"):
        await open_store(path)
    await fill(path)


async def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "bot.db"
    path.parent.mkdir()
    with read_only(path.parent), pytest.raises(StoreReadOnlyError, match="cannot be written"):
        await open_store(path)
    await fill(path)
    with read_only(path.parent), pytest.raises(StoreReadOnlyError, match=r"folder cannot be written.*permission"):
        await open_store(path)


async def test_a_locked_database_is_waited_for_and_then_refused(path: Path) -> None:
    await fill(path)
    with raw(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLockedError, match="locked by another process"):
            await open_store(path, busy_timeout=SHORT)
        with told("BEGIN IMMEDIATE") as begun:
            opening = asyncio.create_task(open_store(path))
            await asyncio.to_thread(begun.wait, PATIENCE)
        connection.execute("COMMIT")
        store = await opening
    assert await store.person(7) == Person(7)
    await store.close()


async def test_a_new_database_that_another_process_is_making_is_waited_for(path: Path) -> None:
    make_empty(path)
    with raw(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with told("BEGIN EXCLUSIVE") as begun:
            opening = asyncio.create_task(open_store(path))
            await asyncio.to_thread(begun.wait, PATIENCE)
        connection.execute("COMMIT")
        store = await opening
    assert (await store.stats()).people == 0
    await store.close()


async def test_an_exclusively_locked_database_is_refused(path: Path) -> None:
    await fill(path)
    with raw(path) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLockedError, match="locked by another process"):
            await open_store(path, busy_timeout=SHORT)


async def test_many_stores_make_one_new_database(path: Path) -> None:
    stores = await asyncio.gather(*(open_store(path) for _ in range(8)))
    for number, store in enumerate(stores):
        await store.save_person(Person(number))
    assert (await stores[0].stats()).people == 8
    await asyncio.gather(*(store.close() for store in stores))


async def test_an_opening_that_is_given_up_leaves_nothing_open(path: Path) -> None:
    await fill(path)
    with raw(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with told("BEGIN IMMEDIATE") as begun:
            opening = asyncio.create_task(open_store(path, busy_timeout=SHORT))
            await asyncio.to_thread(begun.wait, PATIENCE)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        connection.execute("COMMIT")
    assert not path.with_name("bot.db-wal").exists()


async def test_a_backup_is_a_whole_database_of_the_owners_alone(path: Path) -> None:
    store = await open_store(path)
    filing = await store.track_filing(sample(), before(1))
    copy = path.with_name("copy.db")
    await store.backup(copy)
    await store.save_person(Person(7, seen_at=NOW))
    await store.close()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(file.name for file in path.parent.iterdir()) == ["bot.db", "copy.db"]
    restored = await open_store(copy)
    assert await restored.filings_of(1) == [filing]
    assert await restored.person(7) is None
    await restored.close()


async def test_a_backup_overwrites_nothing(path: Path) -> None:
    store = await open_store(path)
    taken = path.with_name("copy.db")
    taken.write_text("something else")
    with pytest.raises(StoreError, match="exists already"):
        await store.backup(str(taken))
    assert taken.read_text() == "something else"
    with pytest.raises(StoreError, match="cannot be used"):
        await store.backup(path.parent / "no such folder" / "copy.db")
    await store.close()
