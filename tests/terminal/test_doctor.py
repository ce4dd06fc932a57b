import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import Clock, system_clock
from bot.terminal.cli import main
from bot.terminal.doctor import Finding, findings
from tests.emulator import BotApi


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


async def examine(clock: Clock = system_clock) -> dict[str, Finding]:
    found = await asyncio.to_thread(lambda: list(findings(clock)))
    return {finding.what: finding for finding in found}


def test_without_a_token_nothing_is_at_fault(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "ok    settings",
        "ok    rulebook",
        "ok    texts",
        "ok    understanding",
        "ok    database",
        "ok    Bot API",
    ]
    assert not list(tmp_path.iterdir())


def test_bad_settings_are_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BOT_PORT", "x")
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("FAULT settings: BOT_PORT=x")
    assert " -> " in out


def test_a_file_that_is_no_database_and_a_misspelt_name_are_faults(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "x.db").write_text("this is not a database, however long it is " * 100, encoding="utf-8")
    monkeypatch.setenv("BOT_DATABASE", "x.db")
    monkeypatch.setenv("BOT_TOKN", "1")
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "FAULT database" in out
    assert "BOT_TOKEN?" in out


async def test_the_bot_api_is_asked_who_the_bot_is_and_what_time_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async with BotApi() as api:
        monkeypatch.setenv("BOT_TOKEN", api.token)
        monkeypatch.setenv("BOT_API_URL", api.base_url)
        found = await examine()
        assert f"@{api.username}" in found["Bot API"].state
        assert not found["clock"].remedy

        late = await examine(lambda: system_clock() + timedelta(minutes=5))
        assert "differs by" in late["clock"].state
        assert late["clock"].remedy


async def test_a_refused_token_is_a_fault_and_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with BotApi() as api:
        monkeypatch.setenv("BOT_TOKEN", "1:wrong-token-00000000")
        monkeypatch.setenv("BOT_API_URL", api.base_url)
        found = await examine()
    assert "BotFather" in found["Bot API"].remedy
    assert "wrong-token" not in str(found)


async def test_a_server_that_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    async with BotApi() as api:
        monkeypatch.setenv("BOT_TOKEN", api.token)
        monkeypatch.setenv("BOT_API_URL", api.base_url)
    found = await examine()
    assert "network" in found["Bot API"].remedy
    assert api.token not in str(found)
