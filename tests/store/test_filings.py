"""Contract: filings, their life and their plans."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.filings.filing import ContactCheck, FilingState, cancel, expire, mark_returned, verify, wrong_entry
from bot.filings.reminder import PlannedReminder, ReminderKind, ReminderState
from bot.rules.model import Change, Contact, FilingType
from bot.store.interface import ConversationKey, Reason, Store
from bot.store.packing import pack
from tests.store.samples import NOW, before, claim, hours, notice, sample, states


async def test_a_filing_comes_back_as_tracked(store: Store, other: Store) -> None:
    filing = replace(
        sample(),
        filing_type=FilingType.CHANGE,
        change=Change.BOTH,
        same_person=True,
        contacts=(ContactCheck(Contact.WEBSITE, hours(1)), ContactCheck(Contact.ENTITY)),
        wrong_entries=2,
        attempt=3,
        label="例子.中国 <b>&",
    )
    tracked = await store.track_filing(filing, before(1, 2))
    assert tracked == replace(filing, id=tracked.id)
    assert await other.filing(tracked.id) == tracked
    assert [reminder.due_at for reminder in await other.reminders_of(tracked.id)] == [hours(1), hours(2)]


async def test_a_reminder_comes_back_as_planned(store: Store) -> None:
    planned = [PlannedReminder(ReminderKind.NOON_RESEND, hours(2), silent=True), *before(1)]
    filing = await store.track_filing(sample(9), planned)
    first, second = await store.reminders_of(filing.id)
    assert (first.kind, first.silent, second.kind, second.silent) == ("before", False, "noon_resend", True)
    assert (second.filing_id, second.chat_id, second.due_at) == (filing.id, 9, hours(2))
    assert (second.deadline, second.state, second.tries, second.reason) == (filing.deadline, "planned", 0, "")


async def test_what_is_not_there(store: Store) -> None:
    assert await store.filing(1) is None
    assert await store.filing(10**40) is None
    assert await store.filings_of(1) == []
    assert await store.open_filings() == []
    assert await store.reminders_of(1) == []
    assert await store.next_due() is None


async def test_a_chats_filings_open_ones_first(store: Store) -> None:
    later = await store.track_filing(sample(submitted=2), [])
    sooner = await store.track_filing(sample(submitted=1), [])
    await store.track_filing(sample(chat_id=2), [])
    closed = []
    for hour in (5, 7, 6):
        filing = await store.track_filing(sample(), before(1))
        done = verify(filing, None, hours(hour))
        assert await store.update_filing(filing, done, None)
        closed.append(done)
    assert await store.filings_of(1, open_only=True) == [sooner, later]
    assert await store.filings_of(1) == [sooner, later, closed[1], closed[2], closed[0]]


async def test_open_filings_by_deadline(store: Store) -> None:
    tracked = [await store.track_filing(sample(chat_id, submitted=-chat_id), []) for chat_id in (1, 2, 3)]
    await store.update_filing(tracked[2], cancel(tracked[2], NOW), None)
    assert await store.open_filings() == [tracked[1], tracked[0]]
    assert await store.open_filings(limit=1) == [tracked[1]]


async def test_many_at_once_or_none(store: Store, other: Store) -> None:
    batch = [(sample(chat_id), before(1, 2)) for chat_id in range(1, 301)]
    assert await store.import_filings([pack(batch[:200]), pack(batch[200:])]) == 300
    assert await store.import_filings([]) == 0
    assert len(await other.open_filings()) == 300
    [filing] = await other.filings_of(300)
    assert filing == replace(sample(300), id=filing.id)
    assert await states(other, filing) == ["planned", "planned"]
    naive = replace(sample(), submitted_at=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="aware"):
        await store.import_filings(pack([each]) for each in ((sample(999), before(1)), (naive, [])))
    assert await other.filings_of(999) == []
    assert (await store.stats()).filings["waiting"] == 300


async def test_an_import_and_single_filings_do_not_share_ids(store: Store) -> None:
    first = await store.track_filing(sample(), [])
    await store.import_filings([pack([(sample(2), []), (sample(3), [])])])
    last = await store.track_filing(sample(4), [])
    ids = [filing.id for filing in await store.open_filings()]
    assert len(set(ids)) == 4
    assert (min(ids), max(ids)) == (first.id, last.id)


async def test_a_change_of_something_that_has_changed_is_refused(store: Store, other: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    ticked = verify(filing, Contact.ENTITY, hours(1))
    assert await store.update_filing(filing, ticked, None)
    assert not await other.update_filing(filing, cancel(filing, hours(2)), before(3))
    assert await store.filing(filing.id) == ticked
    assert await states(store, filing) == ["planned"]
    await store.forget(1)
    assert not await store.update_filing(ticked, cancel(ticked, hours(2)), None)


async def test_one_filing_cannot_be_replaced_by_another(store: Store) -> None:
    filing = await store.track_filing(sample(), [])
    with pytest.raises(ValueError, match="cannot become"):
        await store.update_filing(filing, replace(filing, id=filing.id + 1), None)


async def test_a_new_plan_takes_the_place_of_what_was_not_sent(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 2, 3))
    [sent] = await claim(store, hours(1))
    await store.mark_sent(sent, hours(1))
    [in_flight] = await claim(store, hours(2))
    assert await store.update_filing(filing, filing, before(4))
    reminders = await store.reminders_of(filing.id)
    assert [reminder.state for reminder in reminders] == ["sent", "cancelled", "cancelled", "planned"]
    assert reminders[1].reason == Reason.REPLANNED
    assert not await store.mark_sent(in_flight, hours(2))


async def test_a_plan_made_anew_leaves_what_is_due(store: Store, other: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 2, 3))
    [due] = await claim(store, hours(1))
    assert await store.replan(filing, before(2, 4), hours(2))
    reminders = [(each.due_at, each.state, each.reason) for each in await other.reminders_of(filing.id)]
    assert reminders == [
        (hours(1), ReminderState.CLAIMED, ""),
        (hours(2), ReminderState.PLANNED, ""),
        (hours(2), ReminderState.PLANNED, ""),
        (hours(3), ReminderState.CANCELLED, Reason.REPLANNED),
        (hours(4), ReminderState.PLANNED, ""),
    ]
    assert await store.mark_sent(due, hours(2))


async def test_no_plan_is_made_anew_for_a_filing_that_has_changed(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1))
    await store.update_filing(filing, cancel(filing, NOW), None)
    assert not await store.replan(filing, before(2), NOW)
    assert await states(store, filing) == ["cancelled"]


async def test_without_a_plan_reminders_stay_with_an_open_filing(store: Store) -> None:
    filing = await store.track_filing(sample(), before(1, 2))
    moved = replace(wrong_entry(filing, 5, NOW), deadline=hours(30))
    assert await store.update_filing(filing, moved, None)
    assert [(each.state, each.deadline) for each in await store.reminders_of(filing.id)] == [("planned", hours(30))] * 2


async def test_closing_a_filing_ends_its_reminders(store: Store) -> None:
    filing = await store.track_filing(sample(), [*before(1), notice(sample())])
    assert await store.update_filing(filing, mark_returned(filing, NOW), None)
    assert {(each.state, each.reason) for each in await store.reminders_of(filing.id)} == {("cancelled", Reason.CLOSED)}
    assert await claim(store, hours(100)) == []
    assert await store.next_due() is None


async def test_an_expired_filing_keeps_its_notice(store: Store) -> None:
    filing = await store.track_filing(sample(), [*before(1), notice(sample())])
    assert await store.update_filing(filing, expire(filing, hours(48)), None)
    assert await states(store, filing) == ["cancelled", "planned"]
    assert [reminder.kind for reminder in await claim(store, hours(48))] == [ReminderKind.EXPIRED]


async def test_snoozing_adds_one_reminder(store: Store) -> None:
    filing = await store.track_filing(sample(), before(5))
    assert await store.snooze(filing.id, PlannedReminder(ReminderKind.SNOOZED, hours(1)))
    assert await store.snooze(filing.id, PlannedReminder(ReminderKind.SNOOZED, hours(2)))
    reminders = await store.reminders_of(filing.id)
    assert [(each.due_at, each.state) for each in reminders] == [
        (hours(1), "cancelled"),
        (hours(2), "planned"),
        (hours(5), "planned"),
    ]
    assert reminders[0].reason == Reason.REPLACED


async def test_what_was_sent_is_not_replaced_by_snoozing(store: Store) -> None:
    filing = await store.track_filing(sample(), [])
    await store.snooze(filing.id, PlannedReminder(ReminderKind.SNOOZED, hours(1)))
    [reminder] = await claim(store, hours(1))
    await store.mark_sent(reminder, hours(1))
    await store.snooze(filing.id, PlannedReminder(ReminderKind.SNOOZED, hours(2)))
    assert await states(store, filing) == ["sent", "planned"]


async def test_only_an_open_filing_can_be_snoozed(store: Store) -> None:
    snoozed = PlannedReminder(ReminderKind.SNOOZED, hours(1))
    filing = await store.track_filing(sample(), [])
    await store.update_filing(filing, cancel(filing, NOW), None)
    assert not await store.snooze(filing.id, snoozed)
    assert not await store.snooze(filing.id + 1, snoozed)
    assert await store.reminders_of(filing.id) == []


async def test_filings_expire_at_their_deadline(store: Store) -> None:
    due = await store.track_filing(sample(), [*before(40, 47), notice(sample())])
    later = await store.track_filing(sample(2, submitted=1), before(47))
    assert await store.expire_filings(hours(48) - timedelta(microseconds=1)) == 0
    assert await store.expire_filings(hours(48)) == 1
    assert await store.expire_filings(hours(48)) == 0
    assert await store.filing(due.id) == replace(due, state=FilingState.EXPIRED, closed_at=hours(48))
    reminders = await store.reminders_of(due.id)
    assert [(each.state, each.reason) for each in reminders] == [
        ("skipped", Reason.DEADLINE),
        ("skipped", Reason.DEADLINE),
        ("planned", ""),
    ]
    assert await store.filing(later.id) == later
    assert await states(store, later) == ["planned"]


async def test_expiring_leaves_a_claim_to_whoever_has_it(store: Store) -> None:
    filing = await store.track_filing(sample(), before(47))
    [reminder] = await claim(store, hours(48) - timedelta(seconds=1))
    await store.expire_filings(hours(48))
    assert await states(store, filing) == ["claimed"]
    assert await store.mark_sent(reminder, hours(48))


async def test_closed_filings_and_idle_conversations_are_deleted(store: Store) -> None:
    old, recent, waiting = [await store.track_filing(sample(chat_id), before(1)) for chat_id in (1, 2, 3)]
    await store.update_filing(old, cancel(old, hours(1)), None)
    await store.update_filing(recent, cancel(recent, hours(3)), None)
    idle, busy = ConversationKey(1, 1), ConversationKey(2, 2)
    await store.save_conversation(idle, "record", hours(1))
    await store.save_conversation(busy, "record", hours(1))
    await store.save_conversation(busy, "record", hours(3))
    assert await store.delete_closed(hours(3)) == 1
    assert await store.filing(old.id) is None
    assert sum((await store.stats()).reminders.values()) == 2
    assert await store.filing(recent.id)
    assert await states(store, waiting) == ["planned"]
    assert await store.conversation(idle) is None
    assert await store.conversation(busy) == "record"


async def test_naive_moments_are_refused(store: Store) -> None:
    naive = NOW.replace(tzinfo=None)
    filing = await store.track_filing(sample(), before(1))
    for change in (
        store.track_filing(replace(sample(), deadline=naive), []),
        store.track_filing(sample(), [PlannedReminder(ReminderKind.BEFORE, naive)]),
        store.update_filing(filing, replace(filing, submitted_at=naive), None),
        store.update_filing(filing, filing, [PlannedReminder(ReminderKind.BEFORE, naive)]),
        store.snooze(filing.id, PlannedReminder(ReminderKind.SNOOZED, naive)),
        store.expire_filings(naive),
        store.claim_due(naive, limit=1, lease_until=NOW),
    ):
        with pytest.raises(ValueError, match="aware"):
            await change
    assert await store.filings_of(1) == [filing]
    assert await states(store, filing) == ["planned"]


async def test_moments_of_another_zone_are_the_same_moments(store: Store) -> None:
    beijing = timezone(timedelta(hours=8))
    filing = await store.track_filing(replace(sample(), submitted_at=NOW.astimezone(beijing)), [])
    stored = await store.filing(filing.id)
    assert stored == filing
    assert stored.submitted_at.utcoffset() == timedelta()


async def test_stats_count_by_state(store: Store) -> None:
    empty = await store.stats()
    assert empty.people == 0
    assert set(empty.filings) == set(FilingState)
    assert set(empty.reminders) == set(ReminderState)
    assert not any([*empty.filings.values(), *empty.reminders.values()])
    filing = await store.track_filing(sample(), before(1, 2))
    await store.track_filing(sample(2), before(3))
    await store.update_filing(filing, cancel(filing, NOW), None)
    await store.pause(5, NOW)
    stats = await store.stats()
    assert stats.people == 1
    assert (stats.filings["waiting"], stats.filings["cancelled"]) == (1, 1)
    assert (stats.reminders["planned"], stats.reminders["cancelled"]) == (1, 2)
