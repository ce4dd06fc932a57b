"""Times and dates in what people write: when something was submitted, and the day that they ask about."""

import re
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from bot.understanding.times.model import DateReading, MomentReading
from bot.understanding.times.words import words

__all__ = ["DateReading", "MomentReading", "read_date", "read_moment", "read_times"]

_FIGURES = "0123456789０１２３４５６７８９"


def read_moment(text: str, now: datetime, zone: ZoneInfo) -> MomentReading | None:
    """Return the time that the text names, None if it names none.

    Anywhere in the text; the first, but one that lies ahead, or a mere "today" or "now", only where there is no other.
    `now` must be aware; days and clock times are those of `zone`. What is submitted lies in the past: a weekday, a
    date without a year and a clock time without a day are the latest ones that have come. A day that is named
    otherwise stays even if it lies ahead (今晚8点), for the caller to ask back.

    Words are looked for in lower case and Simplified Chinese; full-width figures are read as they are. 昨晚1点 is 01:00
    today: the small hours belong to the night before them. 凌晨 and 早上 belong to the day named.
    """
    if not _may_tell(text):
        return None
    # Most messages name no time, and a start does not wait for what reads one.
    from bot.understanding.times.reading import reader  # noqa: PLC0415

    return reader().moment(text, now, zone)


def read_date(text: str, today: date) -> DateReading | None:
    """Return the first calendar date that the text names, None if it names none. See `read_moment` for the words."""
    if not _may_tell(text):
        return None
    from bot.understanding.times.reading import reader  # noqa: PLC0415

    return reader().date(text, today)


def read_times(text: str, now: datetime, zone: ZoneInfo) -> tuple[MomentReading | None, DateReading | None]:
    """Return what `read_moment` and `read_date` return, `today` being that of `zone`."""
    if not _may_tell(text):
        return None, None
    from bot.understanding.times.reading import reader  # noqa: PLC0415

    return reader().times(text, now, zone)


@cache
def _telling() -> re.Pattern[str]:
    # Where every alternative begins with a character, a search passes over all others at once.
    return re.compile("|".join([*_FIGURES, *map(re.escape, sorted(words().signs()))]))


def _may_tell(text: str) -> bool:
    """Whether a text can name a time: most do not, and looking for one takes longer than all else."""
    return _telling().search(text) is not None
