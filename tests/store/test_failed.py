"""Contract: reminders that were given up are listed, and tried again where that makes sense."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from bot.filings.filing import Filing, FilingState, cancel, expire, mark_returned, verify
from bot.filings.reminder import FailedReminder, PlannedReminder, Reminder, ReminderKind
from bot.store.interface import Reason, Retry, Store
from tests.store.samples import NOW, VALIDITY, before, claim, hours, notice, sample, states

GONE = "the chat is gone"


async def fail(store: Store, at: float, reason: str = GONE) -> Reminder:
    """Claim the one reminder that is due and give it up at once."""
    [reminder] = await claim(store, hours(at))
    assert await store.mark_failed(reminder, reason, hours(at))
    return structs.replace(reminder, state=reminder.state.FAILED, reason=reason)


async def change(store: Store, filing: Filing, after: Filing) -> Filing:
    assert await store.update_filing(filing, after, None)
    return after


async def retry(store: Store, reminder: Reminder, at: float) -> Retry:
    return (await store.retry_failed([reminder.id], hours(at)))[reminder.id]


async def test_failed_ones_are_listed_latest_first_with_their_filings(store: Store, other: Store) -> None:
    assert await store.failed_reminders() == []
    label = "<b>例子.中国</b>"
    first_filing = await store.track_filing(sample(5, label=label), before(1, 9))
    first = await fail(store, 1)
    second_filing = await store.track_filing(sample(6), before(2))
    second = await fail(store, 2, "refused: message is too long")
    done = await change(store, second_filing, verify(second_filing, None, hours(3)))
    assert await other.failed_reminders() == [
        FailedReminder(second, done, hours(2)),
        FailedReminder(first, first_filing, hours(1)),
    ]
    assert [each.reminder.id for each in await other.failed_reminders(limit=1)] == [second.id]
    assert await other.failed_reminders(limit=0) == []
    assert first.tries == 1
    assert await claim(store, hours(9) - timedelta(minutes=1)) == []


async def test_the_number_breaks_a_tie(store: Store) -> None:
    for chat_id in (1, 2, 3):
        await store.track_filing(sample(chat_id), before(1))
    for reminder in await claim(store, hours(1)):
        await store.mark_failed(reminder, GONE, hours(1))
    listed = [each.reminder.id for each in await store.failed_reminders()]
    assert listed == sorted(listed, reverse=True)


async def test_what_is_tried_again_is_due_at_once(store: Store, other: Store) -> None:
    filing = await store.track_filing(sample(), [*before(1, 9), notice(sample())])
    failed = await fail(store, 1)
    assert await other.retry_failed([failed.id], hours(2)) == {failed.id: Retry.PLANNED}
    assert await store.failed_reminders() == []
    assert await store.next_due() == hours(2)
    [waiting, *_] = await store.reminders_of(filing.id)
    assert (waiting.state, waiting.tries, waiting.reason, waiting.due_at) == ("planned", 1, GONE, hours(1))
    [again] = await claim(store, hours(2))
    assert (again.id, again.tries, again.due_at) == (failed.id, 2, hours(1))
    assert await store.mark_sent(again, hours(2))
    assert await states(store, filing) == ["sent", "planned", "planned"]


async def test_one_that_fails_again_is_listed_with_its_last_failure(store: Store) -> None:
    await store.track_filing(sample(), before(1))
    failed = await fail(store, 1)
    await retry(store, failed, 2)
    again = await fail(store, 2, "refused")
    [listed] = await store.failed_reminders()
    assert (listed.reminder, listed.failed_at) == (again, hours(2))
    assert again.tries == 2


async def test_a_claim_from_before_the_failure_holds_no_more(store: Store, other: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    [lost] = await claim(store, hours(1))
    [held] = await claim(other, hours(2))
    await other.mark_failed(held, GONE, hours(2))
    await retry(store, held, 3)
    [again] = await claim(store, hours(3))
    for stale in (lost, held):
        assert not await store.mark_sent(stale, hours(3))
        assert not await store.mark_failed(stale, GONE, hours(3))
        assert not await store.release(stale, hours(4), "later")
        assert await store.handover(stale) is None
    assert await states(store, filing) == ["claimed"]
    assert await store.mark_sent(again, hours(3))


async def test_one_that_a_later_one_overtakes_is_skipped_as_any(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 3))
    failed = await fail(store, 1)
    await retry(store, failed, 3)
    assert [each.due_at for each in await claim(store, hours(3))] == [hours(3)]
    [skipped, _] = await store.reminders_of(filing.id)
    assert (skipped.state, skipped.reason) == ("skipped", Reason.LATER_ONE)


async def test_of_a_chat_that_blocks_the_bot_it_waits_until_that_is_over(store: Store) -> None:
    await store.track_filing(sample(5), before(1))
    failed = await fail(store, 1)
    await store.pause(5, hours(1))
    assert await retry(store, failed, 2) is Retry.HELD
    assert await claim(store, hours(3)) == []
    await store.resume(5)
    assert [each.id for each in await claim(store, hours(3))] == [failed.id]


async def test_a_chat_that_has_come_back_since_holds_nothing_up(store: Store) -> None:
    await store.track_filing(sample(5), before(1))
    [reminder] = await claim(store, hours(1))
    await store.pause(5, hours(1))
    await store.mark_failed(reminder, GONE, hours(1))
    await store.resume(5)
    assert await retry(store, reminder, 2) is Retry.PLANNED
    assert [each.id for each in await claim(store, hours(2))] == [reminder.id]


async def test_it_goes_by_the_deadline_as_it_is_now(store: Store) -> None:
    filing = await store.track_filing(sample(1), before(1))
    failed = await fail(store, 1)
    await change(store, filing, replace(filing, deadline=hours(90)))
    await store.track_filing(sample(2, submitted=1), before(3))
    assert await retry(store, failed, 3) is Retry.PLANNED
    claimed = await claim(store, hours(3))
    assert [(each.chat_id, each.deadline) for each in claimed] == [(2, hours(1) + VALIDITY), (1, hours(90))]


@pytest.mark.parametrize("end", [cancel, mark_returned, lambda filing, now: verify(filing, None, now)])
async def test_of_a_finished_filing_nothing_is_tried_again(
    store: Store, end: Callable[[Filing, datetime], Filing]
) -> None:
    filing = await store.track_filing(sample(), before(1))
    failed = await fail(store, 1)
    await change(store, filing, end(filing, hours(2)))
    await refused(store, failed, 3, Retry.CLOSED)


@pytest.mark.parametrize("told", [False, True])
async def test_past_the_deadline_only_the_expiry_is_told(store: Store, *, told: bool) -> None:
    filing = await store.track_filing(sample(), [*before(47), notice(sample())])
    early = await fail(store, 47)
    expiry = await fail(store, 48)
    if told:
        await change(store, filing, expire(filing, hours(48)))
    await refused(store, early, 49, Retry.DEADLINE)
    assert await retry(store, expiry, 49) is Retry.PLANNED
    assert [each.id for each in await claim(store, hours(49))] == [expiry.id]


async def test_before_the_deadline_no_expiry_is_told(store: Store) -> None:
    filing = await store.track_filing(sample(), [PlannedReminder(ReminderKind.EXPIRED, hours(48))])
    expiry = await fail(store, 48)
    await change(store, filing, replace(filing, deadline=hours(60)))
    await refused(store, expiry, 49, Retry.NOT_EXPIRED)


async def test_of_an_earlier_submission_nothing_is_told(store: Store) -> None:
    filing = await store.track_filing(sample(), [*before(40), notice(sample())])
    early, expiry = await fail(store, 40), await fail(store, 48)
    await change(store, filing, replace(filing, submitted_at=hours(50), deadline=hours(98), attempt=2))
    for failed in (early, expiry):
        await refused(store, failed, 51, Retry.RESUBMITTED)


async def test_the_deadline_is_over_in_its_very_moment(store: Store) -> None:
    await store.track_filing(sample(), before(1))
    failed = await fail(store, 1)
    await refused(store, failed, 48, Retry.DEADLINE)
    instant = timedelta(microseconds=1)
    assert await store.retry_failed([failed.id], hours(48) - instant) == {failed.id: Retry.PLANNED}


async def test_each_gets_its_own_answer(store: Store) -> None:
    await store.track_filing(sample(1), before(1))
    failed = await fail(store, 1)
    waiting = await store.track_filing(sample(2), before(5))
    [planned] = await store.reminders_of(waiting.id)
    ids = [failed.id, planned.id, 999, 10**30, -(10**30), failed.id]
    assert await store.retry_failed(ids, hours(2)) == {
        failed.id: Retry.PLANNED,
        planned.id: Retry.NOT_FAILED,
        999: Retry.UNKNOWN,
        10**30: Retry.UNKNOWN,
        -(10**30): Retry.UNKNOWN,
    }
    assert await store.retry_failed([], hours(2)) == {}
    assert await retry(store, failed, 2) is Retry.NOT_FAILED
    assert await states(store, waiting) == ["planned"]


async def test_with_the_filing_its_failures_go(store: Store) -> None:
    filing = await store.track_filing(sample(5), before(1))
    failed = await fail(store, 1)
    await store.forget(5)
    assert await store.filing(filing.id) is None
    assert await store.failed_reminders() == []
    assert await retry(store, failed, 2) is Retry.UNKNOWN


async def test_the_overview_counts_what_staff_look_at(store: Store) -> None:
    spans = [timedelta(hours=2), timedelta(hours=6), timedelta(hours=24)]
    empty = await store.overview(NOW, spans)
    assert (empty.people, empty.waiting, empty.overdue, empty.failed) == (0, 0, 0, 0)
    assert empty.filings == dict.fromkeys([state.value for state in FilingState], 0)
    assert empty.deadlines == dict.fromkeys(spans, 0)
    # Deadlines 0, 1, 2, 5, 24 and 30 hours after the moment that is looked at.
    for chat_id, left in enumerate((0, 1, 2, 5, 24, 30), 1):
        await store.track_filing(sample(chat_id, submitted=left), before(50))
    closed = await store.track_filing(sample(7, submitted=1), before(50))
    await change(store, closed, cancel(closed, hours(9)))
    paused = await store.track_filing(sample(8, submitted=1), before(40))
    await store.pause(8, NOW)
    due = await store.track_filing(sample(9, submitted=20), before(1, 2, 60))
    await fail(store, 1)
    [claimed] = await claim(store, hours(2))
    assert claimed.filing_id == due.id
    overview = await store.overview(hours(48), spans)
    assert overview.people == 1
    assert (overview.filings["waiting"], overview.filings["cancelled"]) == (8, 1)
    assert list(overview.deadlines.values()) == [3, 4, 6]
    # The claim's lease has ended: nobody sends it any more.
    assert (overview.waiting, overview.overdue, overview.failed) == (8, 1, 1)
    assert (await store.overview(hours(2), spans)).overdue == 0
    assert await states(store, paused) == ["planned"]


async def refused(store: Store, failed: Reminder, at: float, why: Retry) -> None:
    """Try again, see why not, and that all is as it was."""
    listed, due = await store.failed_reminders(), await store.next_due()
    assert await retry(store, failed, at) is why
    assert (await store.failed_reminders(), await store.next_due()) == (listed, due)
