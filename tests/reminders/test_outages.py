"""The service is down for a while: few attempts meanwhile, and everything goes out when it is there again."""

import asyncio
import logging
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.filings.reminder import ReminderState
from bot.reminders.breaker import LONGEST_PAUSE, SEVERAL
from bot.reminders.dispatcher import GROUP
from bot.reminders.limits import SECOND
from bot.reminders.retrying import FIRST_RETRY, LONGEST_RETRY
from bot.reminders.sending import SendBlocked, SendRetry
from tests.reminders.world import START, World

DUE = START + timedelta(minutes=5)


def outage(world: World, many: int) -> None:
    """Let reminders to so many chats come due while the service is down, the last with the nearest deadline."""
    world.service.down = True
    for number in range(many):
        world.track(5, chat=1000 + number, deadline=3000 - number)


async def test_after_faults_at_several_chats_only_a_trial_is_made_now_and_then() -> None:
    world = World()
    outage(world, 200)
    await world.pass_(minutes=5)
    await world.pass_(minutes=15)
    times = [(attempt.at - DUE).total_seconds() for attempt in world.service.attempts]
    assert times[SEVERAL - 1] < 1
    assert times[SEVERAL:] == pytest.approx([5, 15, 35, *range(75, 15 * 60, 60)], abs=1)
    claimed = [each for each in world.store.reminders.values() if each.state is ReminderState.CLAIMED]
    assert claimed == []


async def test_after_it_everything_goes_out_at_the_limit_nearest_deadline_first() -> None:
    world = World()
    outage(world, 200)
    await world.pass_(minutes=15)
    world.service.down = False
    await world.pass_(minutes=1)
    await world.pass_(seconds=30)
    accepted = world.service.accepted()
    assert len(accepted) == 200
    assert accepted[-1].at - accepted[0].at <= 200 * SECOND / 30 + SECOND
    rest = [attempt.chat_id for attempt in accepted[1:]]  # the first was the trial
    assert rest == sorted(rest, reverse=True)


async def test_a_success_of_an_answer_ends_it_at_once() -> None:
    world = World()
    outage(world, 20)
    await world.pass_(minutes=15)
    world.service.down = False
    world.dispatcher.answered(7)
    await world.pass_(seconds=1)
    assert len(world.service.accepted()) == 20


