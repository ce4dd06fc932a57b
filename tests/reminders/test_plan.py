"""Which reminders a filing gets: by example, and what holds for every filing."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.filings.filing import ContactCheck, Filing, FilingState
from bot.filings.person import QuietHours
from bot.filings.reminder import PlannedReminder, ReminderKind
from bot.reminders.plan import Policy, plan, snoozed
from bot.reminders.quiet import Quiet
from bot.rules.model import AutoResend, Contact, FilingType

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(time(22), time(8))
NOON = AutoResend(1, time(12))
ZONES = ["Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]


def filing(submitted: datetime, hours: float = 48, state: FilingState = FilingState.WAITING) -> Filing:
    submitted = submitted.astimezone(UTC)
    return Filing(
        id=1,
        chat_id=7,
        label="example.com",
        province="gansu",
        filing_type=FilingType.NEW_FILING,
        change=None,
        same_person=None,
        contacts=(ContactCheck(Contact.ENTITY),),
        submitted_at=submitted,
        deadline=submitted + timedelta(hours=hours),
        state=state,
        created_at=submitted,
    )


def at(day_and_time: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Return `DD HH:MM` of November 2026."""
    return datetime.fromisoformat(f"2026-11-{day_and_time}").replace(tzinfo=zone)


def shown(entries: tuple[PlannedReminder, ...], zone: ZoneInfo = SHANGHAI) -> list[str]:
    return [
        f"{entry.due_at.astimezone(zone):%d %H:%M} {entry.kind}{' silent' if entry.silent else ''}" for entry in entries
    ]


def planned(
    submitted: str,
    hours: float = 48,
    quiet: QuietHours | None = NIGHT,
    now: str | None = None,
    policy: Policy | None = None,
    resend: AutoResend | None = NOON,
) -> list[str]:
    entries = plan(filing(at(submitted), hours), policy or Policy(), quiet, SHANGHAI, at(now or submitted), resend)
    return shown(entries)


def test_without_quiet_hours_every_reminder_has_its_time() -> None:
    assert planned("02 15:00", quiet=None) == [
        "02 15:10 sms_check",
        "03 12:05 noon_resend",
        "03 15:00 before",
        "04 09:00 before",
        "04 13:00 before",
        "04 14:30 before",
        "04 15:00 expired",
    ]


def test_a_day_of_validity_drops_what_would_come_with_the_submission() -> None:
    assert planned("02 15:00", hours=24, quiet=None) == [
        "02 15:10 sms_check",
        "03 09:00 before",
        "03 12:05 noon_resend",
        "03 13:00 before",
        "03 14:30 before",
        "03 15:00 expired",
    ]


def test_nothing_is_said_of_the_deadline_soon_after_the_submission() -> None:
    close = Policy(before=tuple(timedelta(hours=hours) for hours in (23.5, 23, 22.9)))
    before = [entry for entry in planned("02 10:00", hours=24, quiet=None, policy=close) if "before" in entry]
    assert before == ["02 11:00 before", "02 11:06 before"]


def test_the_resend_is_at_noon_of_the_next_day_in_beijing() -> None:
    late = at("02 18:00", ZoneInfo("America/New_York"))  # 03 07:00 in Beijing
    entries = plan(filing(late), Policy(), None, ZoneInfo("America/New_York"), late, NOON)
    assert [entry.due_at for entry in entries if entry.kind is ReminderKind.NOON_RESEND] == [at("04 12:05")]


def test_the_resend_is_named_only_where_the_rules_have_it_and_it_comes_in_time() -> None:
    assert not any("noon_resend" in entry for entry in planned("02 15:00", resend=None))
    assert not any("noon_resend" in entry for entry in planned("02 11:00", hours=24))
    assert any("03 12:05 noon_resend" in entry for entry in planned("02 12:10", hours=24))


def test_a_deadline_in_the_night_is_heard_before_it_and_comes_silently() -> None:
    assert planned("02 03:00") == [
        "02 08:00 sms_check",
        "02 21:55 before",  # 24 hours before would be 03:00
        "03 12:05 noon_resend",
        "03 21:00 before",
        "04 01:00 before silent",
        "04 02:30 before silent",
        "04 03:00 expired silent",
    ]


def test_what_would_come_in_the_night_comes_before_it() -> None:
    assert planned("02 08:30") == [
        "02 08:40 sms_check",
        "03 08:30 before",
        "03 12:05 noon_resend",
        "03 21:55 before",  # six hours before would be 02:30
        "04 06:30 before silent",
        "04 08:00 before",
        "04 08:30 expired",
    ]


