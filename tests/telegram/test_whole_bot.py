"""The bot as the process runs it, real parts throughout, against the emulator."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.dialog.engine import COMMANDS
from bot.running import serve
from bot.settings import Settings
from tests.emulator import BotApi, BotMessage, Person

QUESTIONS = Path(__file__).parents[1] / "questions" / "dev.jsonl"

HARMLESS = ("message is not modified", "message to delete not found", "message to edit not found")
"""What two presses on one button lead to."""


@pytest.fixture
async def running(api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[BotApi]:
    """The whole bot, polling; nothing that it sent was refused, and no fault was logged."""
    settings = Settings(_env_file=None, api_url=api.base_url, database=tmp_path / "bot.db")
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings, api.token, "", stop))
    await api.wait_until_polled()
    yield api
    stop.set()
    await task
    refused = [
        call for call in api.calls if call.code == 400 and not any(words in call.description for words in HARMLESS)
    ]
    assert [(call.method, call.description, dict(call.params.values)) for call in refused] == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    ("language_code", "question", "words"),
    [
        ("zh-hans", "甘肃在哪个网站核验？", "gscainfo.miitbeian.gov.cn"),
        ("zh-hant", "甘肅在哪個網站核驗？", "gscainfo.miitbeian.gov.cn"),
        ("en", "Where do I verify for Gansu?", "gscainfo.miitbeian.gov.cn"),
    ],
)
async def test_questions_in_three_languages(running: BotApi, language_code: str, question: str, words: str) -> None:
    user = running.user(7, language_code=language_code)
    await user.send(question)
    assert words in (await user.reply()).text


async def test_every_command_is_published_and_answered(running: BotApi) -> None:
    await running.wait_for(lambda: ("short_description", "en") in running.world.texts)
    for code in ("", "en"):
        assert [command["command"] for command in running.world.commands["default", code]] == list(COMMANDS)
    user = running.user(7, language_code="en")
    for name in COMMANDS:
        await user.send(f"/{name}")
        await answered(user)


async def test_every_question_of_the_set_is_answered_without_a_fault(running: BotApi) -> None:
    user = running.user(7)
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        await user.send(json.loads(line)["q"])
        await answered(user)


async def test_every_button_that_can_be_reached_is_answered(running: BotApi) -> None:
    user = running.user(7)
    await user.send("/track 甘肃 新增备案 1小时前 example.com")
    await answered(user)
    for text in (
        "/start",
        "/help",
        "/filings",
        "/settings",
        "/language",
        "/privacy",
        "/link 甘肃",
        "谁来验？",
        "收不到短信",
    ):
        await user.send(text)
        message = await answered(user)
        for key in list(message.all_keys()):
            if key.data is not None:
                press = await user.press(key.label, on=message)
                await user.notice(press)


async def test_inline_cards(running: BotApi) -> None:
    user = running.user(7)
    for query in ("", "甘肃", "新增接入", "no such thing"):
        for result in await user.inline(query):
            await user.choose(result)
    assert (await user.inline("甘肃"))[0]["title"]


async def answered(user: Person) -> BotMessage:
    """Return the last reply that has come, at least one."""
    last = await user.reply()
    while user.unread:
        last = await user.reply()
    return last
