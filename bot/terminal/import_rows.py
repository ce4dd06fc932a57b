"""One row of an import: the filing it stands for, or all that is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from bot.app import Knowledge
from bot.errors import FilingError
from bot.filings.filing import Filing, new_filing, short_label
from bot.rules import Change, FilingType
from bot.rules.model import BEIJING
from bot.store.packing import Kind, kind_of
from bot.terminal.csv_rows import RawRow
from bot.terminal.exporting import read_label

FUTURE_GRACE = timedelta(minutes=2)
"""A submission this far ahead is the other clock's fault."""

_CHAT_ID = re.compile(r"-?[0-9]{1,18}")

MOMENTS_KEPT = 2 * 24 * 60 * 60
"""As many as a validity has seconds: in a large file many filings are of the same one."""

KINDS_KEPT = 16 * 1024
"""More than the days of a validity have, by any usual name of a province and type."""

T = TypeVar("T")

_YES_NO: Mapping[str, bool | None] = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True, eq=False)
class FilingKind:
    """Filings that differ in chat, label and moment alone: submitted on one `day` in Beijing, and `like` this one."""

    day: date
    like: Filing
    packed: Kind
    validity: timedelta


class Row(NamedTuple):
    """A good row: a filing of that kind; and the locale of its chat where the row gives one."""

    kind: FilingKind
    chat_id: int
    label: str
    submitted_at: datetime
    locale: str | None

    def filing(self) -> Filing:
        """Return the filing."""
        return replace(
            self.kind.like,
            chat_id=self.chat_id,
            label=self.label,
            submitted_at=self.submitted_at,
            deadline=self.submitted_at + self.kind.validity,
        )


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported: its line in the file and all that is wrong with it."""

    line: int
    reasons: tuple[str, ...]


class Submission(NamedTuple):
    """When a filing was submitted, and the day of that in Beijing."""

    at: datetime
    day: date


class RowReader:
    """Makes filings of rows; the same cells are understood once."""

    def __init__(self, known: Knowledge, columns: Sequence[str], now: datetime) -> None:
        self._rulebook = known.rulebook
        self._columns = columns
        self._locales = known.catalogs.locales
        self._now = now
        self._latest = now + FUTURE_GRACE
        self._understanding = known.understanding
        self._submission = lru_cache(MOMENTS_KEPT)(self._read_submission)
        self._kind = lru_cache(KINDS_KEPT)(self._new_kind)
        self._parsers: Mapping[str, Callable[[str], Any]] = {
            "chat_id": _chat_id,
            "province": cache(self._province),
            "filing_type": cache(self._filing_type),
            "submitted_at": self._submission,
            "label": read_label,
            "changes": _change,
            "same_person": _same_person,
            "locale": self._locale,
        }
        places = {column: place for place, column in enumerate(columns)}
        # What has no column is read from the empty text behind the last cell.
        self._cells = itemgetter(*(places.get(column, len(columns)) for column in self._parsers))

    def read(self, row: RawRow) -> Row | BadRow:
        """Return the filing of one row, or everything that is wrong with it."""
        line, cells = row
        if len(cells) != len(self._columns):
            return BadRow(line, (f"{len(cells)} cells under {len(self._columns)} columns",))
        texts = self._cells([*map(str.strip, cells), ""])
        try:
            return self._row(*texts)
        except FilingError as error:
            return BadRow(line, (str(error),))
        except ValueError:
            reasons = tuple(self._reasons(texts))
            if not reasons:
                raise  # it is not the cells' fault
            return BadRow(line, reasons)

    def _reasons(self, texts: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with each cell."""
        for (column, parse), text in zip(self._parsers.items(), texts, strict=True):
            try:
                parse(text)
            except ValueError as error:
                yield f"{column} {text!r}: {error}"

    def _row(
        self,
        chat_id: str,
        province: str,
        filing_type: str,
        submitted_at: str,
        label: str,
        changes: str,
        same_person: str,
        locale: str,
    ) -> Row:
        """Return the row of these cells."""
        row = _chat_id(chat_id), self._submission(submitted_at), short_label(read_label(label)), self._locale(locale)
        chat, moment, name, written_in = row
        kind = self._kind(moment.day, province, filing_type, changes, same_person)
        deadline = moment.at + kind.validity
        if deadline <= self._now:
            raise FilingError(f"its deadline, {deadline:%Y-%m-%d %H:%M} UTC, has passed")
        return Row(kind, chat, name, moment.at, written_in)

    def _new_kind(self, day: date, province: str, filing_type: str, changes: str, same_person: str) -> FilingKind:
        """Return the kind of filings with these cells. What the rules say of it is worked out once."""
        traits = {
            "province": self._parsers["province"](province),
            "filing_type": self._parsers["filing_type"](filing_type),
            "change": _change(changes),
            "same_person": _same_person(same_person),
        }
        begin = datetime.combine(day, time(), BEIJING)
        like = new_filing(self._rulebook.at(day), chat_id=0, submitted_at=begin, now=self._now, **traits)
        return FilingKind(day, like, kind_of(like), like.deadline - like.submitted_at)

    def _province(self, cell: str) -> str:
        return _only(self._understanding.find_provinces(cell), "province")

    def _filing_type(self, cell: str) -> FilingType:
        return _only(self._understanding.find_filing_types(cell), "filing type")

    def _read_submission(self, cell: str) -> Submission:
        moment = datetime.fromisoformat(cell)
        if moment.utcoffset() is None:
            raise ValueError("has no offset from UTC, such as +08:00")
        moment = moment.astimezone(UTC)
        if moment > self._latest:
            raise ValueError("lies in the future")
        return Submission(moment, moment.astimezone(BEIJING).date())

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