def test_a_check_of_the_sms_waits_for_the_morning() -> None:
    assert planned("02 21:55")[0] == "03 08:00 sms_check"


def test_what_cannot_come_before_the_night_comes_after_it() -> None:
    """Tracked at 23:00, with 24 hours before the deadline at 02:00: 21:55 is past."""
    assert planned("02 02:00", now="02 23:00")[:2] == ["03 08:00 before", "03 12:05 noon_resend"]


def test_a_night_deadline_without_another_word_on_that_day_gets_one() -> None:
    only_late = Policy(before=(timedelta(minutes=30),))
    assert planned("02 03:00", policy=only_late, resend=None) == [
        "02 08:00 sms_check",
        "03 21:55 before",
        "04 02:30 before silent",
        "04 03:00 expired silent",
    ]


def test_what_was_heard_the_day_before_does_not_count_for_a_night_deadline() -> None:
    far_apart = Policy(before=(timedelta(hours=24), timedelta(minutes=20)))
    assert planned("02 22:30", policy=far_apart, resend=None)[1:] == [
        "03 21:55 before",
        "04 21:55 before",
        "04 22:10 before silent",
        "04 22:30 expired silent",
    ]


def test_the_last_one_stays_in_the_night_however_early_it_is() -> None:
    early = Policy(before=(timedelta(hours=5),))
    assert "04 02:00 before silent" in planned("02 07:00", policy=early)


def test_two_at_one_instant_are_one() -> None:
    twice = Policy(before=(timedelta(hours=7), timedelta(hours=5), timedelta(minutes=30)))
    assert planned("02 06:00", policy=twice, resend=None).count("03 21:55 before") == 1
    noon = Policy(before=(timedelta(hours=24),), after_resend=timedelta())
    assert [entry for entry in planned("02 12:00", policy=noon) if entry.startswith("03 12:00")] == ["03 12:00 before"]


def test_what_is_past_is_not_made_up_for() -> None:
    assert planned("02 15:00", now="04 13:00") == ["04 14:30 before", "04 15:00 expired"]
    assert planned("02 15:00", now="04 15:00") == []


@pytest.mark.parametrize("state", [state for state in FilingState if state is not FilingState.WAITING])
def test_a_filing_that_does_not_wait_gets_none(state: FilingState) -> None:
    late = filing(at("02 15:00"), state=state)
    assert plan(late, Policy(), NIGHT, SHANGHAI, late.submitted_at, NOON) == ()
    assert snoozed(late, timedelta(hours=1), late.submitted_at, Policy(), NIGHT, SHANGHAI) is None


def test_quiet_hours_within_one_day() -> None:
    siesta = QuietHours(time(13), time(15))
    assert "04 12:55 before" in planned("02 20:00", quiet=siesta)  # six hours before would be 14:00
    assert "02 15:00 sms_check" in planned("02 14:00", quiet=siesta)


def test_a_clock_that_is_set_forward_in_the_night_moves_their_end() -> None:
    berlin, night = ZoneInfo("Europe/Berlin"), QuietHours(time(22), time(2, 30))
    quiet = Quiet(night, berlin)
    span = quiet.span_at(datetime(2027, 3, 28, 0, 0, tzinfo=UTC))
    assert span is not None
    assert span.ends == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 02:30 is skipped; it is 03:30 then


def test_snoozing() -> None:
    waiting = filing(at("02 15:00"))

    def snooze(now: str, minutes: int) -> list[str] | None:
        entry = snoozed(waiting, timedelta(minutes=minutes), at(now), Policy(), NIGHT, SHANGHAI)
        return shown((entry,)) if entry else None

    assert snooze("03 15:00", 60) == ["03 16:00 snoozed"]
    assert snooze("03 21:30", 60) == ["03 22:30 snoozed silent"]  # the person's own choice
    assert snooze("04 14:30", 60) == ["04 14:50 snoozed"]  # no later than it helps
    assert snooze("04 14:50", 30) is None
    assert snooze("04 16:00", 30) is None
    assert snooze("03 15:00", 0) is None


@pytest.mark.parametrize("naive", [datetime.fromisoformat("2026-11-02T15:00")])
def test_a_naive_now_is_refused(naive: datetime) -> None:
    with pytest.raises(ValueError, match="now"):
        plan(filing(at("02 15:00")), Policy(), NIGHT, SHANGHAI, naive, NOON)


