"""The pieces of which time expressions are made."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from enum import Enum, IntEnum

from msgspec import Struct


class DayKind(IntEnum):
    """How a day is named; where one time names it twice, the greater one counts."""

    WEEKDAY = 0
    RELATIVE = 1
    CALENDAR = 2


class Day(Struct, frozen=True):
    """A day. Each reading of it is a row of dates, the likeliest first: meant is the first that is not in the future.

    `needs_time`: counts only beside a clock time or a part of the day. `ago`: without one, this long before now.
    `figures`: written as a date in figures only, beside which clock times are of 24 hours.
    """

    kind: DayKind
    readings: tuple[tuple[date, ...], ...]
    weak: bool = False
    needs_time: bool = False
    ago: timedelta | None = None
    figures: bool = False


class Part(Struct, frozen=True):
    """A part of the day. `beside`: counts only next to a day or a clock time."""

    window: int
    starts: timedelta
    beside: bool = False


class Hours(Enum):
    """How the hour of a clock time is meant."""

    EITHER = "either"
    """By one round of the clock: before or after noon, if nothing beside it tells."""
    FULL = "full"
    """By 24 hours."""
    MIDNIGHT = "midnight"
    """The beginning or the end of the day."""


class Clock(Struct, frozen=True):
    """A clock time. `window` is the first of the twelve hours it lies in, where am or pm is said with it.

    `vague`: the words mean a clock time only beside a day or a part of one. `bound`: before or after that time.
    `figures`: written in figures with a colon. `minus` is taken away (差五分三点). `utc_offset`: the distance from UTC
    that it names itself.
    """

    hour: int
    minute: int = 0
    second: int = 0
    hours: Hours = Hours.EITHER
    window: int | None = None
    vague: bool = False
    bound: bool = False
    figures: bool = False
    minus: timedelta = timedelta()
    utc_offset: timedelta | None = None


class Ago(Struct, frozen=True):
    """A time before now; `rough` where it is not known exactly how long. Now itself is an `Ago` of nothing."""

    span: timedelta
    rough: bool = False
    weak: bool = False


class Unknown(Struct, frozen=True):
    """A day that is counted from one we do not know (第二天, every day): what stands with it is no moment."""


Meaning = Day | Part | Clock | Ago | Unknown


class Piece(Struct, frozen=True):
    """A stretch of the text and what it means; a word like 昨晚 means two things."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]


class Context(Struct, frozen=True):
    """What a piece is read in: the text, folded; today in the person's zone; whether there is Chinese in the text.

    `tokens` are the text's Latin words and its other characters.
    """

    text: str
    today: date
    chinese: bool
    tokens: frozenset[str]


class Finder(Struct, frozen=True):
    """Finds the pieces of one kind in a text, those that make sense only.

    A text that holds such a piece holds a token of each of `needs`; most texts do not, and are not searched.
    """

    find: Callable[[Context], Iterator[Piece]]
    needs: tuple[frozenset[str], ...]

    def __call__(self, context: Context) -> Iterable[Piece]:
        """Return the pieces."""
        return () if any(map(context.tokens.isdisjoint, self.needs)) else self.find(context)
