"""The dispatcher at work: what is sent when, and what becomes of it when something goes wrong."""

import asyncio
import logging
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.errors import StoreError
from bot.filings.reminder import Reminder, ReminderState
from bot.reminders import delivery
from bot.reminders.delivery import ERRORS, MARK_TRIES, SEND_TIMEOUT
from bot.reminders.dispatcher import CHUNK, GROUP, LEASE, PATIENCE, STOP_PATIENCE, group_for
from bot.reminders.limits import MINUTE, SECOND
from bot.reminders.retrying import FIRST_RETRY, backoff
from bot.reminders.sending import ChatMoved, SendBlocked, SendGone, SendRefused, SendRetry
from bot.store.sqlite import BUSY_TIMEOUT
from tests.reminders.world import START, World

TEAM = -100


def states(world: World, filing_id: int) -> list[str]:
    return [str(reminder.state) for reminder in world.store.of(filing_id)]


def first(world: World, filing_id: int) -> Reminder:
    return world.store.of(filing_id)[0]


async def test_sends_each_reminder_when_it_is_due() -> None:
    world = World()
    filing = world.track(10, 20, deadline=30)
    await world.pass_(minutes=60)
    assert [(attempt.at - START, attempt.text) for attempt in world.service.attempts] == [
        (timedelta(minutes=10), f"{filing} before"),
        (timedelta(minutes=20), f"{filing} before"),
        (timedelta(minutes=30), f"{filing} expired"),
    ]
    assert states(world, filing) == ["sent", "sent", "sent"]
    assert world.store.filings[filing].state == "expired"


async def test_a_silent_reminder_is_sent_silently() -> None:
    world = World()
    world.track(10, silent=True)
    world.track(20)
    await world.pass_(minutes=30)
    assert [attempt.silent for attempt in world.service.attempts] == [True, False]


async def test_what_waits_for_its_turn_beyond_its_lease_goes_out_once() -> None:
    """The clock is set forward while one reminder waits for the second after another to the same chat."""
    world = World()
    first, second = world.track(1), world.track(1)
    await world.pass_(minutes=1)
    assert len(world.service.texts()) == 1
    world.time.jump(2 * LEASE)
    await world.time.pass_(3 * LEASE)
    assert sorted(world.service.texts()) == sorted([f"{first} before", f"{second} before"])


async def test_wakes_at_once_on_a_change() -> None:
    world = World()
    world.track(60)
    await world.pass_(seconds=3)
    world.track(0.1)  # due before the present sleep ends
    await world.pass_(seconds=6)
    assert [attempt.at for attempt in world.service.attempts] == [START + timedelta(seconds=9)]


async def test_a_clock_set_forward_is_noticed() -> None:
    world = World()
    world.track(60 * 24)
    await world.pass_(seconds=1)
    world.time.jump(timedelta(hours=25))
    await world.pass_(seconds=CHUNK.total_seconds())
    assert len(world.service.attempts) == 1


async def test_a_clock_set_forward_while_sending_starts_no_second_send() -> None:
    world = World()
    world.service.moods[7].extend([timedelta(seconds=40), timedelta(seconds=40)])
    filing = world.track(5)
    await world.pass_(minutes=5)
    world.time.jump(2 * LEASE)
    await world.pass_(minutes=10)
    assert world.service.most_under_way == 1
    assert first(world, filing).state is ReminderState.SENT


async def test_after_a_stop_only_the_most_urgent_of_a_filing_goes_out() -> None:
    world = World()
    await world.kill()
    overdue, expired = world.track(10, 20, 30, deadline=300), world.track(10, 20, deadline=40)
    await world.pass_(hours=2)
    world.start()
    await world.pass_(seconds=2)
    assert sorted(world.service.texts()) == [f"{overdue} before", f"{expired} expired"]
    assert states(world, overdue) == ["skipped", "skipped", "sent", "planned"]
    assert states(world, expired) == ["skipped", "skipped", "sent"]


async def test_the_nearest_deadline_goes_first_and_all_go_as_fast_as_allowed() -> None:
    world = World(per_second=10)
    for number in range(100):
        world.track(5, chat=1000 + number, deadline=1000 - number)
    await world.pass_(minutes=6)
    due = START + timedelta(minutes=5)
    assert [attempt.chat_id for attempt in world.service.attempts] == [1099 - number for number in range(100)]
    assert [(attempt.at - due) / SECOND for attempt in world.service.attempts] == pytest.approx(
        [number / 10 for number in range(100)], abs=0.001
    )


