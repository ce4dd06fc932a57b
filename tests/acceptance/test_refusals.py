"""What keeps the real process from working: a clear line, the right exit code, nothing lost."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.processes import ended, running, stop
from tests.emulator import BotApi
from tests.emulator.faults import unauthorized


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(deadline=40) as api:
        yield api


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({}, 78, "BOT_TOKEN is not set"),
        ({"token": "nonsense"}, 78, "BOT_TOKEN"),
        ({"timezone": "Mars/Olympus"}, 78, "BOT_TIMEZONE=Mars/Olympus"),
        ({"quiet_hours": "late", "port": "x"}, 78, "BOT_PORT=x"),
        ({"rulebook": "pilots"}, 78, "BOT_RULEBOOK=pilots"),
    ],
)
async def test_wrong_settings(tmp_path: Path, settings: dict[str, str], code: int, words: str) -> None:
    async with running(tmp_path, **settings) as process:
        ending = await ended(process)
    assert ending[0] == code
    assert words in ending[1]
    assert "Traceback" not in ending[1]


async def test_a_faulty_rulebook(api: BotApi, tmp_path: Path) -> None:
    faulty = tmp_path / "mine.toml"
    faulty.write_text('id = "mine"\nsource = "nobody"\n', encoding="utf-8")
    async with running(tmp_path, token=api.token, api_url=api.base_url, rulebook=str(faulty)) as process:
        code, errors = await ended(process)
    assert code == 65
    assert "mine.toml: head: source 'nobody'" in errors


async def test_a_token_that_telegram_refuses(api: BotApi, tmp_path: Path) -> None:
    api.fault("getMe", unauthorized(), times=None)
    async with running(tmp_path, token=api.token, api_url=api.base_url) as process:
        code, errors = await ended(process)
    assert code == 78
    assert "BOT_TOKEN" in errors
    assert api.token not in errors


async def test_a_second_poller_gives_way(api: BotApi, tmp_path: Path) -> None:
    settings = {"token": api.token, "api_url": api.base_url}
    async with running(tmp_path, **settings) as first:
        user = api.user(7)
        await user.send("你好")
        assert (await user.reply()).text
        other = tmp_path / "other"
        other.mkdir()
        async with running(other, **settings) as second:
            code, errors = await ended(second)
        assert code == 75
        assert "another process" in errors
        await user.send("甘肃去哪里验证？")
        assert "gscainfo" in (await user.reply()).text
        stop(first)
        assert (await ended(first))[0] == 0


async def test_a_database_that_another_program_holds(api: BotApi, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        async with running(tmp_path, token=api.token, api_url=api.base_url) as process:
            code, errors = await ended(process)
    assert code == 75
    assert "bot.db" in errors


async def test_a_file_that_is_no_database(api: BotApi, tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("not a database, but long enough to be looked at as one" * 20)
    async with running(tmp_path, token=api.token, api_url=api.base_url) as process:
        code, errors = await ended(process)
    assert code == 74
    assert "bot.db" in errors
