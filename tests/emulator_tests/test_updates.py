"""Long polling and webhook."""

import asyncio
from typing import Any

import httpx
import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from tests.emulator import BotApi
from tests.emulator_tests.conftest import Raw


async def test_updates_come_until_they_are_confirmed(api: BotApi, bot: Bot) -> None:
    user = api.user(7, language_code="en")
    first = await user.send("one /x@beian_test_bot")
    second = await user.send("two")
    updates = await bot.get_updates()
    assert [update.update_id for update in updates] == [first, second]
    assert first is not None
    message = updates[0].effective_message
    assert message is not None
    assert message.from_user is not None
    assert (message.chat.type, message.from_user.language_code) == ("private", "en")
    assert [(entity.type, entity.offset, entity.length) for entity in message.entities] == [("bot_command", 4, 17)]
    assert [update.update_id for update in await bot.get_updates(offset=first + 1)] == [second]
    assert set(api.world.updates.delivered) == {first, second}


async def test_a_long_poll_answers_as_soon_as_there_is_something(api: BotApi, call: Raw) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await api.wait_until_polled()
    await api.user(7).send("hallo")
    assert (await poll)["result"][0]["message"]["text"] == "hallo"


async def test_a_second_poller_ends_the_first(api: BotApi, call: Raw) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=50))
    await api.wait_until_polled()
    second = asyncio.create_task(call("getUpdates", timeout=50))
    answer = await first
    assert answer["error_code"] == 409
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")
    await api.user(7).send("hallo")
    assert len((await second)["result"]) == 1


async def test_a_poller_that_went_away_is_not_waiting(api: BotApi, call: Raw) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await api.wait_until_polled()
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    await api.user(7).send("hallo")
    assert len((await call("getUpdates", timeout=0))["result"]) == 1


async def test_only_the_wanted_kinds_are_queued(api: BotApi, call: Raw) -> None:
    user = api.user(7)
    await call("getUpdates", allowed_updates=["callback_query"])
    assert await user.send("unwanted") is None
    await call("getUpdates", allowed_updates=["message"])
    await user.send("wanted")
    assert [update["message"]["text"] for update in (await call("getUpdates"))["result"]] == ["wanted"]


async def test_a_webhook_gets_updates_in_order_until_it_takes_them(api: BotApi, bot: Bot) -> None:
    got: list[tuple[str, dict[str, Any]]] = []
    done = asyncio.Event()

    async def receive(request: web.Request) -> web.Response:
        got.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], await request.json()))
        if len(got) == 3:
            done.set()
        return web.Response(status=500 if len(got) == 1 else 200)

    app = web.Application()
    app.add_routes([web.post("/hook", receive)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await api.user(7).send("one")
    await bot.set_webhook(url, secret_token="s3cret")
    await api.user(7).send("two")
    async with asyncio.timeout(api.deadline):
        await done.wait()
    assert [secret for secret, _ in got] == ["s3cret"] * 3
    assert [update["message"]["text"] for _, update in got] == ["one", "one", "two"]
    info = await bot.get_webhook_info()
    assert (info.url, info.last_error_message) == (
        url,
        "Wrong response from the webhook: 500 Internal Server Error",
    )
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    await runner.cleanup()


async def test_a_webhook_ends_a_long_poll(api: BotApi, call: Raw) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await api.wait_until_polled()
    assert (await call("setWebhook", url="https://example.com/x"))["ok"]
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    bad = await call("setWebhook", url="http://example.com/x")
    assert bad["description"] == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    bad = await call("setWebhook", url="https://example.com/x", secret_token="no blanks")
    assert bad["description"] == "Bad Request: secret token contains unallowed characters"


async def test_an_outage_closes_connections_and_keeps_what_was_said(api: BotApi, call: Raw) -> None:
    port = api.port
    poll = asyncio.create_task(call("getUpdates", timeout=50))
    await api.wait_until_polled()
    await api.stop()
    with pytest.raises(httpx.HTTPError):
        await poll
    with pytest.raises(httpx.ConnectError):
        await call("getMe")
    await api.user(7).send("meanwhile")
    await api.start()
    assert api.port == port
    assert len((await call("getUpdates"))["result"]) == 1
