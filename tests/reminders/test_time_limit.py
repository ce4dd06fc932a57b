"""Each task's own limit, kept by one timer: never another task's, and never instead of somebody's cancellation."""

import asyncio
from datetime import timedelta

import pytest

from bot.reminders.time_limit import TimeLimit

NEVER = timedelta(days=1)


async def for_ever(limit: TimeLimit) -> None:
    with limit:
        await asyncio.get_running_loop().create_future()


async def test_what_takes_too_long_raises_and_the_next_can_be_begun() -> None:
    limit = TimeLimit(timedelta(milliseconds=1))
    outcomes = await asyncio.gather(*(for_ever(limit) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in outcomes] == [TimeoutError] * 3
    with pytest.raises(TimeoutError):
        await for_ever(limit)


async def test_what_ends_in_time_is_left_alone_and_does_not_keep_others_from_their_limit() -> None:
    limit = TimeLimit(timedelta(milliseconds=20))
    first = asyncio.create_task(for_ever(limit))
    with limit:
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await first
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_an_error_and_a_cancellation_come_through() -> None:
    limit = TimeLimit(NEVER)
    with pytest.raises(ValueError, match="oh"), limit:
        raise ValueError("oh")
    task = asyncio.create_task(for_ever(limit))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_task_that_is_cancelled_as_its_time_ends_stays_cancelled() -> None:
    limit, loop = TimeLimit(timedelta()), asyncio.get_running_loop()

    async def cancelled_as_it_ends() -> None:
        with limit:
            loop.call_later(0, task.cancel)
            await loop.create_future()

    task = asyncio.create_task(cancelled_as_it_ends())
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
