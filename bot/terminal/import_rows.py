"""One row of an import: the filing it stands for, or all that is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from bot.app import Knowledge
from bot.errors import FilingError
from bot.filings.filing import Filing, new_filing
from bot.rules import Change, FilingType
from bot.terminal.csv_rows import RawRow
from bot.terminal.exporting import read_label

FUTURE_GRACE = timedelta(minutes=2)
"""A submission this far ahead is the other clock's fault."""

_CHAT_ID = re.compile(r"-?[0-9]{1,18}")

T = TypeVar("T")

_YES_NO: Mapping[str, bool | None] = {"": None, "yes": True, "no": False}


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


class RowReader:
    """Makes filings of rows; the same names are looked up once."""

    def __init__(self, known: Knowledge, columns: Sequence[str], now: datetime) -> None:
        self._rulebook = known.rulebook
        self._columns = columns
        self._locales = known.catalogs.locales
        self._now = now
        self._latest = now + FUTURE_GRACE
        self._understanding = known.understanding
        self._parsers: Sequence[tuple[str, Callable[[str], Any]]] = (
            ("chat_id", _chat_id),
            ("province", cache(self._province)),
            ("filing_type", cache(self._filing_type)),
            ("submitted_at", self._moment),
            ("label", read_label),
            ("changes", _change),
            ("same_person", _same_person),
            ("locale", self._locale),
        )

    def read(self, row: RawRow) -> Row | BadRow:
        """Return the filing of one row, or everything that is wrong with it."""
        line, cells = row
        if len(cells) != len(self._columns):
            return BadRow(line, (f"{len(cells)} cells under {len(self._columns)} columns",))
        texts = dict(zip(self._columns, map(str.strip, cells), strict=True))
        values: dict[str, Any] = {}
        reasons = []
        for column, parse in self._parsers:
            try:
                values[column] = parse(texts.get(column, ""))
            except ValueError as error:
                reasons.append(f"{column} {texts[column]!r}: {error}")
        if reasons:
            return BadRow(line, tuple(reasons))
        try:
            return Row(self._filing(values), values["locale"])
        except FilingError as error:
            return BadRow(line, (str(error),))

    def _filing(self, values: Mapping[str, Any]) -> Filing:
        submitted_at: datetime = values["submitted_at"]
        filing = new_filing(
            self._rulebook.at_moment(submitted_at),
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
        return _only(self._understanding.find_provinces(cell), "province")

    def _filing_type(self, cell: str) -> FilingType:
        return _only(self._understanding.find_filing_types(cell), "filing type")

    def _moment(self, cell: str) -> datetime:
        moment = datetime.fromisoformat(cell)
        if moment.utcoffset() is None:
            raise ValueError("has no offset from UTC, such as +08:00")
        moment = moment.astimezone(UTC)
        if moment > self._latest:
            raise ValueError("lies in the future")
        return moment

    def _locale(self, cell: str) -> str | None:
        if cell and cell not in self._locales:
            raise ValueError(f"is not one of {', '.join(self._locales)}")
        return cell or None


def _only(found: Sequence[T], what: str) -> T:
    """Return what was found when it is exactly one."""
    if len(found) != 1:
        raise ValueError(f"names {'several' if found else 'no'} {what}")
    return found[0]


def _chat_id(cell: str) -> int:
    if not _CHAT_ID.fullmatch(cell):
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
