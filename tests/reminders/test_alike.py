"""The plans of many filings at once are those that each would have got alone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.filings.person import QuietHours
from bot.filings.reminder import PlannedReminder
from bot.reminders.alike import Pattern, PlansOfDay
from bot.reminders.plan import Policy, plan
from bot.rules.model import BEIJING, AutoResend
from tests.reminders.test_plan import NIGHT, NOON, SHANGHAI, ZONES, filing, nights, policies

DAY_LONG = 24 * 60 * 60
MINUTES = st.integers(0, 24 * 60 - 1)
FIVE_MINUTES = st.integers(0, 24 * 12 - 1).map(lambda number: number * 5)
SECONDS = st.one_of(st.integers(0, DAY_LONG - 1), *(each.map(lambda n: n * 60) for each in (MINUTES, FIVE_MINUTES)))
"""Seconds of a day, many of them where a plan changes, for all else is in minutes."""


def as_planned(pattern: Pattern, submitted: datetime) -> tuple[PlannedReminder, ...]:
    return tuple(
        PlannedReminder(kind, submitted + at if isinstance(at, timedelta) else at, silent=silent)
        for kind, at, silent in pattern.steps
    )


@given(
    day=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    seconds=st.lists(st.tuples(SECONDS, st.sampled_from([0, 0, 0, 1, 999_999])), min_size=1, max_size=60),
    hours=st.sampled_from([2, 24, 48, 72]),
    now_after=st.one_of(st.integers(-60, 80 * 60), st.sampled_from([0, 12 * 60, 22 * 60, 48 * 60])),
    night=nights,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    policy=policies,
    resend=st.sampled_from([None, NOON, AutoResend(2, time(0, 30)), AutoResend(0, time(23))]),
)
def test_the_plan_of_each_is_the_one_it_would_get_alone(
    day: date,
    seconds: list[tuple[int, int]],
    hours: int,
    now_after: int,
    night: QuietHours | None,
    zone: ZoneInfo,
    policy: Policy,
    resend: AutoResend | None,
) -> None:
    midnight = datetime.combine(day, time(), BEIJING).astimezone(UTC)
    now = midnight + timedelta(minutes=now_after)
    moments = [midnight + timedelta(seconds=second, microseconds=micro) for second, micro in seconds]
    plans = PlansOfDay(filing(moments[0], hours), policy, night, zone, now, resend)
    for submitted in moments:
        alone = plan(filing(submitted, hours), policy, night, zone, now, resend)
        assert as_planned(plans.pattern(submitted), submitted) == alone, submitted


@pytest.mark.parametrize(
    ("day", "hours", "now_after", "night", "zone", "resend"),
    [
        ("2026-11-02", 48, 0, NIGHT, "Asia/Shanghai", NOON),
        ("2026-11-02", 48, 30, NIGHT, "Asia/Shanghai", NOON),
        ("2026-11-02", 2, 0, NIGHT, "Asia/Shanghai", None),
        ("2026-11-02", 24, 12, QuietHours(time(13, 10), time(15, 40)), "Asia/Kathmandu", NOON),
        ("2026-10-24", 48, 12, QuietHours(time(1), time(2, 30)), "Europe/Berlin", AutoResend(2, time(0, 30))),
    ],
)
def test_the_same_at_every_minute_of_a_day_and_just_beside(
    day: str, hours: float, now_after: int, night: QuietHours, zone: str, resend: AutoResend | None
) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=BEIJING).astimezone(UTC)
    now, where = midnight + timedelta(hours=now_after), ZoneInfo(zone)
    plans = PlansOfDay(filing(midnight, hours), Policy(), night, where, now, resend)
    for minute in range(24 * 60):
        for beside in (0, 1, 59_999_999):
            submitted = midnight + timedelta(minutes=minute, microseconds=beside)
            alone = plan(filing(submitted, hours), Policy(), night, where, now, resend)
            assert as_planned(plans.pattern(submitted), submitted) == alone, submitted


def test_few_plans_are_made_for_a_whole_day() -> None:
    midnight = datetime(2026, 11, 2, tzinfo=BEIJING).astimezone(UTC)
    plans = PlansOfDay(filing(midnight), Policy(), NIGHT, SHANGHAI, midnight, NOON)
    assert len({plans.pattern(midnight + timedelta(seconds=second)) for second in range(DAY_LONG)}) < 100


def test_another_day_is_refused() -> None:
    midnight = datetime(2026, 11, 2, tzinfo=BEIJING).astimezone(UTC)
    plans = PlansOfDay(filing(midnight), Policy(), NIGHT, SHANGHAI, midnight, NOON)
    plans.pattern(midnight)
    for submitted in (midnight - timedelta(microseconds=1), midnight + timedelta(days=1)):
        with pytest.raises(ValueError, match="day"):
            plans.pattern(submitted)
