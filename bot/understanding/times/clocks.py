"""Clock times in figures: 15:30, 8:05pm, 20:58:30, and complete ISO 8601 times with their zone."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from bot.understanding.times.dates import Fields
from bot.understanding.times.numerals import FIGURES_BEGIN, YEAR
from bot.understanding.times.pieces import Clock, Context, Day, DayKind, Finder, Hours, Meaning, Piece
from bot.understanding.times.words import FIGURES, Words, any_of

AM, PM = 0, 12
"""The first hours of the two halves of the day."""
CERTAIN_FROM = 10
"""From this hour on, or with a leading zero, a time with a colon is one of 24 hours: nobody means 22:30 by 10:30."""
SECONDS = r"(?::(?P<second>\d\d)(?:[.,]\d+)?)?"

Meanings = tuple[Meaning, ...] | None
"""None: what the pattern has matched makes no sense."""
Read = Callable[[re.Match[str], Context], Meanings]


def finder(pattern: str, read: Read, *needs: frozenset[str]) -> Finder:
    """Return a finder that reads each match of the pattern."""
    compiled = re.compile(pattern, re.ASCII)

    def find(context: Context) -> Iterator[Piece]:
        for match in compiled.finditer(context.text):
            meanings = read(match, context)
            if meanings:
                yield Piece(match.start(), match.end(), meanings)

    return Finder(find, needs)


def valid(clock: Clock) -> Meanings:
    """Return the clock time if there is such a one; 24:00 is, 24:01 is not."""
    if clock.minute > 59 or clock.second > 59 or (clock.hour, clock.minute, clock.second) > (24, 0, 0):
        return None
    if clock.window is not None and not 1 <= clock.hour <= 12:
        return None
    return (clock,)


def hours_of(hour: int) -> Hours:
    """Return how an hour is meant that is only named."""
    return Hours.EITHER if 1 <= hour <= 12 else Hours.FULL


def meridiem(words: Words) -> str:
    """Return the pattern of am and pm, groups `am` and `pm`."""
    return rf"(?:(?P<am>{any_of(words.clock.am)})|(?P<pm>{any_of(words.clock.pm)}))"


def window_of(match: re.Match[str]) -> int | None:
    """Return the half of the day that the groups of `meridiem` name."""
    if match["am"]:
        return AM
    return PM if match["pm"] else None


def bound(words: Words) -> str:
    """Return the pattern of what makes a clock time a bound (3点前), group `bound`."""
    return rf"(?P<bound>{any_of(words.clock.bounds)}(?!{any_of(words.clock.bounds_not_after)}))?"


def colon_times(words: Words) -> Finder:
    """Find 15:30, 8:05 pm, 8.05pm, 20:58:30."""

    def read(match: re.Match[str], _: Context) -> Meanings:
        hour = int(match["hour"])
        window = window_of(match)
        if match["dot"] and window is None:
            return None
        certain = match["hour"].startswith("0") or hour >= CERTAIN_FROM
        hours = Hours.FULL if certain and window is None else hours_of(hour)
        minute, second = int(match["minute"]), int(match["second"] or 0)
        return valid(Clock(hour, minute, second, hours, window, bound=match["bound"] is not None, figures=True))

    begin = r"(?:(?<![\da-z])|(?<=\dt))(?<!\d[.:/])(?<![\da-z]-)"  # the T of ISO 8601 may stand before
    return finder(
        rf"{begin}(?P<hour>\d{{1,2}})(?::|\s:\s|(?P<dot>\.))(?P<minute>\d\d){SECONDS}(?![\d:])"
        rf"(?:\s*{meridiem(words)})?{bound(words)}",
        read,
        FIGURES,
        frozenset(":."),
    )


def iso_times() -> Finder:
    """Find times with their own distance from UTC. A minus counts only after a T: 10:00-12:00 is a span."""

    def read(match: re.Match[str], context: Context) -> Meanings:
        dates = Fields(int(match["year"]), int(match["month"]), int(match["day"])).dates(context.today)
        offset = timedelta(hours=int(match["zone_hours"] or 0), minutes=int(match["zone_minutes"] or 0))
        clock = Clock(
            int(match["hour"]),
            int(match["minute"]),
            int(match["second"] or 0),
            Hours.FULL,
            utc_offset=-offset if match["sign"] == "-" else offset,
        )
        if not dates or offset >= timedelta(days=1) or not valid(clock):
            return None
        return (Day(DayKind.CALENDAR, (dates,), figures=True), clock)

    return finder(
        rf"{FIGURES_BEGIN}(?P<year>{YEAR})(?P<separator>[-/.])(?P<month>\d{{1,2}})(?P=separator)(?P<day>\d{{1,2}})"
        rf"(?:(?P<t>t)|\s+)(?P<hour>\d{{1,2}}):(?P<minute>\d\d){SECONDS}\s?"
        r"(?:z|(?P<sign>\+|(?(t)-|(?!)))(?P<zone_hours>\d\d):?(?P<zone_minutes>[0-5]\d)?)(?![\da-z:])",
        read,
        FIGURES,
        frozenset(":"),
    )
