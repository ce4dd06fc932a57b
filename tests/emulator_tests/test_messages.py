"""Sending, editing, deleting, answering: what is taken, what is refused and with which words."""

from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove
from telegram.error import BadRequest, Forbidden, InvalidToken

from tests.emulator import BotApi
from tests.emulator_tests.conftest import Raw


def inline(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label}] for label in labels]}


async def test_a_bot_of_the_library_sends_and_edits(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("go", callback_data="g")]])
    sent = await bot.send_message(7, "<b>甘肃</b> &lt;1&gt;", parse_mode="HTML", reply_markup=keys)
    assert sent.text == "甘肃 <1>"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [("bold", 0, 2)]
    reply = await user.reply()
    assert (reply.text, reply.html, reply.labels) == ("甘肃 <1>", "<b>甘肃</b> &lt;1&gt;", ("go",))

    await bot.edit_message_text("new", 7, sent.message_id)
    edit = await user.edit()
    assert (edit.text, edit.labels, edit.edits, edit.message_id) == ("new", (), 1, sent.message_id)
    assert user.messages == [edit]
    assert not user.unread


@pytest.mark.parametrize("encoding", ["json", "form", "query", "multipart"])
async def test_every_encoding_of_parameters_is_read(api: BotApi, http: httpx.AsyncClient, encoding: str) -> None:
    user = api.user(7)
    url = f"{api.base_url}{api.token}/sendMessage"
    markup = '{"inline_keyboard":[[{"text":"go","callback_data":"g"}]]}'
    params = {"chat_id": "7", "text": "hallo", "disable_notification": "true", "reply_markup": markup}
    if encoding == "json":
        response = await http.post(url, json=params | {"chat_id": 7, "disable_notification": True})
    elif encoding == "form":
        response = await http.post(url, data=params)
    elif encoding == "query":
        response = await http.get(url, params=params)
    else:
        response = await http.post(url, files={name: (None, value.encode()) for name, value in params.items()})
    assert response.json()["ok"]
    reply = await user.reply()
    assert (reply.text, reply.silent, reply.labels) == ("hallo", True, ("go",))


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"chat_id": 8, "text": "x"}, "chat not found"),
        ({"text": "x"}, "chat_id is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "parse_mode": "Nonsense"}, "unsupported parse_mode"),
        ({"text": "x", "reply_markup": inline("x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": inline("甘" * 22)}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}},
            "BUTTON_DATA_INVALID",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "not a url"}]]}},
            "inline keyboard button URL 'not a url' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "ftp://a.cn"}]]}},
            "inline keyboard button URL 'ftp://a.cn' is invalid: Unsupported URL protocol",
        ),
        ({"text": "x", "reply_markup": inline(*map(str, range(101)))}, "reply markup is too long"),
        ({"text": "x", "reply_markup": {"keyboard": []}}, "keyboard must be non-empty"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": {}}, "object expected as reply markup"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ],
)
async def test_faulty_messages_are_refused(api: BotApi, call: Raw, params: dict[str, Any], description: str) -> None:
    user = api.user(7)
    chat = {} if description == "chat_id is empty" else {"chat_id": 7}
    answer = await call("sendMessage", **(chat | params))
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert answer["description"] == f"Bad Request: {description}"
    assert not user.messages


async def test_the_longest_text_and_the_longest_data_are_taken(api: BotApi, call: Raw) -> None:
    api.user(7)
    html = "<b>" + "&lt;" * 4096 + "</b>"
    assert (await call("sendMessage", chat_id=7, text=html, parse_mode="HTML", reply_markup=inline("x" * 64)))["ok"]


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("甘<b>x</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a<br>b", 'Unsupported start tag "br" at byte offset 1'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_bad_html_is_refused(api: BotApi, call: Raw, html: str, reason: str) -> None:
    api.user(7)
    answer = await call("sendMessage", chat_id=7, text=html, parse_mode="HTML")
    assert answer["description"] == f"Bad Request: can't parse entities: {reason}"


async def test_entities_are_counted_in_utf16_and_white_space_is_cut(api: BotApi, call: Raw) -> None:
    api.user(7)
    html = ' 😀<a href="https://a.cn/?x=1&amp;y">甘<i>肃</i></a> &nbsp;&#x27; '
    message = (await call("sendMessage", chat_id=7, text=html, parse_mode="HTML"))["result"]
    assert message["text"] == "😀甘肃 &nbsp;'"
    assert message["entities"] == [
        {"type": "text_link", "offset": 2, "length": 2, "url": "https://a.cn/?x=1&y"},
        {"type": "italic", "offset": 3, "length": 1},
    ]


async def test_an_edit_has_to_change_something(api: BotApi, call: Raw) -> None:
    user = api.user(7)
    message = (await call("sendMessage", chat_id=7, text="x", reply_markup=inline("a")))["result"]["message_id"]
    same = await call("editMessageText", chat_id=7, message_id=message, text="x", reply_markup=inline("a"))
    assert same["description"] == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
        "a current content and reply markup of the message"
    )
    assert (await call("editMessageText", chat_id=7, message_id=message, text="x"))["ok"]
    assert (await call("editMessageReplyMarkup", chat_id=7, message_id=message, reply_markup=inline("b")))["ok"]
    assert user.messages[0].labels == ("b",)
    gone = await call("editMessageText", chat_id=7, message_id=message + 1, text="y")
    assert gone["description"] == "Bad Request: message to edit not found"
    long = await call("editMessageText", chat_id=7, message_id=message, text="x" * 4097)
    assert long["description"] == "Bad Request: MESSAGE_TOO_LONG"


