"""Starting, receiving, stopping, and what can go wrong with that."""

import asyncio
import logging
import socket
import traceback

import httpx
import pytest

from bot.dialog.model import Event, Replies, Reply, Who
from bot.errors import SecondPollerError, SettingsError, TelegramError, TokenRefusedError
from bot.telegram.handlers import ALLOWED_UPDATES
from bot.telegram.polling import NEWCOMER_SECONDS, PollWatch
from bot.telegram.run import Webhook, run
from tests.emulator import (
    ApiError,
    BotApi,
    Break,
    Person,
    bad_request,
    other_poller,
    server_error,
    too_many,
    unauthorized,
)
from tests.telegram.conftest import FrontEnd
from tests.telegram.fakes import said


async def test_the_username_is_told_before_the_first_update(front_end: FrontEnd, api: BotApi, user: Person) -> None:
    told: list[str] = []
    stop = asyncio.Event()

    async def respond(who: Who, event: Event) -> Replies:
        return [Reply(f"I am {told}")]

    front_end.engine.respond = respond
    await user.send("who?")
    running = asyncio.create_task(run(front_end.build(), stop, on_connected=told.append))
    assert (await user.reply()).text == f"I am {[api.username]}"
    stop.set()
    await running


async def test_telegram_is_asked_for_what_is_handled_and_nothing_is_dropped(bot: FrontEnd, api: BotApi) -> None:
    await api.wait_until_polled()
    polls = api.calls_of("getUpdates")
    assert polls[0].params.json("allowed_updates", "") == list(ALLOWED_UPDATES)
    assert not any(call.params.boolean("drop_pending_updates") for call in api.calls_of("deleteWebhook"))


async def test_commands_and_descriptions_are_set_in_each_language(bot: FrontEnd, api: BotApi) -> None:
    await api.wait_for_calls("setMyShortDescription", 2)
    await api.wait_for(lambda: ("short_description", "en") in api.world.texts)
    assert {
        place: [command["description"] for command in commands] for place, commands in api.world.commands.items()
    } == {
        ("default", ""): ["start in zh_Hans", "help in zh_Hans"],
        ("default", "en"): ["start in en", "help in en"],
    }
    assert set(api.world.texts) == {
        (kind, code) for kind in ("description", "short_description") for code in ("", "en")
    }
    assert "备案" in api.world.texts["description", ""]


