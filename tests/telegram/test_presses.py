"""Pressed buttons."""

import logging

import pytest

from bot.dialog.model import Button, Card, Document, Press, Reply, Who
from tests.emulator import BotApi, BotMessage, Break, Person, bad_request, server_error
from tests.telegram.conftest import FrontEnd

GO = ((Button("go", action="go:1"),),)


async def message_with_button(bot: FrontEnd, user: Person) -> BotMessage:
    bot.engine.will(Reply("<b>before</b>", GO))
    await user.send("x")
    return await user.reply()


async def test_a_press_is_an_event_and_is_answered(bot: FrontEnd, user: Person) -> None:
    await message_with_button(bot, user)
    bot.engine.will(Reply("after"))
    press = await user.press("go")
    assert await user.notice(press) == ""
    assert (await user.reply()).text == "after"
    assert bot.engine.events[-1] == (Who(7, 7, "zh-hans"), Press("go:1"))


async def test_a_notice_is_shown_and_goes_away(bot: FrontEnd, user: Person) -> None:
    await message_with_button(bot, user)
    bot.engine.will(Reply("first &amp; " + "x" * 300, notice=True), Reply("second", notice=True))
    press = await user.press("go")
    assert await user.notice(press) == ("first & " + "x" * 300)[:200]
    assert (await user.reply()).text == "second"


async def test_a_reply_takes_the_place_of_the_message(bot: FrontEnd, user: Person) -> None:
    before = await message_with_button(bot, user)
    bot.engine.will(Reply("<i>after</i>", ((Button("next", action="n"),),), replaces=True), Reply("and more"))
    await user.press("go")
    after = await user.edit()
    assert (after.message_id, after.html, after.labels) == (before.message_id, "<i>after</i>", ("next",))
    assert (await user.reply()).text == "and more"


async def test_a_reply_that_changes_nothing_is_fine(bot: FrontEnd, user: Person) -> None:
    await message_with_button(bot, user)
    bot.engine.will(Reply("<b>before</b>", GO, replaces=True), Reply("and more"))
    await user.press("go")
    assert (await user.reply()).text == "and more"
    assert len(user.messages) == 2


@pytest.mark.parametrize("reason", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"])
async def test_what_cannot_be_edited_is_sent_anew(bot: FrontEnd, api: BotApi, user: Person, reason: str) -> None:
    await message_with_button(bot, user)
    bot.engine.will(Reply("after", GO, replaces=True))
    api.fault("editMessageText", bad_request(reason))
    await user.press("go")
    reply = await user.reply()
    assert (reply.text, reply.labels) == ("after", ("go",))


async def test_a_message_that_telegram_no_longer_gives_out(bot: FrontEnd, user: Person) -> None:
    message = await message_with_button(bot, user)
    user.forget_message(message)
    bot.engine.will(Reply("after", replaces=True))
    await user.press("go", on=message)
    assert (await user.reply()).text == "after"


async def test_a_file_cannot_take_the_place_of_a_text(bot: FrontEnd, user: Person) -> None:
    await message_with_button(bot, user)
    bot.engine.will(Reply("file", replaces=True, document=Document("a.ics", b"x", "text/calendar")))
    await user.press("go")
    assert (await user.reply()).document is not None


async def test_a_keyboard_comes_with_a_new_message_in_the_old_ones_place(bot: FrontEnd, user: Person) -> None:
    before = await message_with_button(bot, user)
    bot.engine.will(Reply("English now", replaces=True, menu=(("Help",),)))
    await user.press("go")
    after = await user.reply()
    assert after.menu == (("Help",),)
    assert before.message_id not in [message.message_id for message in user.messages]


async def test_a_long_reply_in_place_goes_on_below(bot: FrontEnd, user: Person) -> None:
    await message_with_button(bot, user)
    bot.engine.will(Reply("\n".join(["x" * 99] * 50), GO, replaces=True))
    await user.press("go")
    first, second = await user.edit(), await user.reply()
    assert (first.labels, second.labels) == ((), ("go",))
    assert len(first.text) + len(second.text) == 4999 - 1


async def test_a_press_too_old_to_be_answered_is_still_handled(bot: FrontEnd, api: BotApi, user: Person) -> None:
    message = await message_with_button(bot, user)
    bot.engine.will(Reply("after"))
    hang = api.fault("getUpdates", Break.HANG)
    await user.send("wake the poll that waits")
    await api.wait_for(lambda: hang.hits)
    await user.press("go", on=message)
    user.let_presses_expire()
    hang.release()
    assert [(await user.reply()).text for _ in range(2)] == ["after", "after"]
    assert (await api.wait_for_calls("answerCallbackQuery"))[0].code == 400


async def test_a_press_is_answered_when_the_dialog_fails(
    bot: FrontEnd, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await message_with_button(bot, user)
    bot.engine.will_raise(RuntimeError("the fault"))
    press = await user.press("go")
    assert await user.notice(press) == "sorry (zh-hans)"
    bot.engine.will(Reply("alive"))
    await user.send("x")
    assert (await user.reply()).text == "alive"
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info is not None
    assert "the fault" in str(record.exc_info[1])


async def test_answering_is_tried_again(bot: FrontEnd, api: BotApi, user: Person) -> None:
    await message_with_button(bot, user)
    api.fault("answerCallbackQuery", server_error())
    bot.engine.will(Reply("done", notice=True))
    assert await user.notice(await user.press("go")) == "done"


async def test_buttons_of_a_card_that_was_handed_out(bot: FrontEnd, api: BotApi, user: Person) -> None:
    bot.engine.found = [Card("zh-hans-1", "甘肃", "portal", "<b>甘肃</b>", GO)]
    card = await user.choose((await user.inline("甘肃"))[0])
    other = api.user(8, language_code="en")
    bot.engine.will(Reply("after", replaces=True), Reply("yes", notice=True))
    press = await other.press("go", on=card)
    assert await other.notice(press) == "yes"
    assert bot.engine.events[-1] == (Who(8, 8, "en"), Press("go:1"))
    await api.wait_for_calls("editMessageText")
    assert (await api.wait_for(lambda: api.world.chats.inline[str(card.inline_id)].edits)) == 1
    bot.engine.will(Reply("in private"))
    await other.press("go", on=card)
    assert (await other.reply()).text == "in private"