async def test_slow_answers_of_the_service_do_not_slow_the_others() -> None:
    world = World()
    for number in range(GROUP):
        world.service.moods[1000 + number].append(timedelta(seconds=20))
        world.track(5, chat=1000 + number)
    await world.pass_(minutes=5)
    await world.pass_(seconds=25)
    assert len(world.service.accepted()) == GROUP
    assert world.service.accepted()[-1].at <= START + timedelta(minutes=5) + GROUP * SECOND / 30


async def test_claims_several_at_once() -> None:
    world = World()
    for number in range(60):
        world.track(5, chat=1000 + number)
    await world.pass_(minutes=6)
    assert len(world.service.accepted()) == 60
    assert max(world.store.claims) == GROUP
    assert len(world.store.claims) <= 6


async def test_a_group_with_many_reminders_does_not_hold_up_the_others() -> None:
    world = World()
    filings = [world.track(5, chat=TEAM, deadline=600) for _ in range(70)]
    world.track(5, chat=7, deadline=700)  # less urgent than all of them
    await world.pass_(minutes=5, seconds=3)
    assert 7 in [attempt.chat_id for attempt in world.service.attempts]
    await world.pass_(minutes=5)
    to_team = [attempt.at for attempt in world.service.attempts if attempt.chat_id == TEAM]
    assert len(to_team) == 70
    assert to_team[-1] <= START + timedelta(minutes=5) + 4 * MINUTE
    assert all(later - earlier >= SECOND for earlier, later in pairwise(to_team))
    assert all(later - earlier >= MINUTE for earlier, later in zip(to_team, to_team[20:], strict=False))
    assert max(first(world, filing).tries for filing in filings) <= 4  # given back a few times, not every second


async def test_answers_go_before_reminders() -> None:
    world = World(per_second=10)
    await world.pass_(minutes=5)
    for number in range(10):
        world.dispatcher.answered(number)
    world.track(0, chat=50)
    await world.pass_(seconds=2)
    assert [attempt.at for attempt in world.service.attempts] == [START + timedelta(minutes=5) + SECOND]


def too_many(seconds: float) -> SendRetry:
    return SendRetry(seconds, "Too Many Requests")


async def test_a_chat_told_to_wait_does_and_no_other() -> None:
    world = World()
    world.service.moods[7].append(too_many(40))
    told = [world.track(5, chat=7), world.track(5.1, chat=7, deadline=300)]
    world.track(5.1, chat=8)
    await world.pass_(minutes=5, seconds=39)
    assert [(attempt.chat_id, attempt.accepted) for attempt in world.service.attempts] == [(7, False), (8, True)]
    assert first(world, told[0]).state is ReminderState.PLANNED
    assert first(world, told[0]).due_at == START + timedelta(minutes=5)
    await world.pass_(seconds=3)
    end = START + timedelta(minutes=5, seconds=40)
    assert [attempt.at for attempt in world.service.accepted()[1:]] == [end, end + SECOND]
    assert [states(world, filing)[0] for filing in told] == ["sent", "sent"]
    assert first(world, told[1]).tries <= 3  # given back until then, not every second


async def test_two_chats_told_to_wait_hold_up_everything_until_the_latest() -> None:
    world = World()
    world.service.moods[7].append(too_many(40))
    world.service.moods[8].append(too_many(20))
    world.track(5, chat=7, deadline=600)
    world.track(5.1, chat=8, deadline=600)
    other = world.track(5.2, chat=9, deadline=400)
    await world.pass_(minutes=5, seconds=39)
    assert [attempt.accepted for attempt in world.service.attempts] == [False, False]
    await world.pass_(seconds=2)
    assert sorted(attempt.chat_id for attempt in world.service.accepted()) == [7, 8, 9]
    assert world.service.accepted()[0].at == START + timedelta(minutes=5, seconds=40)
    assert first(world, other).tries == 1  # not even claimed while waiting


async def test_an_answer_told_to_wait_counts_as_much() -> None:
    world = World()
    await world.pass_(minutes=5)
    world.dispatcher.answer_refused(7, 30)
    world.track(0, chat=7)
    world.track(0, chat=8)
    await world.pass_(seconds=31)
    now = START + timedelta(minutes=5)
    assert [(attempt.chat_id, attempt.at - now) for attempt in world.service.attempts] == [
        (8, timedelta()),
        (7, timedelta(seconds=30)),
    ]


