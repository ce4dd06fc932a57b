"""Faults to order, and the process with its control surface."""

import asyncio
import sys
from asyncio.subprocess import PIPE

import httpx
import pytest
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from tests.emulator import TOKEN, BotApi, Break, other_poller, server_error, too_many, unauthorized
from tests.emulator_tests.conftest import Raw


async def test_answers_that_can_be_ordered(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    api.fault("sendMessage", too_many(3))
    api.fault("sendMessage", server_error())
    api.fault("sendMessage", unauthorized())
    api.fault("sendMessage", other_poller())
    api.fault("sendMessage", Break.HTML_502)
    api.fault("sendMessage", Break.MALFORMED)
    for error, text in (
        (RetryAfter, "Retry in 0:00:03"),
        (NetworkError, "Internal Server Error"),
        (InvalidToken, "Unauthorized"),
        (Conflict, "terminated by other getUpdates"),
        (NetworkError, "Bad Gateway"),
        (TelegramError, "Invalid server response"),
    ):
        with pytest.raises(error, match=text):
            await bot.send_message(7, "x")
    assert not user.messages
    await bot.send_message(7, "x")
    assert [call.code for call in api.calls_of("sendMessage")] == [429, 500, 401, 409, 502, 200, 200]
    assert [message.text for message in user.messages] == ["x"]


async def test_the_connection_ends_before_or_after_the_message_was_taken(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    api.fault("sendMessage", Break.CLOSE_BEFORE)
    api.fault("sendMessage", Break.CLOSE_AFTER)
    for text in ("lost", "taken"):
        with pytest.raises(NetworkError):
            await bot.send_message(7, text)
    assert [message.text for message in user.messages] == ["taken"]


async def test_a_call_hangs_until_it_is_released_and_only_in_its_chat(api: BotApi, call: Raw) -> None:
    one, two = api.user(1), api.user(2)
    order = api.fault("sendMessage", Break.HANG, chat_id=1)
    hanging = asyncio.create_task(call("sendMessage", chat_id=1, text="x"))
    await api.wait_for(lambda: order.hits)
    assert (await call("sendMessage", chat_id=2, text="y"))["ok"]
    assert (await two.reply()).text == "y"
    assert not one.messages
    order.release()
    assert (await hanging)["ok"]
    assert (await one.reply()).text == "x"


async def test_an_order_without_end_lasts_until_it_is_cancelled(api: BotApi, call: Raw) -> None:
    order = api.fault("getMe", server_error(), times=None)
    for _ in range(3):
        assert not (await call("getMe"))["ok"]
    order.cancel()
    assert (await call("getMe"))["ok"]
    assert order.hits == 3


async def test_an_order_meets_a_share_of_the_calls_and_leaves_the_others_to_the_next(api: BotApi, call: Raw) -> None:
    chances = iter([0.4, 0.5, 0.99, 0.0])
    api.orders.chance = lambda: next(chances)
    api.fault("getMe", server_error(), times=None, share=0.5)
    api.fault("getMe", too_many(), share=1.0)
    assert [(await call("getMe")).get("error_code") for _ in range(3)] == [500, 429, 500]


async def test_processes_are_told_apart_by_their_address(api: BotApi, http: httpx.AsyncClient) -> None:
    for url in (api.base_url, api.base_url_for("life-2")):
        assert (await http.get(f"{url}{api.token}/getMe")).json()["ok"]
    assert [call.origin for call in api.calls] == ["", "life-2"]


async def test_as_a_process(http: httpx.AsyncClient) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.emulator", stdout=PIPE)
    try:
        assert process.stdout is not None
        base_url = (await process.stdout.readline()).decode().strip()
        control = base_url.removesuffix("bot") + "control"

        async def ask(name: str, **body: object) -> dict[str, object]:
            response = await http.post(f"{control}/{name}", json=body)
            assert response.status_code == 200, response.text
            return dict(response.json())

        await ask("fault", method="sendMessage", fault="html_502")
        await ask("send", user=7, text="甘肃")
        async with Bot(TOKEN, base_url=base_url) as bot:
            (update,) = await bot.get_updates()
            assert update.effective_message is not None
            with pytest.raises(NetworkError):
                await update.effective_message.reply_text("first try")
            await update.effective_message.reply_text("second try")
        shown = (await http.get(f"{control}/messages", params={"chat": 7, "count": 1})).json()["messages"]
        assert [message["text"] for message in shown] == ["second try"]
        calls = (await http.get(f"{control}/calls", params={"method": "sendMessage"})).json()["calls"]
        assert [call["code"] for call in calls] == [502, 200]
        wrong = await http.post(f"{control}/press", json={"user": 7, "label": "nothing"})
        assert (wrong.status_code, "no button says" in wrong.text) == (400, True)
    finally:
        process.terminate()
        assert await process.wait() == 0
