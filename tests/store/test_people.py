"""Contract: people, conversations, pausing, forgetting, moving."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.errors import StoreError
from bot.filings.person import Person, QuietHours
from bot.store.interface import ConversationKey, Store
from tests.store.samples import NOW, before, claim, hours, sample, states

KEY = ConversationKey(7, 7)


async def test_nothing_is_known_of_a_stranger(store: Store) -> None:
    assert await store.person(7) is None
    assert await store.conversation(KEY) is None
    assert await store.open_chat(KEY) == (None, None)


async def test_a_person_comes_back_as_saved_in_another_store_too(store: Store, other: Store) -> None:
    person = Person(7, "en", "zh_Hans", "Asia/Urumqi", QuietHours(time(22, 30), time(7)), seen_at=NOW)
    await store.save_person(person)
    assert await other.person(7) == person
    changed = Person(7, quiet_off=True)
    await other.save_person(changed)
    assert await store.person(7) == changed


async def test_a_conversation_is_replaced_and_deleted(store: Store, other: Store) -> None:
    await store.save_conversation(KEY, '{"step": 1}', NOW)
    await store.save_conversation(ConversationKey(7, 8), "another person's", NOW)
    await store.save_conversation(KEY, '{"step": 2}', NOW)
    assert await other.conversation(KEY) == '{"step": 2}'
    await store.save_conversation(KEY, None, NOW)
    assert await other.conversation(KEY) is None
    assert await other.conversation(ConversationKey(7, 8)) == "another person's"


async def test_open_chat_gives_both_in_a_group_as_well(store: Store) -> None:
    group = ConversationKey(-100, 7)
    await store.save_person(Person(-100, locale="en"))
    await store.save_conversation(group, "in the group", NOW)
    assert await store.open_chat(group) == (Person(-100, locale="en"), "in the group")
    assert await store.open_chat(KEY) == (None, None)


async def test_a_paused_chat_gets_nothing_until_it_is_resumed(store: Store) -> None:
    filing = await store.track_filing(sample(7), before(1, 2))
    await store.pause(7, NOW)
    assert await claim(store, hours(3)) == []
    assert await store.resume(7)
    [reminder] = await claim(store, hours(3))
    assert reminder.due_at == hours(2)
    assert await states(store, filing) == ["skipped", "claimed"]


async def test_pausing_again_keeps_the_first_moment(store: Store) -> None:
    await store.pause(7, NOW)
    await store.pause(7, hours(1))
    assert await store.person(7) == Person(7, paused_since=NOW)
    assert await store.resume(7)
    assert not await store.resume(7)
    assert await store.person(7) == Person(7)


async def test_saving_a_person_neither_pauses_nor_resumes(store: Store) -> None:
    await store.save_person(Person(7))
    await store.pause(7, NOW)
    await store.save_person(Person(7, locale="en"))
    assert await store.person(7) == Person(7, locale="en", paused_since=NOW)
    await store.resume(7)
    await store.save_person(Person(7, paused_since=NOW))
    assert await store.person(7) == Person(7)


async def test_what_is_planned_for_a_paused_chat_waits_too(store: Store) -> None:
    await store.pause(7, NOW)
    filing = await store.track_filing(sample(7), before(1))
    await store.update_filing(filing, filing, before(2))
    assert await claim(store, hours(3)) == []
    await store.resume(7)
    assert [reminder.due_at for reminder in await claim(store, hours(3))] == [hours(2)]


async def test_resuming_makes_due_at_once_what_waited_for_another_try(store: Store) -> None:
    await store.track_filing(sample(7), before(1))
    [reminder] = await claim(store, hours(1))
    await store.pause(7, hours(1))
    await store.release(reminder, hours(40), "blocked")
    await store.resume(7)
    assert [again.id for again in await claim(store, hours(2))] == [reminder.id]


async def test_resuming_leaves_a_claim_to_whoever_has_it(store: Store) -> None:
    await store.track_filing(sample(7), before(1))
    [reminder] = await claim(store, hours(1))
    await store.pause(7, hours(1))
    await store.resume(7)
    assert await claim(store, hours(1)) == []
    assert await store.mark_sent(reminder, hours(1))


async def test_forget_deletes_all_of_the_chat_and_nothing_else(store: Store, other: Store) -> None:
    mine = await store.track_filing(sample(7), before(1))
    theirs = await store.track_filing(sample(8), before(1))
    for chat_id in (7, 8):
        await store.save_person(Person(chat_id))
        await store.save_conversation(ConversationKey(chat_id, chat_id), "record", NOW)
        await store.save_conversation(ConversationKey(-100, chat_id), "in a group", NOW)
    assert await store.forget(7) == 1
    assert await store.forget(7) == 0
    assert await other.open_chat(KEY) == (None, None)
    assert await other.conversation(ConversationKey(-100, 7)) is None
    assert await other.filing(mine.id) is None
    assert await other.reminders_of(mine.id) == []
    assert (await other.stats()).reminders["planned"] == 1
    assert await other.open_chat(ConversationKey(8, 8)) == (Person(8), "record")
    assert await other.conversation(ConversationKey(-100, 8)) == "in a group"
    assert await states(other, theirs) == ["planned"]
    assert [reminder.chat_id for reminder in await claim(store, hours(1))] == [8]


async def test_ids_are_not_given_again_after_forgetting(store: Store) -> None:
    first = await store.track_filing(sample(7), before(1))
    await store.forget(7)
    second = await store.track_filing(sample(8), before(1))
    assert second.id > first.id


async def test_a_moved_chat_keeps_everything(store: Store) -> None:
    filing = await store.track_filing(sample(-1), before(1))
    await store.save_person(Person(-1, locale="en", quiet_off=True))
    await store.save_conversation(ConversationKey(-1, 7), "record", NOW)
    await store.pause(-1, NOW)
    await store.move_chat(-1, -100)
    assert await store.open_chat(ConversationKey(-1, 7)) == (None, None)
    assert await store.open_chat(ConversationKey(-100, 7)) == (Person(-100, locale="en", quiet_off=True), "record")
    assert await store.filings_of(-1) == []
    assert await store.filings_of(-100) == [replace(filing, chat_id=-100)]
    assert [reminder.chat_id for reminder in await claim(store, hours(1))] == [-100]


async def test_of_two_chats_that_become_one_the_new_ones_wishes_stay(store: Store) -> None:
    quiet = QuietHours(time(21), time(9))
    await store.save_person(Person(-1, locale="en", zone="Asia/Urumqi", quiet_off=True))
    await store.save_person(Person(-100, locale="zh_Hant", quiet=quiet, seen_at=NOW))
    await store.save_conversation(ConversationKey(-1, 7), "old", NOW)
    await store.save_conversation(ConversationKey(-1, 8), "only there", NOW)
    await store.save_conversation(ConversationKey(-100, 7), "new", NOW)
    old = await store.track_filing(sample(-1), before(1))
    new = await store.track_filing(sample(-100, submitted=1), before(1))
    await store.move_chat(-1, -100)
    merged = Person(-100, locale="zh_Hant", zone="Asia/Urumqi", quiet=quiet, seen_at=NOW)
    assert await store.open_chat(ConversationKey(-100, 7)) == (merged, "new")
    assert await store.conversation(ConversationKey(-100, 8)) == "only there"
    assert await store.conversation(ConversationKey(-1, 7)) is None
    assert [filing.id for filing in await store.filings_of(-100)] == [old.id, new.id]


async def test_reminders_moved_to_a_paused_chat_wait_with_it(store: Store) -> None:
    await store.track_filing(sample(-1), before(1))
    await store.pause(-100, NOW)
    await store.move_chat(-1, -100)
    assert await claim(store, hours(2)) == []
    await store.resume(-100)
    assert len(await claim(store, hours(2))) == 1


async def test_a_chat_moved_to_itself_stays(store: Store) -> None:
    await store.save_person(Person(-1, locale="en"))
    await store.move_chat(-1, -1)
    assert await store.person(-1) == Person(-1, locale="en")


async def test_naive_moments_are_refused(store: Store) -> None:
    naive = NOW.replace(tzinfo=None)
    for change in (
        store.pause(7, naive),
        store.save_person(Person(7, seen_at=naive)),
        store.save_conversation(KEY, "record", naive),
        store.delete_closed(naive),
    ):
        with pytest.raises(ValueError, match="aware"):
            await change
    assert await store.open_chat(KEY) == (None, None)


async def test_moments_of_any_zone_are_kept_as_moments(store: Store) -> None:
    exact = NOW + timedelta(microseconds=1)
    await store.save_person(Person(7, seen_at=exact))
    person = await store.person(7)
    assert person
    assert person.seen_at == exact
    assert person.seen_at.utcoffset() == timedelta()


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.save_person(Person(7))
    await store.close()
    await store.close()
    for call in (store.person(7), store.save_person(Person(7)), store.stats(), store.backup("unused")):
        with pytest.raises(StoreError, match="closed"):
            await call