async def test_it_runs_without_its_commands_set(
    front_end: FrontEnd, api: BotApi, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("setMyCommands", bad_request("BOT_COMMAND_INVALID"), times=2)
    async with front_end.running():
        await api.wait_for_calls("setMyCommands", 2)
        await user.send("hallo")
        await user.reply()
        assert "commands and description in zh_Hans were not set: Bot_command_invalid" in caplog.text


@pytest.mark.parametrize("token", ["7000000001:wrong", "nonsense"])
async def test_a_wrong_token(front_end: FrontEnd, token: str) -> None:
    with pytest.raises(TokenRefusedError, match="BOT_TOKEN") as caught:
        await run(front_end.build(token), asyncio.Event())
    assert token not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("fault", [server_error(), Break.HTML_502, Break.CLOSE_BEFORE, Break.MALFORMED, too_many(2)])
async def test_it_tries_again_until_telegram_is_there(
    front_end: FrontEnd, api: BotApi, user: Person, fault: ApiError | Break, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    api.fault("getMe", fault, times=3)
    async with front_end.running():
        await user.send("hallo")
        await user.reply()
    limit = isinstance(fault, ApiError) and fault.code == 429
    assert front_end.sleep.pauses == ([2.0, 2.0, 2.0] if limit else [1.0, 2.0, 4.0])
    messages = [record.getMessage() for record in caplog.records if record.name == "bot.telegram.run"]
    assert len(messages) == 3
    assert all(f"127.0.0.1:{api.port} cannot be reached" in message for message in messages)
    assert api.token not in caplog.text


async def test_no_network_at_the_start(front_end: FrontEnd, api: BotApi, user: Person) -> None:
    app = front_end.build()
    await api.stop()
    there = asyncio.Event()

    class Outage:
        async def __call__(self, seconds: float) -> None:
            front_end.sleep.pauses.append(seconds)
            if len(front_end.sleep.pauses) == 9:
                await api.start()
                there.set()

    object.__setattr__(app.bot_data, "sleep", Outage())
    stop = asyncio.Event()
    running = asyncio.create_task(run(app, stop))
    await there.wait()
    await user.send("hallo")
    await user.reply()
    assert front_end.sleep.pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    stop.set()
    await running


async def test_it_can_be_stopped_while_telegram_cannot_be_reached(front_end: FrontEnd, api: BotApi) -> None:
    app = front_end.build()
    await api.stop()
    pausing, stop = asyncio.Event(), asyncio.Event()

    async def for_ever(seconds: float) -> None:
        pausing.set()
        await asyncio.Event().wait()

    object.__setattr__(app.bot_data, "sleep", for_ever)
    running = asyncio.create_task(run(app, stop))
    await pausing.wait()
    stop.set()
    await running


async def test_a_second_process_gives_way_and_the_first_stays(front_end: FrontEnd, api: BotApi) -> None:
    second = FrontEnd(api, front_end.catalogs)
    async with front_end.running() as first:
        await api.wait_until_polled()
        front_end.seconds = NEWCOMER_SECONDS
        with pytest.raises(SecondPollerError, match="another process"):
            await run(second.build(), asyncio.Event())
        assert not first.done()


@pytest.mark.parametrize(
    ("age", "codes", "ends"),
    [
        (0, [409], False),
        (0, [409, 409], True),
        (0, [409, 502, 409], True),
        (0, [409, 200] + [409] * 9, False),
        (0, [200] + [409] * 9, False),
        (0, [200] + [409] * 10, True),
        (NEWCOMER_SECONDS, [409] * 9, False),
        (NEWCOMER_SECONDS, [409] * 9 + [200] + [409] * 9, False),
        (NEWCOMER_SECONDS, [409] * 10, True),
        (NEWCOMER_SECONDS, [502] * 100, False),
    ],
)
async def test_when_a_conflict_is_another_process(age: float, codes: list[int], ends: bool) -> None:
    now = 500.0
    watch = PollWatch(lambda: now)
    watch.asked()
    now += age
    for code in codes:
        watch.asked()
        watch.answered(code)
    over = asyncio.create_task(watch.over())
    await asyncio.sleep(0)
    assert over.done() is ends
    over.cancel()


async def test_a_single_conflict_is_a_farewell(front_end: FrontEnd, api: BotApi, user: Person) -> None:
    api.fault("getUpdates", other_poller())
    async with front_end.running():
        await user.send("hallo")
        await user.reply()


async def test_a_token_that_is_revoked_meanwhile(front_end: FrontEnd, api: BotApi) -> None:
    api.fault("getUpdates", unauthorized())
    with pytest.raises(TokenRefusedError):
        await run(front_end.build(), asyncio.Event())


async def test_handlers_under_way_come_to_their_end(front_end: FrontEnd, user: Person) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def respond(who: Who, event: Event) -> Replies:
        begun.set()
        await go_on.wait()
        return [Reply(said(event))]

    front_end.engine.respond = respond
    stop = asyncio.Event()
    running = asyncio.create_task(run(front_end.build(), stop))
    await user.send("one")
    await user.send("two")
    await begun.wait()
    stop.set()
    asyncio.get_running_loop().call_soon(go_on.set)
    await running
    assert [message.text for message in user.messages] == ["one", "two"]
    assert not front_end.api.world.updates.is_polled()


async def test_the_last_word_is_said_before_the_connections_close(front_end: FrontEnd, user: Person) -> None:
    app, stop = front_end.build(), asyncio.Event()

    async def farewell() -> None:
        await app.bot.send_message(7, "bye")

    await run(app, stop, on_ready=stop.set, before_close=farewell)
    assert [message.text for message in user.messages] == ["bye"]


def webhook(port: int) -> Webhook:
    return Webhook(f"http://127.0.0.1:{port}/telegram", "s3cret", "127.0.0.1", port)


async def test_webhook(front_end: FrontEnd, api: BotApi, user: Person, port: int) -> None:
    await user.send("before")
    async with front_end.running(webhook(port)):
        assert (await user.reply()).text == "before"
        await user.send("hallo")
        assert (await user.reply()).text == "hallo"
        set_up = api.calls_of("setWebhook")[0].params
        assert set_up.text("secret_token") == "s3cret"
        assert set_up.json("allowed_updates", "") == list(ALLOWED_UPDATES)
        assert not set_up.boolean("drop_pending_updates")
        assert not api.calls_of("getUpdates")
        forged = {
            "update_id": 1,
            "message": {"message_id": 1, "date": 1, "chat": user.chat.to_json(), "text": "forged"},
        }
        async with httpx.AsyncClient() as client:
            for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}):
                answer = await client.post(f"http://127.0.0.1:{port}/telegram", json=forged, headers=headers)
                assert answer.status_code == 403
    assert api.world.updates.webhook is not None, "what comes while the process is away has to be kept"
    assert [said(event) for _, event in front_end.engine.events] == ["before", "hallo"]


async def test_a_webhook_needs_a_secret(port: int) -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook("https://example.com/", "", "127.0.0.1", port)


async def test_a_webhook_that_telegram_does_not_take(front_end: FrontEnd, port: int) -> None:
    faulty = Webhook("http://example.com/telegram", "s3cret", "127.0.0.1", port)
    with pytest.raises(TelegramError, match=r"(?i)https url must be provided"):
        await run(front_end.build(), asyncio.Event(), webhook=faulty)


async def test_a_port_that_is_taken(front_end: FrontEnd) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = int(taken.getsockname()[1])
        with pytest.raises(SettingsError, match=f"BOT_PORT={number}: cannot listen"):
            await run(front_end.build(), asyncio.Event(), webhook=webhook(number))
