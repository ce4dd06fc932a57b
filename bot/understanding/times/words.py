"""The words for times, read from `data/understanding/times.toml`."""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from functools import cache
from pathlib import Path

from msgspec import Struct

from bot.resources import resource
from bot.understanding.data import Data


class Numbers(Struct, frozen=True, forbid_unknown_fields=True):
    """Number words; see the data file for what each table and list is, here and below."""

    digits: Mapping[str, int]
    tens: Mapping[str, int]
    greater: Sequence[str]
    english: Mapping[str, int]


class Now(Struct, frozen=True, forbid_unknown_fields=True):
    """Words for the present."""

    words: Sequence[str]
    weak: Sequence[str]
    not_before: Sequence[str]
    not_after: Sequence[str]


class Unit(Struct, frozen=True, forbid_unknown_fields=True):
    """A unit of time."""

    words: Sequence[str]
    minutes: int
    whole: bool = False


class Elapsed(Struct, frozen=True, forbid_unknown_fields=True):
    """Words for a time ago."""

    after: Sequence[str]
    half: Sequence[str]
    counters: Sequence[str]
    more: Sequence[str]
    amounts: Mapping[str, float]
    rough_amounts: Mapping[str, float]
    join: Sequence[str]
    units: Sequence[Unit]


class RelativeDay(Struct, frozen=True, forbid_unknown_fields=True):
    """A day counted from today, perhaps with a part of it."""

    offset: int
    words: Sequence[str]
    part: str | None = None


class RoughDays(Struct, frozen=True, forbid_unknown_fields=True):
    """Some days back."""

    days: int
    words: Sequence[str]


class Days(Struct, frozen=True, forbid_unknown_fields=True):
    """Words for days."""

    unknown: Sequence[str]
    weak: Sequence[str]
    relative: Sequence[RelativeDay]
    parted: Sequence[RelativeDay]
    rough: Sequence[RoughDays]


class Weekdays(Struct, frozen=True, forbid_unknown_fields=True):
    """Words for weekdays; numbers are those of ISO 8601."""

    marks: Sequence[str]
    names: Mapping[str, int]
    not_before: Sequence[str]
    not_after: Sequence[str]
    english: Mapping[str, int]
    short: Mapping[str, int]
    weeks: Mapping[str, int]
    english_last: Sequence[str]
    english_weeks: Mapping[str, int]


class Dates(Struct, frozen=True, forbid_unknown_fields=True):
    """Words around calendar dates."""

    year: str
    month: Sequence[str]
    day: Sequence[str]
    years: Mapping[str, int]
    months: Mapping[str, int]
    not_before: Sequence[str]
    not_after: Sequence[str]
    english: Mapping[str, int]
    ordinals: Sequence[str]
    day_of_month: Sequence[str]
    never: Sequence[str]
    counted: Sequence[str]


class PartOfDay(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the day, and how clock times beside it are read."""

    name: str
    window: int
    starts: time
    words: Sequence[str] = ()
    beside: Sequence[str] = ()
    before_clock: Sequence[str] = ()


class PartExceptions(Struct, frozen=True, forbid_unknown_fields=True):
    """What makes the word of a part something else."""

    not_after: Sequence[str]
    not_before: Sequence[str]


class Clock(Struct, frozen=True, forbid_unknown_fields=True):
    """Words of clock times."""

    hour: Sequence[str]
    not_after: Sequence[str]
    not_before: Sequence[str]
    vague: Sequence[str]
    exact: Sequence[str]
    half: str
    quarter: Sequence[str]
    past: Sequence[str]
    lacking: Sequence[str]
    minute: Sequence[str]
    minute_not_after: Sequence[str]
    second: Sequence[str]
    noon: Sequence[str]
    midnight: Sequence[str]
    am: Sequence[str]
    pm: Sequence[str]
    oclock: Sequence[str]
    at: Sequence[str]
    after_bare: Sequence[str]
    half_past: Sequence[str]
    quarter_past: Sequence[str]
    quarter_to: Sequence[str]
    bounds: Sequence[str]
    bounds_not_after: Sequence[str]


class Around(Struct, frozen=True, forbid_unknown_fields=True):
    """Words between, before and after the parts of one time."""

    between: Sequence[str]
    before: Sequence[str]
    after: Sequence[str]


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """All of them."""

    numbers: Numbers
    now: Now
    elapsed: Elapsed
    days: Days
    weekdays: Weekdays
    dates: Dates
    parts: Sequence[PartOfDay]
    part_exceptions: PartExceptions
    clock: Clock
    around: Around

    def signs(self) -> frozenset[str]:
        """Return words of which every time or date holds one, if it holds no figure."""
        return frozenset(
            itertools.chain(
                (*self.now.words, *self.now.weak),
                *(unit.words for unit in self.elapsed.units),
                *(day.words for day in (*self.days.relative, *self.days.parted)),
                *(days.words for days in self.days.rough),
                self.days.unknown,
                self.weekdays.marks,
                self.weekdays.english,
                *((*part.words, *part.beside, *part.before_clock) for part in self.parts),
                *(self.clock.hour, self.clock.noon, self.clock.midnight, self.clock.oclock, self.clock.half_past),
                *(self.dates.month, self.dates.day, self.dates.english, self.dates.ordinals, self.dates.day_of_month),
            )
        )


def load_words(path: Path) -> Words:
    """Read the words; `DataError` names the file and what is wrong with it."""
    return Data(path).whole(Words)


@cache
def words() -> Words:
    """Return the shipped words, read once."""
    return load_words(resource("data", "understanding", "times.toml"))


def any_of(choices: Iterable[str]) -> str:
    """Return a pattern for one of the words, longest first; it holds no group, and Latin words only whole.

    A digit may stand right before a Latin word (3pm, 2h).
    """
    return "(?:" + "|".join(_pattern(word) for word in sorted(choices, key=len, reverse=True)) + ")"


FIGURES = frozenset("0123456789")
"""What every number in figures begins with, as a token."""
_TOKEN = re.compile(r"[a-z]+|[^a-z\s]")


def tokens(text: str) -> frozenset[str]:
    """Return the Latin words and the other characters of a text in lower case."""
    return frozenset(_TOKEN.findall(text))


def begin(choices: Iterable[str]) -> frozenset[str]:
    """Return the tokens of which a text holds one where `any_of` the choices finds something."""
    return frozenset(_TOKEN.findall(word)[0] for word in choices)


def none_before(words: Iterable[str]) -> str:
    """Return a pattern that holds where none of the words stands right before."""
    return "".join(f"(?<!{re.escape(word)})" for word in words)


def _pattern(word: str) -> str:
    pattern = r"\s+".join(re.escape(part) for part in word.split(" "))
    before = r"(?<![a-z_\-])" if _is_latin(word[0]) else ""
    after = r"(?![a-z0-9_])" if _is_latin(word[-1]) else ""
    return before + pattern + after


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
