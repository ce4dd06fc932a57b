"""Never over the limits, for any order of sends, and no slower than they allow."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.limits import (
    CATCH_UP,
    FREE_PER_SECOND,
    JITTER,
    MARGIN,
    MINUTE,
    PER_GROUP_MINUTE,
    SECOND,
    UNPAID,
    Limits,
)
from bot.simulation.report import most_within

START = datetime(2026, 11, 2, 7, tzinfo=UTC)
PERSON, OTHER, THIRD, GROUP = 7, 8, 9, -100
STEP = SECOND / 30


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def send_when_ready(limits: Limits, chats: list[int], at: datetime = START) -> list[datetime]:
    """Send to the chats one after the other, each as soon as it may be; return when."""
    times = []
    for chat in chats:
        at = limits.ready_at(chat, at)
        limits.take(chat, at)
        times.append(at)
    return times


def people(count: int) -> list[int]:
    return list(range(1000, 1000 + count))


def test_one_a_second_to_a_person() -> None:
    assert send_when_ready(Limits(), [PERSON] * 3) == [START, START + SECOND, START + 2 * SECOND]


def test_thirty_a_second_over_all_at_an_even_pace() -> None:
    times = send_when_ready(Limits(), people(91))
    assert all(later - earlier == pytest.approx(STEP, rel=1e-4) for earlier, later in pairwise(times))
    assert times[-1] - START == pytest.approx(3 * SECOND, rel=1e-4)
    assert most_within(times, SECOND) == 30


def test_more_for_those_who_pay() -> None:
    times = send_when_ready(Limits(1000), people(3001))
    assert times[-1] - START == pytest.approx(seconds(3), rel=1e-3)  # all that are allowed
    assert most_within(times, seconds(1)) == 1000


def test_what_a_busy_process_falls_behind_its_pace_is_made_up_for() -> None:
    limits = Limits()
    limits.take(PERSON, START)
    late = START + STEP + CATCH_UP / 2
    assert send_when_ready(limits, people(2), late) == [late, late]
    limits.take(OTHER, START + seconds(10))  # a long while after its turn, nothing is left to be made up for
    assert limits.ready_at(THIRD, START + seconds(10)) == START + seconds(10) + STEP


@given(seed=st.integers(0, 10**9), per_second=st.sampled_from([1, 3, 30]))
def test_jitter_brings_no_more_than_the_limit_into_a_second(seed: int, per_second: int) -> None:
    """However early or late each arrives within the jitter, and however late the process is to send it."""
    limits, arrived, at, random = Limits(per_second), list[datetime](), START, Random(seed)
    for chat in people(4 * per_second):
        at = limits.ready_at(chat, at) + timedelta(milliseconds=random.choice([0, 0, 0, 5, 90, 400]))
        limits.take(chat, at)
        arrived.append(at + random.choice([-1, 0, 1]) * JITTER)
    assert most_within(sorted(arrived), seconds(1)) <= per_second


def test_twenty_a_minute_to_a_group() -> None:
    times = send_when_ready(Limits(), [GROUP] * 41)
    assert times[19] == START + 19 * SECOND
    assert times[20] == START + MINUTE
    assert times[40] == START + 2 * MINUTE


def test_an_answer_counts_and_leaves_room_for_more() -> None:
    limits = Limits()
    limits.note(PERSON, START)
    assert limits.ready_at(PERSON, START) == START + SECOND
    assert limits.ready_at(OTHER, START) == START
    times = send_when_ready(limits, people(28))
    assert sum(time < START + SECOND for time in times) == 27  # three are left free
    later = START + timedelta(minutes=1)
    assert sum(time < later + SECOND for time in send_when_ready(limits, people(31), later)) == 30


@pytest.mark.parametrize(("answers", "left"), [(1, 27), (2, 27), (8, 20), (15, 11), (26, 3), (40, 0)])
def test_reminders_get_what_answers_leave_of_the_limit(answers: int, left: int) -> None:
    limits, sent, at = Limits(), list[datetime](), START
    chats = iter(people(10**3))
    answered = [START + SECOND * number / answers for number in range(10 * answers)]
    for answer in answered:
        limits.note(PERSON, answer)
        while (ready := limits.ready_at(chat := next(chats), max(at, answer))) < answer + SECOND / answers:
            limits.take(chat, at := ready)
            sent.append(at)
    assert sum(time >= START + 2 * SECOND for time in sent) == pytest.approx(8 * left, abs=8)
    both = sorted(time for time in [*answered, *sent] if time >= START + SECOND)
    assert most_within(both, SECOND) <= max(30, answers)


def test_a_refusal_makes_its_chat_wait_and_no_other() -> None:
    limits = Limits()
    until = START + seconds(17)
    limits.refused(GROUP, until, START)
    limits.refused(GROUP, START + seconds(3), START + seconds(1))  # a shorter one does not shorten it
    assert limits.ready_at(GROUP, START + seconds(1)) == until
    assert limits.ready_at(PERSON, START + seconds(1)) == START + seconds(1)
    assert limits.held_until(START + seconds(1)) == START + seconds(1)


def test_refusals_to_two_chats_at_a_time_make_everything_wait_for_the_latest() -> None:
    limits = Limits()
    limits.refused(GROUP, START + seconds(17), START)
    limits.refused(PERSON, START + seconds(9), START + seconds(5))
    until = START + seconds(17)
    assert limits.held_until(START + seconds(5)) == until
    assert limits.ready_at(OTHER, START + seconds(5)) == until
    limits.refused(THIRD, START + seconds(30), START + seconds(6))  # was under way
    assert limits.held_until(START + seconds(7)) == START + seconds(30)
    assert limits.held_until(START + seconds(31)) == START + seconds(31)


def test_refusals_one_after_the_other_make_only_their_chats_wait() -> None:
    limits = Limits()
    limits.refused(GROUP, START + seconds(5), START)
    limits.refused(PERSON, START + seconds(20), START + seconds(5))
    limits.refused(OTHER, START + seconds(6), START + seconds(6))  # no wait is wanted
    assert limits.ready_at(GROUP, START + seconds(6)) == START + seconds(6)
    assert limits.ready_at(PERSON, START + seconds(6)) == START + seconds(20)


def test_bookings_for_one_chat_follow_each_other() -> None:
    limits = Limits()
    send_when_ready(limits, [GROUP] * 20)
    now = START + 20 * SECOND
    booked = [limits.book(GROUP, now) for _ in range(5)]
    assert booked[0] == START + MINUTE
    assert [later - earlier for earlier, later in pairwise(booked)] == [MINUTE / 20] * 4
    assert limits.book(PERSON, now) == now
    assert limits.book(OTHER, now, behind=True) == now + SECOND
    assert limits.ready_at(GROUP, now) == START + MINUTE  # a booking keeps nothing free


@pytest.mark.parametrize("back", [seconds(2), timedelta(hours=5)])
def test_a_clock_set_back_does_not_stop_the_sending(back: timedelta) -> None:
    limits = Limits()
    send_when_ready(limits, [PERSON, GROUP])
    now = START - back
    assert limits.ready_at(PERSON, now) <= now + SECOND
    limits.refused(OTHER, now + seconds(9), now)
    assert limits.ready_at(OTHER, now) == now + seconds(9)


def test_what_is_reported_late_is_borne() -> None:
    limits = Limits()
    limits.take(PERSON, START + seconds(1))
    limits.note(OTHER, START)
    assert limits.ready_at(OTHER, START) >= START + SECOND


@pytest.mark.parametrize("per_second", [0, -1])
def test_a_senseless_limit_is_refused(per_second: int) -> None:
    with pytest.raises(ValueError, match="per_second"):
        Limits(per_second)


def paid_of(limits: Limits, chats: list[int], at: datetime) -> list[tuple[datetime, bool]]:
    """Send to the chats as fast as may be; return when, and whether it was to be paid for."""
    sent = []
    for chat in chats:
        at = limits.ready_at(chat, at)
        sent.append((at, limits.take(chat, at)))
    return sent


def test_only_what_goes_beyond_the_free_ones_is_paid_for() -> None:
    sent = paid_of(Limits(100, paid=True), people(200), START)
    free = [at for at, paid in sent if not paid]
    assert [paid for _, paid in sent[:31]] == [False] * 30 + [True]
    assert len(free) == 60  # the 200 take two seconds
    assert most_within(free, SECOND) == FREE_PER_SECOND


def test_nothing_is_paid_for_where_that_is_not_wanted() -> None:
    assert not any(paid for _, paid in paid_of(Limits(100), people(200), START))


def test_answers_are_among_the_free_ones() -> None:
    limits = Limits(100, paid=True)
    for chat in range(10):
        limits.note(chat, START)
    sent = paid_of(limits, people(50), START)
    assert sum(not paid for at, paid in sent if at < START + SECOND) == 17  # three more are left for answers


def test_after_a_refused_payment_all_is_free_for_a_while() -> None:
    limits = Limits(100, paid=True)
    paid_of(limits, people(100), START)
    at = START + SECOND
    limits.payment_refused(at)
    sent = paid_of(limits, people(200), at)
    assert not any(paid for _, paid in sent)
    assert most_within([when for when, _ in sent], SECOND) == FREE_PER_SECOND
    assert any(paid for _, paid in paid_of(limits, people(100), at + UNPAID))


@given(
    sends=st.lists(
        st.tuples(st.sampled_from([PERSON, OTHER, THIRD, GROUP, -200]), st.floats(0, 3), st.booleans()),
        min_size=1,
        max_size=150,
    ),
    per_second=st.integers(1, 5),
)
def test_reminders_stay_within_the_limits(sends: list[tuple[int, float, bool]], per_second: int) -> None:
    """Answers go out at once; reminders never make it too many."""
    limits, now = Limits(per_second), START
    sent: list[tuple[datetime, int]] = []
    for chat, pause, answer in sends:
        now += timedelta(seconds=pause)
        if answer:
            limits.note(chat, now)
        else:
            now = limits.ready_at(chat, now)
            before = [time for time, _ in sent]
            assert sum(time > now - (SECOND - MARGIN) for time in before) < per_second
            assert not any(time > now - (SECOND - MARGIN) for time, other in sent if other == chat)
            in_minute = sum(time > now - (MINUTE - MARGIN) for time, other in sent if other == chat)
            assert chat > 0 or in_minute < PER_GROUP_MINUTE
            limits.take(chat, now)
        sent.append((now, chat))


@given(chats=st.lists(st.integers(1, 40), min_size=1, max_size=120))
def test_reminders_alone_go_as_fast_as_allowed(chats: list[int]) -> None:
    step = SECOND / 3
    times = send_when_ready(Limits(3), chats)
    for place, (time, chat) in enumerate(zip(times, chats, strict=True)):
        if place and time > times[place - 1] + step + timedelta(microseconds=2):
            earlier = zip(times[:place], chats[:place], strict=True)
            assert any(each >= time - SECOND for each, other in earlier if other == chat)
    assert most_within(times, SECOND - MARGIN) <= 3
