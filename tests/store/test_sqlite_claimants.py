"""SQLite: the file beside the database by which processes know whether another one lives."""

import fcntl
import logging
import os
import stat
from pathlib import Path

import pytest

from bot.store.sqlite import open_store
from tests.store.samples import NOW, before, claim, hours, sample, states, take_over


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


async def fill(path: Path) -> None:
    """Leave a database with a claim of a process that has ended."""
    store = await open_store(path)
    await store.track_filing(sample(), before(1))
    await claim(store, hours(1))
    await store.close()


async def test_a_store_that_does_not_claim_makes_no_file(path: Path) -> None:
    await fill(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def set_mode(path: Path, mode: int) -> None:
    path.chmod(mode)


@pytest.mark.parametrize("mode", [0o600, 0o660])
async def test_the_file_stays_and_is_for_those_whom_the_database_is_for(path: Path, mode: int) -> None:
    await fill(path)
    set_mode(path, mode)
    store = await open_store(path)
    umask = os.umask(0o077)
    try:
        assert await take_over(store, hours(1)) == 1
    finally:
        os.umask(umask)
    await store.close()
    assert stat.S_IMODE(path.with_name("bot.db-claims").stat().st_mode) == mode


async def test_two_names_of_a_database_are_one(path: Path) -> None:
    await fill(path)
    other_name = path.parent / "elsewhere" / "other.db"
    other_name.parent.mkdir()
    other_name.symlink_to(path)
    store, other = await open_store(path), await open_store(other_name)
    assert await take_over(store, NOW) == 0
    [reminder] = await claim(store, hours(2))
    assert await take_over(other, hours(2)) == 0
    assert await store.mark_sent(reminder, hours(2))
    await store.close()
    await other.close()


async def test_where_no_file_can_be_made_the_lease_decides(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    await fill(path)
    path.with_name("bot.db-claims").mkdir()
    await assert_lease_decides(path, caplog)


async def test_where_files_cannot_be_locked_the_lease_decides(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(path)

    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    await assert_lease_decides(path, caplog)


async def assert_lease_decides(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = await open_store(path)
    with caplog.at_level(logging.WARNING):
        assert await take_over(store, hours(1)) == 0
    [line] = caplog.messages
    assert "bot.db-claims cannot be locked" in line
    [filing] = await store.open_filings()
    assert await states(store, filing) == ["claimed"]
    assert len(await claim(store, hours(2))) == 1
    await store.close()
