"""What goes wrong between the bot and Telegram, and in the dialog."""

import logging

import pytest

from bot.dialog.model import Reply
from tests.emulator import ApiError, BotApi, Break, Person, bad_request, server_error, too_many
from tests.telegram.conftest import FrontEnd
from tests.telegram.fakes import NOW


@pytest.mark.parametrize("fault", [server_error(), Break.HTML_502, Break.CLOSE_BEFORE, Break.MALFORMED])
async def test_an_answer_survives_passing_faults(
    bot: FrontEnd, api: BotApi, user: Person, fault: ApiError | Break
) -> None:
    api.fault("sendMessage", fault, times=3)
    await user.send("hallo")
    assert (await user.reply()).text == "hallo"
    assert bot.sleep.pauses == [0.5, 1.0, 2.0]
    assert len(user.messages) == 1


async def test_an_answer_may_come_twice_when_the_connection_broke_late(
    bot: FrontEnd, api: BotApi, user: Person
) -> None:
    api.fault("sendMessage", Break.CLOSE_AFTER)
    await user.send("hallo")
    assert [(await user.reply()).text for _ in range(2)] == ["hallo", "hallo"]


async def test_the_flood_limit_is_obeyed(bot: FrontEnd, api: BotApi, user: Person) -> None:
    api.fault("sendMessage", too_many(7))
    await user.send("hallo")
    assert (await user.reply()).text == "hallo"
    assert bot.sleep.pauses == [7.0]
    assert bot.limited == [(7, 7.0)]


@pytest.mark.parametrize(("fault", "tries"), [(server_error(), 4), (too_many(31), 1)])
async def test_an_answer_that_cannot_be_given_is_logged(
    bot: FrontEnd, api: BotApi, user: Person, fault: ApiError, tries: int, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("sendMessage", fault, times=tries)
    update_id = await user.send("a secret text")
    await user.send("next")
    assert (await user.reply()).text == "next"
    (record,) = errors(caplog)
    assert (record.__dict__["update_id"], record.__dict__["chat_id"]) == (update_id, 7)
    assert "a secret text" not in caplog.text
    assert api.token not in caplog.text


async def test_a_fault_of_the_dialog_is_told_in_one_sentence(
    bot: FrontEnd, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    bot.engine.will_raise(RuntimeError("the fault"))
    await user.send("a secret text")
    assert (await user.reply()).text == "sorry (zh-hans)"
    (record,) = errors(caplog)
    assert record.exc_info is not None
    assert "Traceback" in caplog.text
    assert "a secret text" not in caplog.text


async def test_a_message_that_telegram_refuses_is_told(bot: FrontEnd, user: Person) -> None:
    bot.engine.will(Reply("<b>never closed"))
    await user.send("x")
    assert (await user.reply()).text == "sorry (zh-hans)"


async def test_when_even_the_sentence_is_refused(
    bot: FrontEnd, api: BotApi, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("sendMessage", bad_request("CHAT_WRITE_FORBIDDEN"), times=2)
    await user.send("x")
    await user.send("y")
    assert (await user.reply()).text == "y"
    assert "nor could that be told: Chat_write_forbidden" in caplog.text


async def test_who_blocks_the_bot_meanwhile_is_paused(bot: FrontEnd, user: Person) -> None:
    await user.send("x")
    user.chat.blocked = True
    await bot.chats.wait_for("pause", 7, NOW)
    assert ("resume", 7) not in bot.chats.told


async def test_an_answer_follows_a_group_that_moved(bot: FrontEnd, api: BotApi, user: Person) -> None:
    group = api.group(-5)
    moved = api.group(-1005, supergroup=True)
    group.chat.moved_to = -1005
    await user.send("/help", at=group)
    assert (await moved.reply()).text == "/help"
    assert ("move", -5, -1005) in bot.chats.told


async def test_an_outage_in_between(bot: FrontEnd, api: BotApi, user: Person) -> None:
    await api.stop()
    await user.send("meanwhile")
    await api.start()
    assert (await user.reply()).text == "meanwhile"


def errors(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.ERROR and record.name.startswith("bot.")]
