"""`import`: the filings of a CSV file, all of them or, when one row is bad, none.

The rows go through in batches: read and planned in another process where the file is large, while the batches before
them are being stored.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import Any

from bot.app import build_planner, load_knowledge
from bot.clock import system_clock
from bot.errors import DataError
from bot.filings.person import Person
from bot.reminders.alike import Pattern, PlansOfDay
from bot.settings import Settings
from bot.store.interface import Store
from bot.store.packing import Packed, Packer, Plan, plan_of
from bot.store.sqlite import open_store
from bot.terminal.common import load
from bot.terminal.csv_rows import CsvFile, read_file
from bot.terminal.import_rows import BadRow, Row, RowReader

BATCH = 2_000
"""Rows that are read, planned and stored together."""
ALONE = 20_000
"""Up to so many lines, another process would take longer to start than to do the work."""
AHEAD = 3
"""Batches that the other process has ready, or works on, while one is being stored."""
NOBODY = Person(0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch: its good rows ready to be stored, and the bad ones."""

    packed: Packed
    bad: list[BadRow]


class Preparer:
    """Makes the rows of a file into filings with their reminders, batch by batch.

    `wishes` are the people with a zone or quiet hours of their own.
    """

    def __init__(self, settings: Settings, file: CsvFile, wishes: Mapping[int, Person], now: datetime) -> None:
        known = load_knowledge(settings.rulebook, settings.locale)
        self._planner = build_planner(settings, known)
        self._reader = RowReader(known, file.columns, now)
        self._rows = file.rows()
        self._wishes = wishes
        self._now = now
        self._plans_of_day: dict[tuple[date, timedelta], PlansOfDay] = {}
        self._packed: dict[Pattern, Plan] = {}

    def batch(self) -> Prepared | None:
        """Return the next batch, None after the last."""
        rows = list(islice(self._rows, BATCH))
        if not rows:
            return None
        packer, bad, languages = Packer(), list[BadRow](), dict[int, str]()
        for row in map(self._reader.read, rows):
            if isinstance(row, BadRow):
                bad.append(row)
                continue
            packer.add(row.chat_id, row.label, row.submitted_at, row.kind.packed, self._plan(row))
            if row.locale:
                languages.setdefault(row.chat_id, row.locale)
        return Prepared(packer.packed(languages), bad)

    def _plan(self, row: Row) -> Plan:
        """Return a filing's reminders. For people without wishes they follow from its moment alone."""
        person = self._wishes.get(row.chat_id)
        if person:
            planned = self._planner.plan(row.filing(), person, self._now)
            return plan_of((each.kind, each.due_at, each.silent) for each in planned)
        of_day = row.kind.day, row.kind.validity
        plans = self._plans_of_day.get(of_day)
        if plans is None:
            plans = self._plans_of_day[of_day] = self._planner.plans_of_day(row.filing(), NOBODY, self._now)
        pattern = plans.pattern(row.submitted_at)
        packed = self._packed.get(pattern)
        if packed is None:
            packed = self._packed[pattern] = plan_of(pattern.steps)
        return packed


@dataclass(slots=True)
class Import:
    """One import under way. `bad` fills up; `given_up` is set from another thread to have nothing stored."""

    skip_bad: bool
    bad: list[BadRow] = field(default_factory=list)
    given_up: bool = False

    def good(self, prepared: Iterable[Prepared]) -> Iterator[Packed]:
        """Yield what is to be stored; raises `DataError` where nothing shall be."""
        for batch in prepared:
            if self.given_up:
                raise DataError("the import was given up; nothing is imported")
            self.bad += batch.bad
            if self.skip_bad or not self.bad:
                yield batch.packed
        if self.bad and not self.skip_bad:
            raise DataError(f"bad rows: {len(self.bad)}; nothing is imported (--skip-bad imports the good ones)")


def main(arguments: argparse.Namespace) -> int:
    """Import the file; `DataError` when rows are bad, which without `--skip-bad` means that nothing was imported."""
    settings = load()
    content = read_file(arguments.file)
    work = Import(arguments.skip_bad)
    try:
        with _uncollected():
            imported = asyncio.run(_import(work, content, settings))
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


async def _import(work: Import, content: bytes, settings: Settings) -> int:
    """Return how many filings were imported."""
    file = CsvFile(content)  # here in any case: what is no import touches no database
    now = system_clock()
    store = await open_store(settings.database)
    try:
        wishes = await store.people_with_wishes()
        if file.lines <= ALONE or os.cpu_count() == 1:
            preparer = Preparer(settings, file, wishes, now)
            return await _stored(store, work, iter(preparer.batch, None))
        # Spawned, for a fork would take along the database's threads half-way.
        with ProcessPoolExecutor(1, get_context("spawn"), _Helper.set_up, (settings, content, wishes, now)) as helper:
            return await _stored(store, work, _batches(helper))
    finally:
        await store.close()


async def _stored(store: Store, work: Import, prepared: Iterable[Prepared]) -> int:
    """Store what is prepared, and return how many filings. After Ctrl-C, wait for what becomes of it, and say so."""
    storing = asyncio.ensure_future(store.import_filings(work.good(prepared)))
    try:
        return await asyncio.shield(storing)
    except asyncio.CancelledError:
        work.given_up = True
        await asyncio.wait([storing])
        error = storing.exception()
        if error is None:
            return storing.result()  # it came too late
        print(f"beian-bot: {error}", file=sys.stderr)
        raise


def _batches(helper: Executor) -> Iterator[Prepared]:
    """Yield what the other process prepares."""
    # It is this process that Ctrl-C ends; the other one inherits that it takes no notice.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        under_way = deque(helper.submit(_Helper.batch) for _ in range(AHEAD))
        while batch := under_way.popleft().result():
            yield batch
            under_way.append(helper.submit(_Helper.batch))
    except BrokenExecutor as error:
        raise DataError("the process that reads the rows has ended; nothing is imported") from error


class _Helper:
    """What the other process works with. Faults in the parts are told by its first batch."""

    parts: tuple[Settings, bytes, Mapping[int, Person], datetime]
    preparer: Preparer | None = None

    @classmethod
    def set_up(cls, *parts: Any) -> None:
        """Begin, in that process, and see to it that it ends with the one that it helps."""
        gc.disable()
        threading.Thread(target=_end_with_parent, daemon=True).start()
        cls.parts = parts

    @classmethod
    def batch(cls) -> Prepared | None:
        """Return the next batch, None after the last."""
        if cls.preparer is None:
            settings, content, wishes, now = cls.parts
            cls.preparer = Preparer(settings, CsvFile(content), wishes, now)
        return cls.preparer.batch()


def _end_with_parent() -> None:
    """Wait for the end of the process that this one helps, however it ends, and end too."""
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
