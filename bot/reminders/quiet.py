"""A person's quiet hours as spans on the time line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.filings.person import QuietHours

ONE_DAY = timedelta(days=1)
_REMEMBERED = 4096
"""Days whose quiet hours are kept at hand: a plan asks for the same few again and again."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `begins` up to, not including, `ends`; in UTC."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether `moment` lies in it."""
        return self.begins <= moment < self.ends


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours in a zone; none with `hours` None.

    They begin and end by the clock on the wall. Where a change of clocks skips such a time, the span begins or ends as
    much later; where a time occurs twice, it is the first one.
    """

    hours: QuietHours | None
    zone: ZoneInfo

    def span_at(self, moment: datetime) -> Span | None:
        """Return the quiet hours in which `moment` lies, None when it lies in none."""
        return next((span for span in self._spans_near(moment) if span.holds(moment)), None)

    def last_end(self, moment: datetime) -> datetime | None:
        """Return when the latest quiet hours before `moment` have ended; None without quiet hours."""
        return max((span.ends for span in self._spans_near(moment) if span.ends <= moment), default=None)

    def _spans_near(self, moment: datetime) -> Sequence[Span]:
        return () if self.hours is None else _spans(self.hours, self.zone, moment.astimezone(self.zone).date())


@lru_cache(maxsize=_REMEMBERED)
def _spans(hours: QuietHours, zone: ZoneInfo, today: date) -> tuple[Span, ...]:
    """Return the quiet hours around a day."""
    overnight = hours.ends <= hours.starts
    days = [today + number * ONE_DAY for number in (-2, -1, 0, 1)]
    return tuple(
        Span(_moment(day, hours.starts, zone), _moment(day + ONE_DAY if overnight else day, hours.ends, zone))
        for day in days
    )


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)
