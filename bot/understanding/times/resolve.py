"""From an expression to the moments it may mean."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.understanding.times.expressions import Expression
from bot.understanding.times.pieces import Ago, Clock, Day, Hours, Part

ONE_DAY = timedelta(days=1)
HALF_DAY = timedelta(hours=12)
MIDNIGHT = timedelta()
ROUND = 12
"""Hours of the clock's round."""
AHEAD = timedelta(minutes=5)
"""A clock time so little ahead of now is today's: clocks differ. Further ahead, without a day, it is yesterday's."""
NIGHT_ENDS = 6
"""Until this hour "tonight" may be the night that began yesterday."""


class Resolver:
    """Finds the moments an expression may mean, said at `now` in `zone`.

    A local time that a change of clocks skips is read by the clock before the change, so it comes out as much later.
    One that occurs twice is two moments.
    """

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self._now = now.astimezone(UTC)
        self._local = now.astimezone(zone)
        self._zone = zone

    def resolve(self, expression: Expression) -> tuple[tuple[datetime, ...], bool]:
        """Return the moments, sorted, and whether they are to the minute."""
        ago, clock, part = expression.first(Ago), expression.first(Clock), expression.first(Part)
        day = expression.day
        if ago is not None and (clock is None or ago.rough):
            return (self._now - ago.span,), not ago.rough
        if clock is not None:
            return self._timed(day, clock, part), not clock.bound
        if day is not None and day.ago is not None and part is None:
            return (self._now - day.ago,), False
        starts = part.starts if part else timedelta()
        return tuple(sorted({self._at(row, [starts])[0] for row in self._rows(day)})), False

    def is_future(self, moments: tuple[datetime, ...]) -> bool:
        """Whether none of the moments has come."""
        return all(moment > self._now + AHEAD for moment in moments)

    def _rows(self, day: Day | None) -> tuple[tuple[date, ...], ...]:
        today = self._local.date()
        return day.readings if day else ((today, today - ONE_DAY),)

    def _timed(self, day: Day | None, clock: Clock, part: Part | None) -> tuple[datetime, ...]:
        choices = self._choices(day, clock, part)
        moments = {moment for row in self._rows(day) for moment in self._on_row(row, choices, clock.utc_offset)}
        past = {moment for moment in moments if not self.is_future((moment,))}
        return tuple(sorted(past or moments))

    def _on_row(
        self, row: tuple[date, ...], choices: list[list[timedelta]], utc_offset: timedelta | None
    ) -> set[datetime]:
        """Return what is meant on the latest date of the row on which any reading of the clock lies in the past."""
        for on in row:
            readings = [moment for offsets in choices for moment in self._at((on,), offsets, utc_offset)]
            past = {moment for moment in readings if not self.is_future((moment,))}
            if past:
                return past
        return {moment for offsets in choices for moment in self._at(row[:1], offsets, utc_offset)}

    def _at(
        self, row: tuple[date, ...], offsets: list[timedelta], utc_offset: timedelta | None = None
    ) -> tuple[datetime, ...]:
        """Return the first of these local times that is not in the future, else the first; both, if it occurs twice."""
        times = [self._moments(on, offset, utc_offset) for on in row for offset in offsets]
        return next((moments for moments in times if not self.is_future(moments)), times[0])

    def _moments(self, on: date, offset: timedelta, utc_offset: timedelta | None) -> tuple[datetime, ...]:
        naive = datetime.combine(on, time()) + offset
        if utc_offset is not None:
            return (naive.replace(tzinfo=timezone(utc_offset)).astimezone(UTC),)
        first, second = (naive.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        return (first, second) if first < second else (first,)

    def _choices(self, day: Day | None, clock: Clock, part: Part | None) -> list[list[timedelta]]:
        """Return the readings of a clock time: for each, how long after midnight, the likelier first."""
        rest = timedelta(minutes=clock.minute, seconds=clock.second) - clock.minus
        window = clock.window if clock.window is not None else part.window if part else None
        named = timedelta(hours=clock.hour)
        if window is not None:
            return [self._tonight(_in_window(clock.hour, window) + rest)]
        if clock.hours is Hours.MIDNIGHT:
            return [[MIDNIGHT], [ONE_DAY]] if day else [[MIDNIGHT]]
        if clock.hours is Hours.FULL or (clock.figures and day is not None and day.figures):
            return [[named + rest]]
        if named == HALF_DAY:
            return [[HALF_DAY + rest, rest]]
        return [[named + rest], [named + HALF_DAY + rest]]

    def _tonight(self, offset: timedelta) -> list[timedelta]:
        """The small hours belong to the night before; if they have not come yet, those of that same day are meant."""
        if offset > ONE_DAY or (offset == ONE_DAY and self._local.hour < NIGHT_ENDS):
            return [offset, offset - ONE_DAY]
        return [offset]


def _in_window(hour: int, window: int) -> timedelta:
    """Return the hour as one of the twelve that begin with `window`; one that only a 24-hour clock has stays."""
    if hour > ROUND:
        return timedelta(hours=hour)
    if hour == 0:
        return ONE_DAY if window > ROUND else MIDNIGHT
    return timedelta(hours=window + (hour - window) % ROUND)
