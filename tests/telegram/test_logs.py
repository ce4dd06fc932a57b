"""What the library logs: never what people write."""

import logging

import httpx
import pytest

from bot.telegram.run import Webhook
from tests.emulator import BotApi, Break, Person
from tests.telegram.conftest import FrontEnd


async def test_debug_logging_shows_no_message(
    front_end: FrontEnd, api: BotApi, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with front_end.running():
        await user.send("my code is 123456")
        await user.reply()
    assert "123456" not in "".join(record.getMessage() for record in caplog.records)


async def test_an_unreadable_answer_is_told_without_its_content(
    front_end: FrontEnd, api: BotApi, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    async with front_end.running():
        api.fault("sendMessage", Break.MALFORMED)
        await user.send("hallo")
        await user.reply()
    assert 'Can not load invalid JSON data: "left out"' in caplog.text
    assert "message_id" not in caplog.text


async def test_an_unreadable_update_is_told_without_its_content(
    front_end: FrontEnd, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    webhook = Webhook(f"http://127.0.0.1:{port}/telegram", "s3cret", "127.0.0.1", port)
    async with front_end.running(webhook), httpx.AsyncClient() as client:
        faulty = {"update_id": 1, "message": {"text": "my code is 123456"}}
        headers = {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}
        answer = await client.post(webhook.url, json=faulty, headers=headers)
        assert answer.status_code == 400
    assert "Received data was: 'left out'" in caplog.text
    assert "123456" not in "".join(record.getMessage() for record in caplog.records)
