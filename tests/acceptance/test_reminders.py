"""Reminders of the real process, killed in between."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.filings.reminder import PlannedReminder, ReminderKind
from bot.store.sqlite import open_store
from tests.acceptance.processes import ended, running, stop
from tests.emulator import BotApi, Break
from tests.emulator.people import Person
from tests.store.samples import sample

AHEAD = timedelta(seconds=9)
"""How long after tracking the reminder is due: enough for the process to be killed and started again before."""


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(deadline=40) as api:
        yield api


def due_soon(before: timedelta) -> str:
    """Return a submission time under which the reminder `before` the deadline is due in a moment."""
    submitted = datetime.now(UTC) + AHEAD + before - timedelta(hours=48)
    return submitted.isoformat(timespec="seconds")


async def at_work(user: Person) -> None:
    """Wait until the process answers: what is due in a moment must not have passed by then."""
    await user.send("/start")
    await user.reply()


def sent(api: BotApi, words: str) -> int:
    """Return how many messages with these words were sent."""
    return sum(words in call.params.text("text") for call in api.calls_of("sendMessage"))


async def test_a_reminder_survives_a_kill_and_comes_once(api: BotApi, tmp_path: Path) -> None:
    settings = {"token": api.token, "api_url": api.base_url, "quiet_hours": "off"}
    user = api.user(7)
    async with running(tmp_path, **settings) as process:
        await at_work(user)
        await user.send(f"/track 甘肃 新增网站 {due_soon(timedelta(minutes=30))} example.com")
        assert "example.com" in (await user.reply()).text
        process.kill()
        code, _ = await ended(process)
        assert code == -9
    assert user.unread == []

    async with running(tmp_path, **settings) as process:
        reminder = await user.reply()
        assert "分钟，请尽快验证" in reminder.text
        assert "gscainfo.miitbeian.gov.cn" in reminder.text
        await user.press("✅ 已验证", on=reminder)
        assert "全部验证完成" in (await user.edit()).text
        await user.send("/filings")
        assert "已全部验证" in (await user.reply()).text
        stop(process)
        assert await ended(process) == (0, "")
    assert sent(api, "请尽快验证") == 1


async def test_after_a_long_stop_only_the_expiry_is_told(api: BotApi, tmp_path: Path) -> None:
    settings = {"token": api.token, "api_url": api.base_url, "quiet_hours": "off"}
    user = api.user(7)
    async with running(tmp_path, **settings) as process:
        await at_work(user)
        await user.send(f"/track 甘肃 新增网站 {due_soon(timedelta())} example.com")
        await user.reply()
        process.kill()
        await ended(process)
    async with running(tmp_path, **settings):
        assert "时间到了" in (await user.reply()).text
        await user.send("/filings")
        assert "到期" in (await user.reply()).text
    assert (sent(api, "时间到了"), sent(api, "请尽快验证")) == (1, 0)


async def test_what_was_being_sent_at_a_kill_comes_at_the_next_start(api: BotApi, tmp_path: Path) -> None:
    settings = {"token": api.token, "api_url": api.base_url, "quiet_hours": "off"}
    now, user = datetime.now(UTC), api.user(7)
    filing = replace(sample(user.id), submitted_at=now - timedelta(hours=47), deadline=now + timedelta(hours=1))
    store = await open_store(tmp_path / "bot.db")
    await store.track_filing(filing, [PlannedReminder(ReminderKind.BEFORE, now)])
    await store.close()
    api.fault("sendMessage", Break.HANG)
    async with running(tmp_path, **settings) as process:
        await api.wait_for_calls("sendMessage")
        process.kill()
        await ended(process)
    async with running(tmp_path, **settings):
        assert "example.com" in (await user.reply()).text
