"""`import`: the filings of a CSV file, all of them or, when one row is bad, none."""

import argparse
import asyncio
import csv
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from bot.clock import system_clock
from bot.dialog.turn import Services
from bot.errors import DataError, FilingError
from bot.filings.filing import Filing, new_filing
from bot.filings.person import Person
from bot.rules import Change, FilingType
from bot.settings import Settings
from bot.store.interface import Store
from bot.terminal.common import load
from bot.terminal.exporting import read_label
from bot.terminal.opening import opened
from bot.terminal.records import EXPORT_COLUMNS, IMPORT_COLUMNS

REQUIRED = IMPORT_COLUMNS[:4]
FUTURE_GRACE = timedelta(minutes=2)
"""A submission this far ahead is the other clock's fault."""

T = TypeVar("T")

_YES_NO: Mapping[str, bool | None] = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file: its line there, and its cells under the names of the columns."""

    line: int
    columns: Sequence[str]
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: the filing, and the locale of its chat where the row gives one."""

    filing: Filing
    locale: str | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported: its line in the file and all that is wrong with it."""

    line: int
    reasons: tuple[str, ...]


def main(arguments: argparse.Namespace) -> int:
    """Import the file; `DataError` when rows are bad, which without `--skip-bad` means that nothing was imported."""
    settings = load()
    rows = read_csv(_read(arguments.file))
    imported, bad = asyncio.run(_import(rows, arguments, settings))
    for row in bad:
        print(f"line {row.line}: {'; '.join(row.reasons)}", file=sys.stderr)
    if bad and not arguments.skip_bad:
        raise DataError(f"bad rows: {len(bad)}; nothing is imported (--skip-bad imports the good ones)")
    print(f"filings imported: {imported}" + (f", bad rows skipped: {len(bad)}" if bad else ""))
    return 0


async def _import(raw: Sequence[RawRow], arguments: argparse.Namespace, settings: Settings) -> tuple[int, list[BadRow]]:
    """Return how many filings were imported, and the bad rows."""
    now = system_clock()
    async with opened(settings) as app:
        reader = RowReader(app.services, now)
        rows = [reader.read(row) for row in raw]
        good = [row for row in rows if isinstance(row, Row)]
        bad = [row for row in rows if isinstance(row, BadRow)]
        if not good or (bad and not arguments.skip_bad):
            return 0, bad
        people = await _people(app.store, good)
        plans = [(row.filing, app.services.plan(row.filing, people[row.filing.chat_id], now)) for row in good]
        return await app.store.track_filings(plans), bad


async def _people(store: Store, rows: list[Row]) -> dict[int, Person]:
    """Return the chats' people; the locale of a row is kept for those whose language is not known yet."""
    locales: dict[int, str | None] = {}
    for row in rows:
        locales[row.filing.chat_id] = locales.get(row.filing.chat_id) or row.locale
    people = {}
    for chat_id, locale in locales.items():
        person = await store.person(chat_id) or Person(chat_id)
        if locale and not (person.locale or person.detected):
            person = replace(person, detected=locale)
            await store.save_person(person)
        people[chat_id] = person
    return people


def _read(name: str) -> str:
    """Return the text of a file, or of stdin for `-`: UTF-8, or else GB 18030 as spreadsheets in China write it."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise DataError(f"{name}: cannot be read: {error.strerror}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataError(f"{name}: is neither UTF-8 nor GB 18030")


def read_csv(text: str) -> list[RawRow]:
    """Return the rows of a CSV text; `DataError` where it is none, or its columns are not those of an import."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        columns = _columns(next(reader, []))
        return [
            RawRow(reader.line_num, columns, [cell.strip() for cell in cells])
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise DataError(f"line {reader.line_num}: not CSV: {error}") from error


def _columns(names: list[str]) -> list[str]:
    columns = [name.strip().lower() for name in names]
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in {*EXPORT_COLUMNS, "locale"}]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    faults = [
        f"{what}: {', '.join(names)}"
        for what, names in (("columns missing", missing), ("columns unknown", unknown), ("columns twice", twice))
        if names
    ]
    if faults:
        raise DataError("; ".join(faults))
    return columns


class RowReader:
    """Makes filings of rows; the same names are looked up once."""

    def __init__(self, services: Services, now: datetime) -> None:
        self._services = services
        self._now = now
        self._find_provinces = cache(services.understanding.find_provinces)
        self._find_types = cache(services.understanding.find_filing_types)
        self._parsers: Mapping[str, Callable[[str], Any]] = {
            "chat_id": _chat_id,
            "province": self._province,
            "filing_type": self._filing_type,
            "submitted_at": self._moment,
            "label": read_label,
            "changes": _change,
            "same_person": _same_person,
            "locale": self._locale,
        }

    def read(self, row: RawRow) -> Row | BadRow:
        """Return the filing of one row, or everything that is wrong with it."""
        if len(row.cells) != len(row.columns):
            return BadRow(row.line, (f"{len(row.cells)} cells under {len(row.columns)} columns",))
        texts = dict(zip(row.columns, row.cells, strict=True))
        values: dict[str, Any] = {}
        reasons = []
        for column, parse in self._parsers.items():
            try:
                values[column] = parse(texts.get(column, ""))
            except ValueError as error:
                reasons.append(f"{column} {texts[column]!r}: {error}")
        if reasons:
            return BadRow(row.line, tuple(reasons))
        try:
            return Row(self._filing(values), values["locale"])
        except FilingError as error:
            return BadRow(row.line, (str(error),))

    def _filing(self, values: Mapping[str, Any]) -> Filing:
        submitted_at: datetime = values["submitted_at"]
        filing = new_filing(
            self._services.rulebook.at_moment(submitted_at),
            chat_id=values["chat_id"],
            province=values["province"],
            filing_type=values["filing_type"],
            submitted_at=submitted_at,
            now=self._now,
            label=values["label"],
            change=values["changes"],
            same_person=values["same_person"],
        )
        if filing.deadline <= self._now:
            raise FilingError(f"its deadline, {filing.deadline:%Y-%m-%d %H:%M} UTC, has passed")
        return filing

    def _province(self, cell: str) -> str:
        return _only(self._find_provinces(cell), "province")

    def _filing_type(self, cell: str) -> FilingType:
        return _only(self._find_types(cell), "filing type")

    def _moment(self, cell: str) -> datetime:
        moment = datetime.fromisoformat(cell)
        if moment.utcoffset() is None:
            raise ValueError("has no offset from UTC, such as +08:00")
        if moment > self._now + FUTURE_GRACE:
            raise ValueError("lies in the future")
        return moment

    def _locale(self, cell: str) -> str | None:
        locales = self._services.catalogs.locales
        if cell and cell not in locales:
            raise ValueError(f"is not one of {', '.join(locales)}")
        return cell or None


def _only(found: Sequence[T], what: str) -> T:
    """Return what was found when it is exactly one."""
    if len(found) != 1:
        raise ValueError(f"names {'several' if found else 'no'} {what}")
    return found[0]


def _chat_id(cell: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", cell):
        raise ValueError("is not a Telegram id")
    return int(cell)


def _change(cell: str) -> Change | None:
    if cell and cell.lower() not in set(Change):
        raise ValueError(f"is not one of {', '.join(Change)}")
    return Change(cell.lower()) if cell else None


def _same_person(cell: str) -> bool | None:
    if cell.lower() not in _YES_NO:
        raise ValueError("is neither yes nor no")
    return _YES_NO[cell.lower()]