async def test_what_goes_beyond_the_free_messages_is_sent_as_paid() -> None:
    world = World(per_second=100, paid=True)
    for number in range(90):
        world.track(5, chat=1000 + number)
    await world.pass_(minutes=6)
    assert [attempt.paid for attempt in world.service.attempts] == [False] * 30 + [True] * 60


async def test_a_refused_payment_loses_no_reminder(caplog: pytest.LogCaptureFixture) -> None:
    world = World(per_second=100, paid=True)
    filings = [world.track(5, chat=1000 + number) for number in range(60)]
    world.service.moods[1030].append(SendRefused("BALANCE_TOO_LOW"))
    await world.pass_(minutes=5, seconds=30)
    assert len(world.service.accepted()) == 60
    assert {states(world, filing)[0] for filing in filings} == {"sent"}
    assert not [attempt for attempt in world.service.attempts if attempt.paid and attempt.number > 40]
    assert "refused as a paid message, it goes out as a free one: BALANCE_TOO_LOW" in caplog.text


async def test_waits_for_a_turn_do_not_lengthen_the_wait_after_a_fault() -> None:
    world = World()
    world.service.moods[7].extend([timedelta()] * 3 + [SendRetry(None, "Bad Gateway")])
    filings = [world.track(5, chat=7) for _ in range(5)]
    await world.pass_(minutes=6)
    fault = next(attempt for attempt in world.service.attempts if not attempt.accepted)
    again = next(attempt for attempt in world.service.accepted() if attempt.text == fault.text)
    assert again.at - fault.at == FIRST_RETRY
    assert first(world, filings[3]).tries > 2  # it had waited for its turn before


async def test_a_passing_fault_is_tried_again_after_a_growing_wait() -> None:
    world = World()
    world.service.moods[7].extend(SendRetry(None, "Bad Gateway") for _ in range(4))
    filing = world.track(5)
    await world.pass_(minutes=10)
    times = [attempt.at - START - timedelta(minutes=5) for attempt in world.service.attempts]
    assert times == [timedelta(seconds=seconds) for seconds in (0, 5, 15, 35, 75)]
    assert states(world, filing)[0] == "sent"


async def test_no_wait_passes_the_deadline_by() -> None:
    world = World()
    world.service.moods[7].extend(SendRetry(None, "Bad Gateway") for _ in range(9))
    filing = world.track(5, deadline=25)
    await world.pass_(minutes=24)
    before = [attempt.at for attempt in world.service.attempts]
    assert len(before) > 9
    assert world.service.texts() == [f"{filing} before"]


async def test_a_person_who_blocked_the_bot_is_left_alone_until_they_write() -> None:
    world = World()
    world.service.moods[7].append(SendBlocked("bot was blocked by the user"))
    filing = world.track(5, 10, 60)
    await world.pass_(minutes=30)
    assert len(world.service.attempts) == 1
    assert world.store.paused == {7}
    await world.store.resume(7)
    world.dispatcher.wake()
    await world.pass_(seconds=1)
    assert len(world.service.accepted()) == 1
    assert states(world, filing) == ["skipped", "sent", "planned", "planned"]


async def test_who_writes_again_soon_gets_the_reminder_at_once() -> None:
    world = World()
    world.service.moods[7].append(SendBlocked("bot was blocked by the user"))
    world.track(5)
    await world.pass_(minutes=5, seconds=30)
    await world.store.resume(7)
    world.dispatcher.wake()
    await world.pass_(seconds=1)
    assert len(world.service.accepted()) == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (SendGone("chat not found"), "the chat is gone: chat not found"),
        (SendRefused("can't parse entities"), "refused: can't parse entities"),
    ],
)
async def test_what_cannot_succeed_fails_and_says_why(fault: Exception, reason: str) -> None:
    world = World()
    world.service.moods[7].append(fault)
    filing = world.track(5)
    await world.pass_(minutes=60)
    assert len(world.service.attempts) == 1
    assert first(world, filing).state is ReminderState.FAILED
    assert first(world, filing).reason == reason


