"""Contract: what is due is claimed, by one process at a time, and what becomes of a claim."""

from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from bot.filings.filing import cancel
from bot.filings.person import Person
from bot.filings.reminder import PlannedReminder, ReminderKind
from bot.store.interface import Handover, Reason, Store
from tests.store.places import Place
from tests.store.samples import LEASE, NOW, before, claim, hours, notice, sample, states, take_over

INSTANT = timedelta(microseconds=1)


async def test_a_reminder_is_due_at_its_moment_and_not_before(store: Store) -> None:
    filing = await store.track_filing(sample(5), before(1))
    assert await store.next_due() == hours(1)
    assert await claim(store, hours(1) - INSTANT) == []
    [reminder] = await claim(store, hours(1))
    assert (reminder.filing_id, reminder.chat_id, reminder.due_at) == (filing.id, 5, hours(1))
    assert (reminder.state, reminder.tries, reminder.deadline) == ("claimed", 1, filing.deadline)
    assert await store.reminders_of(filing.id) == [reminder]


async def test_a_claim_is_not_given_to_another(store: Store, other: Store) -> None:
    await store.track_filing(sample(), before(1))
    assert len(await claim(store, hours(1))) == 1
    assert await claim(other, hours(1)) == []
    assert await claim(store, hours(1)) == []


async def test_nearest_deadline_first_up_to_the_limit(store: Store) -> None:
    for chat_id, submitted in ((1, 3), (2, 1), (3, 2), (4, 0)):
        await store.track_filing(sample(chat_id, submitted=submitted), before(5))
    assert [reminder.chat_id for reminder in await claim(store, hours(5), limit=3)] == [4, 2, 3]
    assert [reminder.chat_id for reminder in await claim(store, hours(5), limit=3)] == [1]


async def test_of_several_overdue_only_the_latest_goes_out(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 2, 3, 4))
    [reminder] = await claim(store, hours(3))
    assert reminder.due_at == hours(3)
    reminders = await store.reminders_of(filing.id)
    assert [each.state for each in reminders] == ["skipped", "skipped", "claimed", "planned"]
    assert [each.reason for each in reminders[:2]] == [Reason.LATER_ONE] * 2


async def test_the_limit_counts_filings_however_many_of_theirs_are_due(store: Store) -> None:
    for chat_id in (1, 2, 3):
        await store.track_filing(sample(chat_id, submitted=chat_id), before(4, 5, 6, 7))
    assert [reminder.chat_id for reminder in await claim(store, hours(8), limit=2)] == [1, 2]
    assert [reminder.chat_id for reminder in await claim(store, hours(8), limit=2)] == [3]
    assert (await store.stats()).reminders["skipped"] == 9


async def test_from_the_deadline_on_only_the_notice_goes_out(store: Store) -> None:
    filing = await store.track_filing(sample(), [*before(40, 47), notice(sample())])
    [reminder] = await claim(store, hours(48))
    assert reminder.kind is ReminderKind.EXPIRED
    reminders = await store.reminders_of(filing.id)
    assert [(each.state, each.reason) for each in reminders[:2]] == [("skipped", Reason.DEADLINE)] * 2


async def test_past_the_deadline_without_a_notice_nothing_goes_out(store: Store) -> None:
    filing = await store.track_filing(sample(), before(40, 49))
    assert await claim(store, hours(48)) == []
    assert await states(store, filing) == ["skipped", "skipped"]


async def test_a_notice_that_waits_for_another_try_is_not_skipped(store: Store) -> None:
    filing = await store.track_filing(sample(), [*before(47), notice(sample())])
    [late] = await store.claim_due(hours(47), limit=1, lease_until=hours(49))
    [expiry] = await claim(store, hours(48))
    await store.release(expiry, hours(50), "no answer")
    assert await claim(store, hours(49)) == []
    assert await states(store, filing) == ["skipped", "planned"]
    assert not await store.mark_sent(late, hours(49))
    assert [each.id for each in await claim(store, hours(50))] == [expiry.id]


