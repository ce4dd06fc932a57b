"""A person's quiet hours as spans on the time line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.filings.person import QuietHours

ONE_DAY = timedelta(days=1)


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

    def _spans_near(self, moment: datetime) -> Iterator[Span]:
        if self.hours is None:
            return
        today = moment.astimezone(self.zone).date()
        overnight = self.hours.ends <= self.hours.starts
        for days in (-2, -1, 0, 1):
            day = today + days * ONE_DAY
            begins = self._moment(day, self.hours.starts)
            ends = self._moment(day + ONE_DAY if overnight else day, self.hours.ends)
            yield Span(begins, ends)

    def _moment(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, tzinfo=self.zone).astimezone(UTC)
