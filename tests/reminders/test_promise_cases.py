"""What went wrong once, each told plainly."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialog.model import Reply
from bot.dialog.reminding import compose
from bot.filings.reminder import Reminder, ReminderKind, ReminderState
from bot.texts import plain
from tests.dialog.talk import Talk, talking


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path / "bot.db") as opened:
        await opened.say("/track 甘肃 新增网站 刚刚 a.cn")
        yield opened


async def claimed(talk: Talk) -> Reminder:
    [reminder] = await talk.app.store.claim_due(talk.now, limit=9, lease_until=talk.now + timedelta(minutes=5))
    return reminder


async def composed(talk: Talk, reminder: Reminder) -> Reply | None:
    return await compose(talk.app.services, reminder, talk.now)


async def unsent(talk: Talk, kind: ReminderKind) -> list[Reminder]:
    reminders = await talk.app.store.reminders_of((await talk.the_filing()).id)
    return [each for each in reminders if each.kind is kind and each.state is ReminderState.PLANNED]


@pytest.mark.parametrize("change", ["/settings quiet off", "/settings zone Europe/Berlin"])
async def test_a_change_of_settings_keeps_the_reminder_that_was_asked_for(talk: Talk, change: str) -> None:
    await talk.press("稍后提醒")
    await talk.press("1小时")
    before = await unsent(talk, ReminderKind.SNOOZED)
    await talk.say(change)
    [after] = await unsent(talk, ReminderKind.SNOOZED)
    assert [each.due_at for each in before] == [after.due_at]


async def test_a_reminder_that_was_asked_for_keeps_quiet_in_new_quiet_hours(talk: Talk) -> None:
    await talk.press("稍后提醒")
    await talk.press("1小时")  # 13:00
    await talk.say("/settings quiet 12:30-14:00")
    [asked_for] = await unsent(talk, ReminderKind.SNOOZED)
    assert asked_for.silent


@pytest.mark.parametrize(("submitted", "kept"), [("11-23 12:00", True), ("11-22 12:30", False)])
async def test_a_corrected_time_keeps_the_reminder_that_was_asked_for_if_it_helps(
    talk: Talk, submitted: str, kept: bool
) -> None:
    await talk.press("稍后提醒")
    await talk.press("1小时")
    await talk.press("改提交时间")
    await talk.say(submitted)
    assert bool(await unsent(talk, ReminderKind.SNOOZED)) is kept


async def test_the_expiry_is_told_though_settings_change_at_the_deadline(talk: Talk) -> None:
    talk.wait(hours=48)
    await talk.say("/settings quiet off")
    await talk.app.store.expire_filings(talk.now)
    assert (await claimed(talk)).kind is ReminderKind.EXPIRED


async def test_what_waits_for_another_try_survives_a_change_of_settings(talk: Talk) -> None:
    talk.wait(hours=47, minutes=30)
    reminder = await claimed(talk)
    await talk.app.store.release(reminder, talk.now + timedelta(minutes=1), "Bad Gateway")
    await talk.say("/settings quiet off")
    talk.wait(minutes=1)
    assert (await claimed(talk)).id == reminder.id


async def test_the_expiry_is_told_once_though_another_reminder_was_claimed_before(talk: Talk) -> None:
    talk.wait(hours=47, minutes=30)
    last = await claimed(talk)
    talk.wait(minutes=30)
    assert await composed(talk, last) is None
    await talk.app.store.expire_filings(talk.now)
    notice = await composed(talk, await claimed(talk))
    assert notice is not None
    assert "时间到了" in plain(notice.text)


@pytest.mark.parametrize(("hours", "silent"), [(30, False), (35, True)])
async def test_what_comes_late_makes_no_sound_in_quiet_hours(talk: Talk, hours: int, silent: bool) -> None:
    talk.wait(hours=24)  # Wednesday 12:00
    reminder = await claimed(talk)
    assert not reminder.silent
    talk.wait(hours=hours - 24)
    reply = await composed(talk, reminder)
    assert reply is not None
    assert reply.silent is silent
