"""`import`: the filings of a CSV file, all of them or, when one row is bad, none.

The rows go through in batches: read and planned in other processes where the file is large, while the batches before
them are being stored.
"""

import argparse
import asyncio
import gc
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any

from bot.app import build_planner, load_knowledge
from bot.clock import system_clock
from bot.errors import DataError
from bot.filings.filing import Filing
from bot.filings.person import Person
from bot.filings.reminder import PlannedReminder
from bot.settings import Settings
from bot.store.packing import Packed, pack
from bot.store.sqlite import open_store
from bot.terminal.common import load
from bot.terminal.csv_rows import CsvFile, RawRow
from bot.terminal.import_rows import BadRow, Row, RowReader

BATCH = 2_000
"""Rows that are read, planned and stored together."""
ALONE = 20_000
"""Up to so many lines, other processes would take longer to start than to do the work."""
HELPERS = 3
"""More than so many would only wait for the one that stores."""
PLANS_KEPT = 2 * 24 * 60 * 60
"""As many as a validity has seconds: in a large file many filings are of the same one."""
NOBODY = Person(0)
AHEAD = 2
"""Batches for each helper that wait to be stored."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch: its good rows ready to be stored, and the bad ones."""

    packed: Packed
    bad: list[BadRow]


class Preparer:
    """Makes rows into filings with their reminders. `wishes` are the people with a zone or quiet hours of their own."""

    def __init__(self, settings: Settings, columns: Sequence[str], wishes: Mapping[int, Person], now: datetime) -> None:
        known = load_knowledge(settings.rulebook, settings.locale)
        self._planner = build_planner(settings, known)
        self._reader = RowReader(known, columns, now)
        self._wishes = wishes
        self._now = now
        self._plans: dict[tuple[datetime, datetime], tuple[PlannedReminder, ...]] = {}

    def __call__(self, rows: Sequence[RawRow]) -> Prepared:
        """Return a batch of rows prepared."""
        read = [self._reader.read(row) for row in rows]
        good = [row for row in read if isinstance(row, Row)]
        languages: dict[int, str] = {}
        for row in good:
            if row.locale:
                languages.setdefault(row.filing.chat_id, row.locale)
        packed = pack(((row.filing, self._plan(row.filing)) for row in good), languages)
        return Prepared(packed, [row for row in read if isinstance(row, BadRow)])

    def _plan(self, filing: Filing) -> tuple[PlannedReminder, ...]:
        """Return a filing's reminders. For people without wishes they follow from its times alone."""
        person = self._wishes.get(filing.chat_id)
        if person:
            return self._planner.plan(filing, person, self._now)
        times = filing.submitted_at, filing.deadline
        plan = self._plans.get(times)
        if plan is None:
            plan = self._planner.plan(filing, NOBODY, self._now)
            if len(self._plans) < PLANS_KEPT:
                self._plans[times] = plan
        return plan


@dataclass(slots=True)
class Import:
    """One import under way. `bad` fills up; `given_up` is set from another thread to have nothing stored."""

    file: CsvFile
    skip_bad: bool
    bad: list[BadRow] = field(default_factory=list)
    given_up: bool = False

    def batches(self) -> Iterator[Sequence[RawRow]]:
        """Yield the rows of the file."""
        rows = self.file.rows()
        while batch := list(islice(rows, BATCH)):
            yield batch

    def good(self, prepared: Iterable[Prepared]) -> Iterator[Packed]:
        """Yield what is to be stored; raises `DataError` where nothing shall be."""
        for batch in prepared:
            if self.given_up:
                raise DataError("the import was given up")
            self.bad += batch.bad
            if self.skip_bad or not self.bad:
                yield batch.packed
        if self.bad and not self.skip_bad:
            raise DataError(f"bad rows: {len(self.bad)}; nothing is imported (--skip-bad imports the good ones)")


def main(arguments: argparse.Namespace) -> int:
    """Import the file; `DataError` when rows are bad, which without `--skip-bad` means that nothing was imported."""
    settings = load()
    work = Import(CsvFile.open(arguments.file), arguments.skip_bad)
    try:
        with _uncollected():
            imported = asyncio.run(_import(work, settings))
    finally:
        for row in work.bad:
            print(f"line {row.line}: {'; '.join(row.reasons)}", file=sys.stderr)
    print(f"filings imported: {imported}" + (f", bad rows skipped: {len(work.bad)}" if work.bad else ""))
    return 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Stop the garbage collector: it would look through millions of values time and again, and find nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


async def _import(work: Import, settings: Settings) -> int:
    """Return how many filings were imported."""
    now = system_clock()
    store = await open_store(settings.database)
    try:
        parts = (settings, work.file.columns, await store.people_with_wishes(), now)
        prepare = Preparer(*parts)  # here in any case, for that finds what is amiss with the settings
        helpers = min(HELPERS, os.cpu_count() or 1)
        if work.file.lines <= ALONE or helpers == 1:
            return await store.import_filings(work.good(map(prepare, work.batches())))
        # Spawned, for a fork would take along the database's threads half-way.
        with ProcessPoolExecutor(helpers, get_context("spawn"), _set_up_helper, parts) as pool:
            return await store.import_filings(work.good(_in_order(pool, work.batches(), AHEAD * helpers)))
    except asyncio.CancelledError:
        work.given_up = True
        raise
    finally:
        await store.close()


def _in_order(pool: ProcessPoolExecutor, batches: Iterable[Sequence[RawRow]], ahead: int) -> Iterator[Prepared]:
    """Yield the batches prepared, in their order, as many `ahead` being under way."""
    under_way: deque[Future[Prepared]] = deque()
    for batch in batches:
        under_way.append(pool.submit(_prepare, batch))
        if len(under_way) > ahead:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


class _Helper:
    """In a helper process: what it works with."""

    prepare: Preparer


def _set_up_helper(*parts: Any) -> None:
    gc.disable()
    _Helper.prepare = Preparer(*parts)


def _prepare(batch: Sequence[RawRow]) -> Prepared:
    return _Helper.prepare(batch)
