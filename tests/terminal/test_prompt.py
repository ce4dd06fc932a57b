import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.plain_text import PlainTextOutput

from bot.app import App
from bot.clock import Clock
from bot.dialog.model import Message, Who
from bot.settings import Settings
from bot.terminal.opening import opened, opened_for
from bot.terminal.output import text_of
from bot.terminal.parser import TERMINAL_USER
from bot.terminal.prompt import converse
from bot.terminal.watch import Watch

WHO = Who(1, 1)
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TRACK = "/track 甘肃 新增备案 2026-11-21 11:30 example.com"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with opened(Settings(database=tmp_path / "bot.db")) as app:
        yield app


async def typed(app: App, keys: str, clock: Clock) -> str:
    """Return what the terminal shows while `keys` are typed, Ctrl-D at the end."""
    shown = io.StringIO()
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=PlainTextOutput(shown)):
        pipe.send_text(keys + "\x04")
        await converse(app, WHO, clock)
    return shown.getvalue()


async def test_a_newcomer_is_greeted_and_buttons_go_by_number(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    first = await typed(app, "甘肃网址\r2\r!nonsense\r", lambda: NOW)
    assert "/track" in first
    assert "gscainfo.miitbeian.gov.cn" in first
    assert "短信验证码" in first
    assert "no button is labelled 'nonsense'" in first
    assert "我是备案短信核验助手" not in await typed(app, "", lambda: NOW)


async def test_lines_are_kept_for_the_next_time_but_no_code(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    await typed(app, "甘肃网址\r我的验证码是 123456，帮我验证\r", lambda: NOW)
    kept = (tmp_path / "beian-bot" / "history").read_text(encoding="utf-8")
    assert "甘肃网址" in kept
    assert "123456" not in kept


async def test_what_is_due_is_shown_once_and_only_the_latest(app: App) -> None:
    await app.engine.handle(WHO, Message(TRACK), NOW - timedelta(minutes=29))
    watch = Watch(app.services, WHO.chat_id)
    assert await watch.due(NOW - timedelta(minutes=29)) == []
    (reply,) = await watch.due(NOW + timedelta(hours=26))
    assert "example.com" in text_of(reply)
    assert await watch.due(NOW + timedelta(hours=26)) == []
    assert await Watch(app.services, 2).due(NOW + timedelta(hours=26)) == []


async def test_a_reminder_is_shown_in_the_conversation(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    await app.engine.handle(WHO, Message(TRACK), NOW - timedelta(minutes=29))
    shown = await typed(app, "", lambda: NOW + timedelta(hours=1))
    assert "收到验证短信了吗" in shown


@pytest.mark.parametrize(("user", "claimed"), [(TERMINAL_USER, 0), (5, 1)])
async def test_a_process_that_serves_telegram_leaves_the_terminals_reminders_alone(
    tmp_path: Path, user: int, claimed: int
) -> None:
    async with opened_for(user, Settings(database=tmp_path / "bot.db")) as app:
        await app.engine.handle(Who(user, user), Message(TRACK), NOW - timedelta(minutes=29))
        later = NOW + timedelta(hours=1)
        assert len(await app.store.claim_due(later, limit=10, lease_until=later + timedelta(hours=1))) == claimed