async def test_a_group_that_moved_is_followed() -> None:
    world = World()
    world.service.moods[TEAM].append(ChatMoved(-1002))
    filing = world.track(5, chat=TEAM)
    await world.pass_(minutes=5, seconds=1)
    assert [attempt.chat_id for attempt in world.service.accepted()] == [-1002]
    assert world.store.filings[filing].chat_id == -1002


async def test_what_is_not_needed_any_more_is_skipped() -> None:
    world = World()
    filing = world.track(5)
    world.compose = lambda *_: _nothing()  # type: ignore[method-assign]
    await world.dispatcher.stop()
    world.start()
    await world.pass_(minutes=6)
    assert world.service.attempts == []
    assert first(world, filing).state is ReminderState.SKIPPED


async def _nothing() -> None:
    return None


async def test_a_faulty_text_is_given_up_in_the_end_and_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    bad, good = world.track(5, chat=7), world.track(5, chat=8)
    world.compose_faults[bad] = [ZeroDivisionError("oh") for _ in range(100)]
    await world.pass_(minutes=30)
    assert world.service.texts() == [f"{good} before"]
    assert first(world, bad).state is ReminderState.FAILED
    assert first(world, bad).tries == ERRORS
    assert first(world, bad).reason == "ZeroDivisionError: oh"
    assert f"reminder 1 (before) of filing {bad}: unexpected error 5 of 5" in caplog.text


async def test_an_unexpected_error_of_sending_is_borne() -> None:
    world = World()
    world.service.moods[7].append(ValueError("oh"))
    world.track(5)
    await world.pass_(minutes=6)
    assert len(world.service.accepted()) == 1


async def test_what_is_claimed_is_given_back_while_everything_is_held_up() -> None:
    """Not kept until the lease ends, where nobody else could send it."""
    world = World(per_second=3)
    world.service.moods[7].append(too_many(60))
    world.service.moods[8].append(too_many(60))
    waiting = [world.track(5, chat=chat, deadline=300) for chat in (7, 8, 9, 10)]
    await world.pass_(minutes=5, seconds=30)
    assert {states(world, filing)[0] for filing in waiting} == {"planned"}


async def test_what_cannot_be_given_back_is_noticed_and_comes_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    filings = [world.track(5, chat=7) for _ in range(3)]
    world.store.mark_faults = 2  # the first one's mark, and giving back the third, which would wait behind the second
    await world.pass_(minutes=10)
    assert "the reminders cannot use the database" in caplog.text
    assert [states(world, filing)[0] for filing in filings] == ["sent"] * 3


async def test_a_send_that_never_ends_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "SEND_TIMEOUT", timedelta())
    world = World()
    world.service.moods[7].append(timedelta(days=9))
    filing = world.track(5)
    await world.pass_(minutes=5, seconds=1)
    elapsed = asyncio.Event()  # the limit is one of the event loop's own time
    asyncio.get_running_loop().call_later(0, elapsed.set)
    await elapsed.wait()
    await world.time.settle()
    reminder = first(world, filing)
    assert (reminder.state, reminder.reason) == (ReminderState.PLANNED, "took more than 0:00:00")


async def test_a_database_that_fails_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.track(5)
    world.store.faults = 4
    await world.pass_(minutes=5)
    assert len(world.service.accepted()) == 1
    assert "the reminders cannot use the database" in caplog.text


async def test_a_text_that_cannot_be_read_from_the_database_is_tried_again() -> None:
    world = World()
    filing = world.track(5)
    world.compose_faults[filing] = [StoreError("the disk is full") for _ in range(ERRORS + 1)]
    await world.pass_(minutes=30)
    assert world.service.texts() == [f"{filing} before"]


async def test_a_mark_that_fails_is_made_again_and_nothing_comes_twice() -> None:
    world = World()
    filing = world.track(5)
    world.store.mark_faults = 3
    await world.pass_(minutes=30)
    assert len(world.service.attempts) == 1
    assert first(world, filing).state is ReminderState.SENT


async def test_a_mark_that_fails_for_good_brings_the_reminder_again_after_its_lease() -> None:
    world = World()
    world.track(5)
    world.store.mark_faults = 5
    await world.pass_(minutes=30)
    assert [attempt.at for attempt in world.service.attempts] == [
        START + timedelta(minutes=5),
        START + timedelta(minutes=5) + LEASE,
    ]


