"""One row of an import: the filing it stands for, or all that is wrong with it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

from bot.app import Knowledge
from bot.errors import FilingError
from bot.filings.filing import Filing, new_filing, short_label
from bot.rules import Change, FilingType
from bot.terminal.csv_rows import RawRow
from bot.terminal.exporting import read_label

FUTURE_GRACE = timedelta(minutes=2)
"""A submission this far ahead is the other clock's fault."""

_CHAT_ID = re.compile(r"-?[0-9]{1,18}")

MOMENTS_KEPT = 2 * 24 * 60 * 60
"""As many as a validity has seconds: in a large file many filings are of the same one."""

T = TypeVar("T")

_YES_NO: Mapping[str, bool | None] = {"": None, "yes": True, "no": False}


class Row(NamedTuple):
    """A good row: a filing `like` another one but for these; and the locale of its chat where the row gives one."""

    like: Filing
    chat_id: int
    label: str
    submitted_at: datetime
    deadline: datetime
    locale: str | None

    def filing(self) -> Filing:
        """Return the filing."""
        return replace(
            self.like,
            chat_id=self.chat_id,
            label=self.label,
            submitted_at=self.submitted_at,
            deadline=self.deadline,
        )


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
        self._likes: dict[tuple[date, str, FilingType, Change | None, bool | None], Filing] = {}
        self._now = now
        self._latest = now + FUTURE_GRACE
        self._understanding = known.understanding
        parsers: Sequence[tuple[str, Callable[[str], Any]]] = (
            ("chat_id", _chat_id),
            ("province", cache(self._province)),
            ("filing_type", cache(self._filing_type)),
            ("submitted_at", lru_cache(MOMENTS_KEPT)(self._moment)),
            ("label", read_label),
            ("changes", _change),
            ("same_person", _same_person),
            ("locale", self._locale),
        )
        places = {column: place for place, column in enumerate(columns)}
        # What has no column is read from the empty text behind the last cell.
        self._parsers = [(places.get(column, len(columns)), column, parse) for column, parse in parsers]

    def read(self, row: RawRow) -> Row | BadRow:
        """Return the filing of one row, or everything that is wrong with it."""
        line, cells = row
        if len(cells) != len(self._columns):
            return BadRow(line, (f"{len(cells)} cells under {len(self._columns)} columns",))
        texts = [*map(str.strip, cells), ""]
        try:
            values = [parse(texts[place]) for place, _, parse in self._parsers]
        except ValueError:
            return BadRow(line, tuple(self._reasons(texts)))
        try:
            return self._row(*values)
        except FilingError as error:
            return BadRow(line, (str(error),))

    def _reasons(self, texts: Sequence[str]) -> Iterator[str]:
        """Yield what is wrong with each cell."""
        for place, column, parse in self._parsers:
            try:
                parse(texts[place])
            except ValueError as error:
                yield f"{column} {texts[place]!r}: {error}"

    def _row(
        self,
        chat_id: int,
        province: str,
        filing_type: FilingType,
        submitted_at: datetime,
        label: str,
        changes: Change | None,
        same_person: bool | None,
        locale: str | None,
    ) -> Row:
        """Return the row. What the rules say of its kind and day is worked out once."""
        rules = self._rulebook.at_moment(submitted_at)
        kind = (rules.on, province, filing_type, changes, same_person)
        like = self._likes.get(kind)
        if like is None:
            like = self._likes[kind] = new_filing(
                rules,
                chat_id=chat_id,
                province=province,
                filing_type=filing_type,
                submitted_at=submitted_at,
                now=self._now,
                change=changes,
                same_person=same_person,
            )
        deadline = submitted_at + (like.deadline - like.submitted_at)
        if deadline <= self._now:
            raise FilingError(f"its deadline, {deadline:%Y-%m-%d %H:%M} UTC, has passed")
        return Row(like, chat_id, short_label(label), submitted_at, deadline, locale)

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
