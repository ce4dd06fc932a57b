"""A person's quiet hours as spans on the time line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.filings.person import QuietHours

ONE_DAY = timedelta(days=1)
_REMEMBERED = 1024
"""So many days, and so many people's quiet hours, are kept at hand."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `begins` up to, not including, `ends`; in UTC."""

    begins: datetime
    ends: datetime


class Quiet:
    """Quiet hours in a zone; none with `hours` None. Moments are in UTC.

    They begin and end by the clock on the wall. Where a change of clocks skips such a time, the span begins or ends as
    much later; where a time occurs twice, it is the first one.
    """

    def __init__(self, hours: QuietHours | None, zone: ZoneInfo) -> None:
        self._hours = hours
        self._zone = zone
        self._days: dict[date, _Near] = {}

    def span_at(self, moment: datetime) -> Span | None:
        """Return the quiet hours in which `moment` lies, None when it lies in none."""
        for span in self._near(moment).of_the_day:
            if span.begins <= moment < span.ends:
                return span
        return None

    def last_end(self, moment: datetime) -> datetime | None:
        """Return when the latest quiet hours before `moment` have ended; None without quiet hours."""
        return max((span.ends for span in self._near(moment).around if span.ends <= moment), default=None)

    def spans(self, first: datetime, last: datetime) -> set[Span]:
        """Return the quiet hours that touch the time from `first` to `last`, and some around it."""
        days = range((last.date() - first.date()).days + 1)
        return {span for day in days for span in self._near(first + day * ONE_DAY).around}

    def _near(self, moment: datetime) -> "_Near":
        """Return the quiet hours near `moment`, kept at hand: plans ask for the same few days."""
        day = moment.date()
        near = self._days.get(day)
        if near is None:
            if len(self._days) == _REMEMBERED:
                self._days.clear()
            near = self._days[day] = self._look(day)
        return near

    def _look(self, day: date) -> "_Near":
        around = () if self._hours is None else tuple(_spans(self._hours, self._zone, day))
        begins = datetime.combine(day, time(), tzinfo=UTC)
        of_the_day = tuple(span for span in around if span.ends > begins and span.begins < begins + ONE_DAY)
        return _Near(of_the_day, around)


class _Near(NamedTuple):
    """The quiet hours that touch a day of UTC, and those of some days around it."""

    of_the_day: tuple[Span, ...]
    around: tuple[Span, ...]


@lru_cache(maxsize=_REMEMBERED)
def quiet_in(hours: QuietHours | None, zone: ZoneInfo) -> Quiet:
    """Return the quiet hours in a zone; those of many people are the same."""
    return Quiet(hours, zone)


def _spans(hours: QuietHours, zone: ZoneInfo, day: date) -> Iterator[Span]:
    """Yield the quiet hours of the days around a day of UTC, which is at most one away from that of any zone."""
    overnight = hours.ends <= hours.starts
    for number in range(-3, 3):
        first = day + number * ONE_DAY
        last = first + ONE_DAY if overnight else first
        yield Span(_moment(first, hours.starts, zone), _moment(last, hours.ends, zone))


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)