def test_a_lease_outlasts_all_that_is_done_under_it() -> None:
    marking = MARK_TRIES * BUSY_TIMEOUT
    pauses = sum((backoff(tries, lambda: 1.0) for tries in range(1, MARK_TRIES)), timedelta())
    assert PATIENCE + SEND_TIMEOUT + marking + pauses < LEASE


async def test_a_late_delivery_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world = World()
    await world.kill()
    world.track(5)
    await world.pass_(minutes=20)
    world.start()
    await world.pass_(seconds=1)
    assert "sent 0:15:00 late" in caplog.text


async def test_a_stop_finishes_what_is_being_sent_and_gives_back_the_rest() -> None:
    world = World(per_second=1)
    world.service.moods[7].append(timedelta(seconds=4))
    being_sent, waiting = world.track(5, chat=7, deadline=60), world.track(5, chat=8, deadline=70)
    await world.pass_(minutes=5)
    assert first(world, waiting).state is ReminderState.CLAIMED
    stopping = world.task.get_loop().create_task(world.dispatcher.stop())
    await world.pass_(seconds=5)
    assert stopping.done()
    assert first(world, being_sent).state is ReminderState.SENT
    assert first(world, waiting).state is ReminderState.PLANNED
    await world.pass_(minutes=5)
    assert len(world.service.attempts) == 1


async def test_a_stop_does_not_wait_for_ever() -> None:
    world = World()
    world.service.moods[7].append(timedelta(days=1))
    filing = world.track(5)
    await world.pass_(minutes=5)
    stopping = world.task.get_loop().create_task(world.dispatcher.stop())
    await world.time.pass_(STOP_PATIENCE)
    assert stopping.done()
    assert first(world, filing).state is ReminderState.CLAIMED  # comes again when the lease ends


async def test_a_stop_bears_a_database_that_fails() -> None:
    world = World(per_second=1)
    world.track(5, chat=7)
    waiting = world.track(5, chat=8)
    await world.pass_(minutes=5)
    world.store.faults = 1
    await world.dispatcher.stop()
    assert first(world, waiting).state is ReminderState.CLAIMED


async def test_stopping_what_does_not_run_returns() -> None:
    world = World()
    await world.dispatcher.stop()
    await world.dispatcher.stop()
    await world.another().stop()
    await world.time.settle()
    assert world.task.done()


async def test_after_a_kill_only_what_was_being_sent_comes_again() -> None:
    world = World(per_second=1000)
    for number in range(3 * GROUP):
        chat = 1000 + number
        world.service.moods[chat].append(timedelta(milliseconds=300))
        world.track(5, chat=chat)
    await world.pass_(minutes=5)
    await world.pass_(milliseconds=750)  # the third group is under way: begun, but not accepted
    accepted = len(world.service.accepted())
    await world.kill()
    assert accepted == 2 * GROUP
    world.start()
    await world.pass_(minutes=10)
    sent = [attempt.chat_id for attempt in world.service.accepted()]
    assert len(set(sent)) == 3 * GROUP
    assert len(sent) - len(set(sent)) <= GROUP


async def test_two_processes_send_nothing_twice() -> None:
    world = World()
    other = world.another()
    running = world.task.get_loop().create_task(other.run())
    for number in range(50):
        world.track(5, chat=1000 + number)
    await world.pass_(minutes=6)
    assert sorted(attempt.chat_id for attempt in world.service.attempts) == list(range(1000, 1050))
    await other.stop()
    assert running.done()


@pytest.mark.parametrize(("per_second", "milliseconds"), [(30, 1000), (300, 250), (1000, 250)])
async def test_the_limit_is_reached_while_each_message_takes_its_time(per_second: int, milliseconds: int) -> None:
    world = World(per_second, group=group_for(per_second))
    world.service.answer_takes = timedelta(milliseconds=milliseconds)
    count = 5 * per_second
    for number in range(count):
        world.track(5, chat=1000 + number)
    await world.pass_(minutes=6)
    times = [attempt.at for attempt in world.service.accepted()]
    assert len(times) == count
    assert max(times) - min(times) <= 5 * SECOND * 1.02
    assert world.service.most_under_way <= group_for(per_second)


async def test_waiting_costs_nothing_but_a_look_now_and_then() -> None:
    world = World()
    world.track(24 * 60)
    await world.pass_(hours=12)
    assert world.store.claims == []