async def test_messages_of_others_and_those_with_a_menu_cannot_be_edited(api: BotApi, call: Raw, bot: Bot) -> None:
    user = api.user(7)
    await user.send("mine")
    theirs = await call("editMessageText", chat_id=7, message_id=user.sent[0], text="y")
    assert theirs["description"] == "Bad Request: message can't be edited"
    menu = await bot.send_message(7, "menu", reply_markup=ReplyKeyboardMarkup([["a", "b"]]))
    assert user.chat.menu == (("a", "b"),)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("y", 7, menu.message_id)
    await bot.send_message(7, "no menu", reply_markup=ReplyKeyboardRemove())
    assert not user.chat.menu


async def test_deleting(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    sent = await bot.send_message(7, "x")
    await bot.delete_message(7, sent.message_id)
    assert user.messages == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(7, sent.message_id)


async def test_where_the_bot_may_not_write(api: BotApi, bot: Bot) -> None:
    blocked, deleted, stranger = api.user(1), api.user(2), api.user(3, started=False)
    await blocked.block()
    deleted.deactivate()
    expected = {
        blocked: "Forbidden: bot was blocked by the user",
        deleted: "Forbidden: user is deactivated",
        stranger: "Forbidden: bot can't initiate conversation with a user",
    }
    for user, text in expected.items():
        with pytest.raises(Forbidden, match=text):
            await bot.send_message(user.id, "x")
    await blocked.unblock()
    await stranger.start()
    for user in (blocked, stranger):
        await bot.send_message(user.id, "x")
        assert (await user.reply()).text == "x"


async def test_documents_are_kept_and_can_be_fetched(api: BotApi, bot: Bot) -> None:
    user = api.user(7)
    sent = await bot.send_document(7, "日历".encode(), filename="a.ics", caption="<b>x</b>", parse_mode="HTML")
    reply = await user.reply()
    assert reply.document is not None
    assert (reply.document.name, reply.document.content.decode(), reply.text) == ("a.ics", "日历", "x")
    assert sent.document is not None
    assert (await (await sent.document.get_file()).download_as_bytearray()).decode() == "日历"
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(7, b"x", caption="x" * 1025)
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(7, b"")


async def test_profile(api: BotApi, bot: Bot, call: Raw) -> None:
    await bot.set_my_commands([("start", "begin")], language_code="en")
    await bot.set_my_description("d" * 512)
    assert api.world.commands["default", "en"] == [{"command": "start", "description": "begin"}]
    assert await bot.get_my_commands() == ()
    assert (await bot.get_my_description(language_code="en")).description == "d" * 512
    wrong = [
        ([{"command": "Start", "description": "x"}], "en", "BOT_COMMAND_INVALID"),
        ([{"command": "start", "description": ""}], "en", "command description is empty"),
        ([{"command": "start", "description": "x" * 257}], "en", "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": f"c{n}", "description": "x"} for n in range(101)], "en", "BOT_COMMANDS_TOO_MUCH"),
        ([{"command": "start", "description": "x"}], "zh-hans", "LANG_CODE_INVALID"),
    ]
    for commands, language, description in wrong:
        answer = await call("setMyCommands", commands=commands, language_code=language)
        assert answer["description"] == f"Bad Request: {description}"


async def test_wrong_tokens_and_methods(api: BotApi, call: Raw, http: httpx.AsyncClient) -> None:
    wrong = Bot("1:wrong", base_url=api.base_url)
    with pytest.raises(InvalidToken, match="was rejected"):
        await wrong.initialize()
    await wrong.shutdown()
    assert (await http.get(f"{api.base_url}1:wrong/getMe")).json() == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }
    assert (await call("noSuchMethod"))["description"] == "Not Found"