async def test_opening_and_closing_are_told_once_each(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world = World()
    outage(world, 100)
    await world.pass_(minutes=15)
    world.service.down = False
    await world.pass_(minutes=2)
    told = [record.getMessage() for record in caplog.records if record.name == "bot.reminders.breaker"]
    assert told == [
        "nothing gets through to 5 chats in a row (Bad Gateway); no reminders for now, next trial in 0:00:05",
        "messages get through again, after 0:10:15",
    ]
    faults = [record for record in caplog.records if "next try in" in record.getMessage()]
    assert len(faults) == SEVERAL - 1  # those before it opened


async def test_a_chat_that_always_fails_never_stops_the_others() -> None:
    world = World()
    world.service.moods[7].extend(SendRetry(None, "Timed out") for _ in range(1000))
    for _ in range(3 * SEVERAL):
        world.track(5, chat=7, deadline=60)
    for minute in range(5, 60):
        world.track(minute, chat=8)
    await world.pass_(minutes=60)
    to_other = [attempt.at - START for attempt in world.service.attempts if attempt.chat_id == 8]
    assert [round(span / timedelta(minutes=1), 2) for span in to_other] == list(range(5, 60))


async def test_a_chat_that_always_fails_does_not_keep_it_open() -> None:
    world = World()
    world.track(5, chat=7, deadline=500)  # the most urgent
    outage(world, 10)
    await world.pass_(minutes=10)
    world.service.down = False
    world.service.moods[7].extend(SendRetry(None, "Timed out") for _ in range(1000))
    await world.pass_(seconds=2 * LONGEST_PAUSE.total_seconds())
    assert len(world.service.accepted()) == 10


async def test_refusals_show_that_the_service_works() -> None:
    world = World()
    for chat in range(1000, 1003):
        world.service.moods[chat].append(SendRetry(None, "Bad Gateway"))
        world.track(5, chat=chat)
    world.service.moods[1003].append(SendBlocked("blocked"))
    world.track(5, chat=1003)
    for chat in range(1004, 1007):
        world.service.moods[chat].append(SendRetry(None, "Bad Gateway"))
        world.track(5, chat=chat)
    world.track(5, chat=1007)
    await world.pass_(minutes=5, seconds=1)
    assert [attempt.chat_id for attempt in world.service.accepted()] == [1007]


async def test_few_chats_do_not_open_it_and_are_not_left_waiting_either() -> None:
    """For what is in doubt the wait stays short: the only two people of a small bot wait no longer than others."""
    world = World()
    outage(world, 2)
    await world.pass_(hours=3)
    at = world.time.now()
    world.service.down = False
    await world.pass_(seconds=LONGEST_PAUSE.total_seconds())
    assert len(world.service.accepted()) == 2
    attempts = [attempt for attempt in world.service.attempts if attempt.at < at]
    assert len(attempts) <= 2 * (6 + 180)


async def test_what_fails_while_others_get_through_waits_for_longer() -> None:
    world = World()
    world.service.moods[7].extend(SendRetry(None, "Timed out") for _ in range(1000))
    world.track(5, chat=7, deadline=6000)
    for minute in range(0, 240, 3):
        world.track(minute, chat=8, deadline=6000)
    await world.pass_(hours=4)
    times = [attempt.at for attempt in world.service.attempts if attempt.chat_id == 7]
    assert times[-1] - times[-2] >= LONGEST_RETRY - timedelta(seconds=1)


async def test_near_a_deadline_the_next_trial_comes_sooner() -> None:
    world = World()
    world.service.down = True
    for number in range(SEVERAL):
        world.track(5, chat=1000 + number, deadline=7)
    await world.pass_(minutes=7)
    before = [attempt.at - START for attempt in world.service.attempts]
    assert timedelta(minutes=7) - before[-1] <= 2 * FIRST_RETRY


async def test_a_trial_that_shows_nothing_is_followed_by_another() -> None:
    world = World()
    outage(world, SEVERAL)
    await world.pass_(minutes=5, seconds=1)
    world.service.down = False
    world.compose_faults[SEVERAL] = [ZeroDivisionError("oh")]  # of the most urgent
    await world.pass_(seconds=5)
    assert len(world.service.accepted()) == SEVERAL - 1


async def test_a_clock_set_back_does_not_keep_it_open() -> None:
    world = World()
    outage(world, 80)
    await world.pass_(minutes=30)
    world.service.down = False
    world.time.jump(timedelta(minutes=-20))
    await world.pass_(seconds=2 * LONGEST_PAUSE.total_seconds())
    assert len(world.service.accepted()) > 40  # the others had been tried, and are due later by this clock


async def test_filings_expire_meanwhile() -> None:
    world = World()
    outage(world, 10)
    filing = world.track(6, chat=7, deadline=20)
    await world.pass_(minutes=22)
    assert world.store.filings[filing].state == "expired"
    world.service.down = False
    await world.pass_(minutes=2)
    assert f"{filing} expired" in world.service.texts()
    assert f"{filing} before" not in world.service.texts()


@settings(max_examples=25)
@given(
    many=st.integers(1, 70),
    slow=st.integers(0, 20),
    minutes=st.integers(1, 90),
    chance=st.floats(0, 1),
)
def test_attempts_stay_few_and_nothing_is_lost(many: int, slow: int, minutes: int, chance: float) -> None:
    """Whatever it looks like, requests that hang for `slow` seconds among it."""

    async def scenario() -> None:
        world = World(chance=lambda: chance)
        world.service.answer_takes = timedelta(seconds=slow)
        outage(world, many)
        await world.pass_(minutes=5)
        await world.pass_(minutes=minutes)
        attempts = len(world.service.attempts)
        trials = 8 + 2 * minutes
        assert attempts <= (GROUP + trials if many >= SEVERAL else many * trials)
        world.service.down = False
        await world.pass_(seconds=LONGEST_PAUSE.total_seconds() + 2 * slow)
        await world.pass_(seconds=many * (slow + 1) / GROUP + 5)
        assert len({attempt.chat_id for attempt in world.service.accepted()}) == many
        assert len(world.service.accepted()) == many
        await world.kill()

    asyncio.run(scenario())