async def test_the_notice_of_an_expired_filing_goes_out(store: Store) -> None:
    await store.track_filing(sample(), [*before(47), notice(sample())])
    await store.expire_filings(hours(48))
    assert [reminder.kind for reminder in await claim(store, hours(48))] == [ReminderKind.EXPIRED]


async def test_a_claim_whose_lease_has_ended_is_claimed_again(store: Store, other: Store) -> None:
    await store.track_filing(sample(), before(1))
    [first] = await claim(store, hours(1))
    assert await store.next_due() == hours(1) + LEASE
    assert await claim(other, hours(1) + LEASE - INSTANT) == []
    [second] = await claim(other, hours(1) + LEASE)
    assert second == structs.replace(first, tries=2)


async def test_an_overdue_claim_still_holds_until_somebody_else_claims(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    [reminder] = await claim(store, hours(1))
    assert await store.mark_sent(reminder, hours(2))
    assert await states(store, filing) == ["sent"]


async def test_a_claim_that_was_taken_over_changes_nothing(store: Store, other: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    [lost] = await claim(store, hours(1))
    [held] = await claim(other, hours(2))
    assert not await store.mark_sent(lost, hours(2))
    assert not await store.mark_skipped(lost, "reason")
    assert not await store.mark_failed(lost, "reason", hours(2))
    assert not await store.release(lost, hours(3), "reason")
    assert await store.handover(lost) is None
    assert await states(store, filing) == ["claimed"]
    assert await other.mark_sent(held, hours(2))
    assert not await other.mark_failed(held, "too late", hours(2))
    assert await states(store, filing) == ["sent"]


async def test_what_a_process_that_ended_had_claimed_is_taken_over_at_once(place: Place, store: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 30))
    assert await take_over(store, NOW) == 0
    [lost] = await claim(store, hours(1))
    await store.close()
    successor = await place.open()
    later = hours(1) + INSTANT
    assert await take_over(successor, later) == 1
    assert await states(successor, filing) == ["planned", "planned"]
    assert await successor.next_due() == later
    [again] = await claim(successor, later)
    assert again == structs.replace(lost, tries=2)
    assert not await successor.mark_sent(lost, later)  # the earlier claim is fenced off as after its lease
    assert await successor.mark_sent(again, later)


async def test_what_a_living_process_has_claimed_is_left_to_it(place: Place, store: Store, other: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    assert await take_over(store, NOW) == 0
    [reminder] = await claim(store, hours(1))
    assert await take_over(other, hours(1)) == 0
    assert await claim(other, hours(1)) == []
    await store.close()
    third = await place.open()
    assert await take_over(third, hours(1)) == 0  # whose claims these are is not known while the other one lives
    assert await states(third, filing) == ["claimed"]
    assert [each.id for each in await claim(third, hours(1) + LEASE)] == [reminder.id]


async def test_a_process_does_not_take_over_from_itself(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    await take_over(store, NOW)
    await claim(store, hours(1))
    assert await take_over(store, hours(1)) == 0
    assert await states(store, filing) == ["claimed"]


async def test_only_claims_are_taken_over(place: Place, store: Store) -> None:
    waiting, sent, held = [await store.track_filing(sample(chat_id), before(1)) for chat_id in (1, 2, 3)]
    [first, second, third] = await claim(store, hours(1))
    await store.release(first, hours(2), "time-out")
    await store.mark_sent(second, hours(1))
    await store.pause(third.chat_id, hours(1))
    await store.close()
    successor = await place.open()
    assert await take_over(successor, hours(1)) == 0
    assert [await states(successor, filing) for filing in (waiting, sent)] == [["planned"], ["sent"]]
    assert await successor.next_due() == hours(2)
    await successor.resume(third.chat_id)  # what was being sent to one who blocks the bot waits for its lease
    assert [each.filing_id for each in await claim(successor, hours(1) + LEASE)] == [held.id]


async def test_a_lease_has_to_end_later(store: Store) -> None:
    await store.track_filing(sample(), before(1))
    with pytest.raises(ValueError, match="has ended"):
        await store.claim_due(hours(1), limit=1, lease_until=hours(1))


async def test_what_becomes_of_a_claim(store: Store) -> None:
    tracked = [await store.track_filing(sample(chat_id, submitted=chat_id), before(5)) for chat_id in (1, 2, 3)]
    sent, skipped, failed = await claim(store, hours(5))
    assert await store.mark_sent(sent, hours(5))
    assert await store.mark_skipped(skipped, "nobody waits")
    assert await store.mark_failed(failed, "chat not found", hours(5))
    ended = [(await store.reminders_of(filing.id))[0] for filing in tracked]
    assert [(each.state, each.reason) for each in ended] == [
        ("sent", ""),
        ("skipped", "nobody waits"),
        ("failed", "chat not found"),
    ]
    assert await claim(store, hours(40)) == []


async def test_a_released_reminder_comes_again_at_its_time(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    [reminder] = await claim(store, hours(1))
    assert await store.release(reminder, hours(2), "time-out")
    assert await store.next_due() == hours(2)
    [waiting] = await store.reminders_of(filing.id)
    assert (waiting.state, waiting.reason, waiting.due_at, waiting.tries) == ("planned", "time-out", hours(1), 1)
    assert await claim(store, hours(2) - INSTANT) == []
    [again] = await claim(store, hours(2))
    assert (again.id, again.tries) == (reminder.id, 2)


async def test_a_reminder_that_waits_for_another_try_gives_way_to_a_later_one(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 2))
    [first] = await claim(store, hours(1))
    await store.release(first, hours(3), "time-out")
    assert [reminder.due_at for reminder in await claim(store, hours(2))] == [hours(2)]
    assert await states(store, filing) == ["skipped", "claimed"]


async def test_a_later_reminder_does_not_wait_for_one_that_is_being_sent(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 2))
    [first] = await store.claim_due(hours(1), limit=1, lease_until=hours(3))
    [second] = await claim(store, hours(2))
    assert await store.mark_sent(first, hours(2))
    assert await store.mark_sent(second, hours(2))
    assert await states(store, filing) == ["sent", "sent"]


async def test_a_finished_filing_is_not_reminded_of(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 2))
    [reminder] = await claim(store, hours(1))
    await store.update_filing(filing, cancel(filing, hours(1)), None)
    assert await store.handover(reminder) is None
    assert not await store.mark_sent(reminder, hours(1))
    assert not await store.release(reminder, hours(2), "time-out")
    assert await claim(store, hours(3)) == []


async def test_handover_is_what_holds_at_that_moment(store: Store) -> None:
    filing = await store.track_filing(sample(5), before(1))
    [reminder] = await claim(store, hours(1))
    assert await store.handover(reminder) == Handover(filing, None)
    changed = replace(filing, wrong_entries=1)
    await store.update_filing(filing, changed, None)
    await store.save_person(Person(5, locale="en"))
    assert await store.handover(reminder) == Handover(changed, Person(5, locale="en"))
    await store.mark_sent(reminder, hours(1))
    assert await store.handover(reminder) is None


async def test_next_due_is_the_earliest_of_reminders_leases_and_deadlines(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    await store.track_filing(sample(2), before(2))
    await store.pause(2, NOW)
    assert await store.next_due() == hours(1)
    [reminder] = await claim(store, hours(1))
    assert await store.next_due() == hours(1) + LEASE
    await store.mark_sent(reminder, hours(1))
    assert await store.next_due() == filing.deadline
    await store.expire_filings(hours(48))
    assert await store.next_due() is None
    await store.resume(2)
    assert await store.next_due() is None
    assert await store.snooze(filing.id, PlannedReminder(ReminderKind.SNOOZED, hours(50))) is False
