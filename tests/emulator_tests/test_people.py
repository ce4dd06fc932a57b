"""What people can do, and what the bot sees of it."""

import asyncio
from typing import Any

import pytest
from telegram import (
    Bot,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberOwner,
    ChatMemberRestricted,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.emulator import BotApi, BotMessage
from tests.emulator_tests.conftest import Raw

KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("go", callback_data="g"), InlineKeyboardButton("see", url="https://a.cn")]]
)


async def next_update(bot: Bot) -> Update:
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    return update


async def test_a_press_is_answered_once(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    sent = await bot.send_message(7, "x", reply_markup=KEYS)
    press = await user.press("go")
    query = (await next_update(bot)).callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.message.message_id) == ("g", sent.message_id)
    await query.answer("done")
    assert await user.notice(press) == "done"
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query id is invalid"):
        await query.answer()
    with pytest.raises(LookupError, match=r"opens .https://a\.cn"):
        await user.press("see")
    with pytest.raises(LookupError, match="no button says 'nothing'"):
        await user.press("nothing")


async def test_a_press_that_is_too_old_or_under_a_deleted_message(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    await bot.send_message(7, "x", reply_markup=KEYS)
    message = await user.reply()
    user.forget_message(message)
    await user.press("go", on=message)
    user.let_presses_expire()
    query = (await next_update(bot)).callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible
    with pytest.raises(BadRequest, match="too old"):
        await query.answer()


async def test_the_menu_is_pressed_as_text(api: BotApi, bot: Bot, call: Raw) -> None:
    user = api.user(7)
    await call("sendMessage", chat_id=7, text="menu", reply_markup={"keyboard": [["Filings", {"text": "Help"}]]})
    assert (await user.reply()).menu == (("Filings", "Help"),)
    await user.press("Help")
    message = (await next_update(bot)).effective_message
    assert message is not None
    assert message.text == "Help"


async def test_edits_other_kinds_and_links(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    await user.start("gs_new-filing")
    message = (await next_update(bot)).effective_message
    assert message is not None
    assert message.text == "/start gs_new-filing"
    with pytest.raises(ValueError, match="payload"):
        await user.start("not allowed!")
    await user.edits("/start")
    edited = (await next_update(bot)).edited_message
    assert edited is not None
    assert (edited.text, edited.message_id) == ("/start", message.message_id)
    for kind in (
        "photo",
        "voice",
        "audio",
        "video",
        "video_note",
        "animation",
        "sticker",
        "location",
        "contact",
        "dice",
    ):
        await user.send_other(kind)
        other = (await next_update(bot)).effective_message
        assert other is not None
        assert getattr(other, kind)
    await user.send_document("a.csv", b"1,2")
    update = await next_update(bot)
    assert update.effective_message is not None
    assert update.effective_message.document is not None
    file = await update.effective_message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"1,2"


async def test_blocking_is_told(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    for act, status in ((user.block, "kicked"), (user.unblock, "member")):
        await act()
        change = (await next_update(bot)).my_chat_member
        assert change is not None
        assert (change.chat.id, change.new_chat_member.status) == (7, status)


async def test_groups(api: BotApi, bot: Bot) -> None:
    user, group = api.user(7), api.group(-5)
    await user.send("hi @beian_test_bot", at=group)
    message = (await next_update(bot)).effective_message
    assert message is not None
    assert (message.chat.id, message.chat.type) == (-5, "group")
    assert message.entities[0].type == "mention"
    await message.reply_text("answer", do_quote=True)
    answer = await group.reply()
    assert (answer.text, answer.reply_to) == ("answer", message.message_id)
    assert (await bot.get_chat_member(-5, 7)).status == "member"

    await user.send("thanks", at=group, reply_to=answer)
    thanks = (await next_update(bot)).effective_message
    assert thanks is not None
    assert thanks.reply_to_message is not None
    assert thanks.reply_to_message.from_user == bot.bot

    moved = await group.migrate(-1005)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(-5, "x")
    assert caught.value.new_chat_id == -1005
    await bot.send_message(-1005, "x")
    assert (await moved.reply()).text == "x"
    await moved.kick_bot(user)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(-1005, "x")


def article(number: str, text: str = "<b>x</b>") -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        number, "title", InputTextMessageContent(text, parse_mode="HTML"), reply_markup=KEYS
    )


async def test_inline_mode(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    asked = asyncio.create_task(user.inline("甘肃"))
    await api.wait_for(lambda: api.world.updates.pending)
    query = (await next_update(bot)).inline_query
    assert query is not None
    wrong: list[tuple[list[Any], str]] = [
        ([article("1"), article("1")], "Result_id_duplicate"),
        ([article("x" * 65)], "Result_id_invalid"),
        ([article("1", "<b>")], "Can't parse entities"),
    ]
    for results, reason in wrong:
        with pytest.raises(BadRequest, match=reason):
            await query.answer(results)
    await query.answer([article("1")])
    (result,) = await asked
    chosen: BotMessage = await user.choose(result)
    assert (chosen.text, chosen.labels) == ("x", ("go", "see"))
    await user.press("go", on=chosen)
    press = (await next_update(bot)).callback_query
    assert press is not None
    assert (press.message, press.inline_message_id) == (None, chosen.inline_id)
    assert await press.edit_message_text("y") is True


async def test_too_many_results(api: BotApi, call: Raw) -> None:
    asked = asyncio.create_task(api.user(7).inline(""))
    await api.wait_for(lambda: api.world.updates.pending)
    results = [article(str(number)).to_dict() for number in range(51)]
    refused = await call("answerInlineQuery", inline_query_id="1", results=results)
    assert refused["description"] == "Bad Request: RESULTS_TOO_MUCH"
    assert (await call("answerInlineQuery", inline_query_id="1", results=results[:50]))["ok"]
    assert len(await asked) == 50


async def test_waiting_in_vain_tells_the_last_calls(call: Raw, api: BotApi) -> None:
    await call("getMe")
    api.deadline = 0
    with pytest.raises(AssertionError, match=r"a reply in chat 7; last calls: \['getMe"):
        await api.user(7).reply()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("creator", ChatMemberOwner),
        ("administrator", ChatMemberAdministrator),
        ("restricted", ChatMemberRestricted),
        ("kicked", ChatMemberBanned),
    ],
)
async def test_ranks_in_a_group(bot: Bot, api: BotApi, status: str, kind: type[ChatMember]) -> None:
    group, user = api.group(-5), api.user(7)
    assert (await bot.get_chat_member(-5, 7)).status == "left"
    group.join(user)
    assert (await bot.get_chat_member(-5, 7)).status == "member"
    group.rank(user, status)
    member = await bot.get_chat_member(-5, 7)
    assert (type(member), member.status, member.user.id) == (kind, status, 7)
    group.leave(user)
    assert (await bot.get_chat_member(-5, 7)).status == "left"


async def test_members_of_a_group_without_the_bot_are_not_told(bot: Bot, api: BotApi) -> None:
    group, user = api.group(-5), api.user(7)
    group.join(user)
    await group.kick_bot(user)
    with pytest.raises(Forbidden):
        await bot.get_chat_member(-5, 7)