moments = st.datetimes(
    datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2035-01-01"), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))
minutes_of_day = st.integers(0, 24 * 60 - 1).map(lambda minutes: time(minutes // 60, minutes % 60))
nights = st.one_of(
    st.none(),
    st.just(NIGHT),
    st.builds(QuietHours, minutes_of_day, minutes_of_day).filter(lambda hours: hours.starts != hours.ends),
)
policies = st.one_of(
    st.just(Policy()),
    st.builds(
        Policy,
        before=st.lists(
            st.one_of(st.integers(1, 180), st.integers(1, 48 * 60)).map(lambda n: timedelta(minutes=n)), max_size=5
        ).map(tuple),
    ),
)


@given(
    submitted=moments,
    hours=st.sampled_from([2, 24, 48, 72]),
    tracked_after=st.integers(0, 80 * 60),
    night=nights,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    policy=policies,
    resend=st.sampled_from([None, NOON, AutoResend(2, time(0, 30))]),
)
def test_what_holds_for_every_plan(
    submitted: datetime,
    hours: int,
    tracked_after: int,
    night: QuietHours | None,
    zone: ZoneInfo,
    policy: Policy,
    resend: AutoResend | None,
) -> None:
    tracked, now = filing(submitted, hours), submitted + timedelta(minutes=tracked_after)
    deadline, quiet = tracked.deadline, Quiet(night, zone)
    entries = plan(tracked, policy, night, zone, now, resend)
    if now >= deadline:
        assert entries == ()
        return

    times = [entry.due_at for entry in entries]
    assert times == sorted(set(times))
    assert all(submitted < moment <= deadline and now < moment for moment in times)
    assert [entry.kind for entry in entries].count(ReminderKind.EXPIRED) == 1
    assert entries[-1].kind is ReminderKind.EXPIRED
    assert entries[-1].due_at == deadline

    for entry in entries:
        assert entry.silent == (quiet.span_at(entry.due_at) is not None), entry
        if entry.kind is ReminderKind.BEFORE:
            assert entry.due_at >= submitted + policy.settle

    last = min(policy.before, default=timedelta())
    for offset in policy.before:
        due = deadline - offset
        if due > now and due >= submitted + policy.settle:
            urgent = offset <= max(policy.urgent, last)
            if urgent or quiet.span_at(due) is None:
                assert due in times, offset

    span = quiet.span_at(deadline)
    if span is not None:
        moment = span.begins - policy.quiet_margin
        if moment > now and moment >= submitted + policy.settle and quiet.span_at(moment) is None:
            woken = quiet.last_end(moment)
            assert any(
                entry.kind is ReminderKind.BEFORE
                and not entry.silent
                and entry.due_at < span.begins
                and (woken is None or entry.due_at >= woken)
                for entry in entries
            )


@given(moment=moments, night=nights, zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_quiet_hours_are_those_on_the_wall(moment: datetime, night: QuietHours | None, zone: ZoneInfo) -> None:
    near = [moment + timedelta(hours=hours) for hours in (-30, 30)]
    assume(len({each.astimezone(zone).utcoffset() for each in near}) == 1)  # no change of the clock close by
    wall = moment.astimezone(zone).time()
    quiet = Quiet(night, zone)
    if night is None:
        expected = False
    elif night.starts < night.ends:
        expected = night.starts <= wall < night.ends
    else:
        expected = wall >= night.starts or wall < night.ends
    assert (quiet.span_at(moment) is not None) == expected


@given(
    submitted=moments,
    now_after=st.integers(0, 3000),
    delay=st.integers(-10, 3000),
    night=nights,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_what_holds_for_every_snooze(
    submitted: datetime, now_after: int, delay: int, night: QuietHours | None, zone: ZoneInfo
) -> None:
    tracked, now, policy = filing(submitted), submitted + timedelta(minutes=now_after), Policy()
    entry = snoozed(tracked, timedelta(minutes=delay), now, policy, night, zone)
    if entry is None:
        assert delay <= 0 or now >= tracked.deadline - policy.last_useful
        return
    assert now < entry.due_at <= tracked.deadline - policy.last_useful
    assert entry.due_at <= now + timedelta(minutes=delay)
    assert entry.silent == (Quiet(night, zone).span_at(entry.due_at) is not None)
