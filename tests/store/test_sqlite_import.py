"""SQLite: an import leaves the database as row by row would have."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.filings.filing import FilingState
from bot.store import importing
from bot.store.packing import Packed, pack
from bot.store.sqlite import open_store
from tests.store.samples import before, claim, hours, sample


def indexes(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name").fetchall()


@pytest.mark.parametrize("breaks", [False, True])
async def test_indexes_made_anew_are_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, breaks: bool
) -> None:
    path = tmp_path / "bot.db"
    store = await open_store(path)
    there = indexes(path)
    monkeypatch.setattr(importing, "LARGE", 20)

    def batches() -> Iterator[Packed]:
        for number in range(10):
            yield pack([(sample(number * 10 + each), before(1, 2)) for each in range(10)])
        if breaks:
            raise ValueError("a bad row")

    if breaks:
        with pytest.raises(ValueError, match="a bad row"):
            await store.import_filings(batches())
    else:
        assert await store.import_filings(batches()) == 100
    assert indexes(path) == there
    assert len(await claim(store, hours(2))) == (0 if breaks else 100)
    await store.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_after_one_that_failed_another_can_be_made(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "bot.db")
    unclosed = replace(sample(1), state=FilingState.VERIFIED)
    with pytest.raises(StoreError, match="CHECK"):
        await store.import_filings([pack([(sample(2), before(1))]), pack([(unclosed, [])])])
    assert await store.import_filings([pack([(sample(3), before(1))])]) == 1
    assert await store.filings_of(2) == []
    [filing] = await store.filings_of(3)
    assert [reminder.due_at for reminder in await store.reminders_of(filing.id)] == [hours(1)]
    await store.close()


async def test_what_is_stored_after_an_import_is_checked(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "bot.db")
    await store.import_filings([pack([(sample(), before(1))])])
    with pytest.raises(StoreError, match="CHECK"):
        await store.track_filing(replace(sample(), state=FilingState.VERIFIED), [])
    await store.close()
