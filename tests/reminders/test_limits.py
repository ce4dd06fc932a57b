"""Never over the limits, for any order of sends, and no slower than they allow."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reminders.limits import MARGIN, MINUTE, SECOND, Limits

START = datetime(2026, 11, 2, 7, tzinfo=UTC)
PERSON, OTHER, GROUP = 7, 8, -100


def send_when_ready(limits: Limits, chats: list[int], at: datetime = START) -> list[datetime]:
    """Send to the chats one after the other, each as soon as it may be; return when."""
    times = []
    for chat in chats:
        at = limits.ready_at(chat, at)
        limits.take(chat, at)
        times.append(at)
    return times


def most_within(times: list[datetime], span: timedelta) -> int:
    """Return the greatest number of times in any span of that length."""
    return max(sum(first <= time < first + span for time in times) for first in times)


def test_one_a_second_to_a_person() -> None:
    assert send_when_ready(Limits(), [PERSON] * 3) == [START, START + SECOND, START + 2 * SECOND]


def test_thirty_a_second_over_all() -> None:
    times = send_when_ready(Limits(), list(range(1, 92)))
    assert times.count(START) == 30
    assert times[-1] == START + 3 * SECOND


def test_more_for_those_who_pay() -> None:
    assert send_when_ready(Limits(1000), list(range(1, 1001)))[-1] == START


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
    times = send_when_ready(limits, list(range(10, 50)))
    assert times.count(START) == 26  # one went to the answer, three are left free
    later = START + timedelta(minutes=1)
    assert send_when_ready(limits, list(range(10, 50)), later).count(later) == 30


def test_nothing_before_a_hold_ends() -> None:
    limits = Limits()
    until = START + timedelta(seconds=17)
    limits.hold(until)
    limits.hold(START + timedelta(seconds=3))  # a shorter one does not shorten it
    assert limits.held_until(START) == until
    assert limits.ready_at(PERSON, START) == until
    assert limits.held_until(until + SECOND) == until + SECOND


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


def test_a_clock_set_back_does_not_stop_the_sending() -> None:
    limits = Limits()
    send_when_ready(limits, [PERSON, GROUP])
    back = START - timedelta(hours=5)
    assert limits.ready_at(PERSON, back) == back + SECOND
    limits.hold(back + timedelta(seconds=9))
    assert limits.ready_at(OTHER, back) == back + timedelta(seconds=9)


def test_what_is_reported_late_is_borne() -> None:
    limits = Limits()
    limits.take(PERSON, START + timedelta(seconds=1))
    limits.note(OTHER, START)
    assert limits.ready_at(OTHER, START) >= START + SECOND


@pytest.mark.parametrize("per_second", [0, -1])
def test_a_senseless_limit_is_refused(per_second: int) -> None:
    with pytest.raises(ValueError, match="per_second"):
        Limits(per_second)


@given(
    sends=st.lists(
        st.tuples(st.sampled_from([PERSON, OTHER, 9, GROUP, -200]), st.floats(0, 3), st.booleans()),
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
            assert chat > 0 or in_minute < 20
            limits.take(chat, now)
        sent.append((now, chat))


@given(chats=st.lists(st.integers(1, 40), min_size=1, max_size=120))
def test_reminders_alone_go_as_fast_as_allowed(chats: list[int]) -> None:
    times = send_when_ready(Limits(3), chats)
    for place, (time, chat) in enumerate(zip(times, chats, strict=True)):
        if time > START and time > times[place - 1]:
            earlier = list(zip(times[:place], chats[:place], strict=True))
            full = sum(each >= time - SECOND for each, _ in earlier) >= 3
            assert full or any(each >= time - SECOND for each, other in earlier if other == chat)
    assert most_within(times, SECOND - MARGIN) <= 3
