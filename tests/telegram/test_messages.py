"""From what people write to what they read."""

import asyncio

import pytest

from bot.dialog.model import Button, Document, Event, Message, OtherKind, Replies, Reply, Who
from tests.emulator import USERNAME, BotApi, Person
from tests.telegram.conftest import FrontEnd
from tests.telegram.fakes import NOW, said

BUTTONS = (
    (Button("已核验", action="v:1"), Button("平台", url="https://gscainfo.miitbeian.gov.cn/")),
    (Button("转发", inline_query="甘肃"),),
)


async def test_a_text_comes_in_and_a_reply_goes_out(bot: FrontEnd, user: Person) -> None:
    bot.engine.will(Reply("<b>甘肃</b> &lt;3", BUTTONS))
    await user.send("甘肃在哪验？")
    reply = await user.reply()
    assert bot.engine.events == [(Who(7, 7, "zh-hans", private=True), Message("甘肃在哪验？"))]
    assert bot.engine.moments == {NOW}
    assert (reply.text, reply.html, reply.silent) == ("甘肃 <3", "<b>甘肃</b> &lt;3", False)
    assert [[(key.label, key.data, key.url, key.switch_inline) for key in row] for row in reply.keys] == [
        [("已核验", "v:1", None, None), ("平台", None, "https://gscainfo.miitbeian.gov.cn/", None)],
        [("转发", None, None, "甘肃")],
    ]


async def test_several_replies_keep_their_order(bot: FrontEnd, user: Person) -> None:
    bot.engine.will(Reply("one"), Reply("two"), Reply("three"))
    await user.send("x")
    assert [(await user.reply()).text for _ in range(3)] == ["one", "two", "three"]


async def test_the_menu_stays_below_private_chats_only(bot: FrontEnd, api: BotApi, user: Person) -> None:
    bot.engine.will(Reply("hallo", menu=(("我的备案", "帮助"), ("设置",))))
    await user.send("/start")
    reply = await user.reply()
    assert reply.menu == (("我的备案", "帮助"), ("设置",))
    assert reply.markup is not None
    assert (reply.markup["resize_keyboard"], reply.markup["is_persistent"]) == (True, True)
    await user.press("帮助")
    await user.reply()
    assert said(bot.engine.events[-1][1]) == "帮助"
    group = api.group(-5)
    await user.send("/start", at=group)
    assert (await group.reply()).markup is None


@pytest.mark.parametrize("text", ["/track 甘肃 新增备案 昨天下午3点", "/start gs_new_filing", "/filings", "//", "/"])
async def test_commands_are_left_to_the_dialog(bot: FrontEnd, user: Person, text: str) -> None:
    await user.send(text)
    assert (await user.reply()).text == text


@pytest.mark.parametrize("name", [USERNAME, USERNAME.upper()])
async def test_the_bots_own_name_is_taken_off_a_command(bot: FrontEnd, user: Person, name: str) -> None:
    await user.send(f"/track@{name} 甘肃\nexample.com")
    assert (await user.reply()).text == "/track 甘肃\nexample.com"


async def test_a_command_for_another_bot_is_not_answered(bot: FrontEnd, api: BotApi, user: Person) -> None:
    group = api.group(-5)
    for place in (user, group):
        await user.send("/track@other_bot 甘肃", at=place)
        await user.send("/help", at=place)
        assert (await place.reply()).text == "/help"


async def test_a_group_is_answered_only_when_it_speaks_to_the_bot(bot: FrontEnd, api: BotApi, user: Person) -> None:
    group = api.group(-5)
    await user.send("甘肃在哪验？", at=group)
    await user.send("@somebody 甘肃在哪验？", at=group)
    await user.send_other("photo", at=group)
    await user.send(f"@{USERNAME.upper()} 甘肃在哪验？", at=group)
    first = await group.reply()
    assert (first.text, first.reply_to) == ("甘肃在哪验？", user.sent[-1])
    await user.send("那宁夏呢？", at=group, reply_to=first)
    assert (await group.reply()).text == "那宁夏呢？"
    await user.send(f"@{USERNAME}", at=group)
    assert (await group.reply()).text == "/help"
    await user.send_other("photo", caption=f"@{USERNAME} 这是什么？", at=group)
    assert (await group.reply()).text == "这是什么？"
    assert {who for who, _ in bot.engine.events} == {Who(-5, 7, "zh-hans", private=False)}


async def test_edited_messages(bot: FrontEnd, user: Person) -> None:
    await user.send("甘肃")
    await user.reply()
    await user.edits("青海")
    assert (await user.reply()).text == "青海"
    assert bot.engine.events[-1][1] == Message("青海", edited=True)


async def test_a_live_location_that_moves_is_not_answered_again(bot: FrontEnd, api: BotApi, user: Person) -> None:
    moved = {"message_id": 900, "date": 1, "edit_date": 2, "chat": user.chat.to_json(), "from": user.profile}
    api.world.updates.push("edited_message", moved | {"location": {"latitude": 36.06, "longitude": 103.83}})
    await user.send("real")
    assert (await user.reply()).text == "real"
    assert len(bot.engine.events) == 1


@pytest.mark.parametrize(
    "kind", ["photo", "voice", "audio", "video", "video_note", "sticker", "document", "location", "dice"]
)
async def test_other_kinds(bot: FrontEnd, user: Person, kind: str) -> None:
    await user.send_other(kind)
    await user.reply()
    assert bot.engine.events == [(Who(7, 7, "zh-hans"), OtherKind(kind))]


async def test_a_caption_is_what_the_person_says(bot: FrontEnd, user: Person) -> None:
    await user.send_photo("找不到记录")
    await user.reply()
    assert bot.engine.events[0][1] == Message("找不到记录")


async def test_channels_and_news_of_the_service_are_left_alone(bot: FrontEnd, api: BotApi, user: Person) -> None:
    group = api.group(-5)
    push = api.world.updates.push
    chat = group.chat.to_json()
    push("message", {"message_id": 900, "date": 1, "chat": chat, "from": user.profile, "new_chat_title": "甘肃"})
    push(
        "message", {"message_id": 901, "date": 1, "chat": {"id": -6, "type": "channel", "title": "c"}, "text": "/help"}
    )
    own = {"via_bot": api.world.bot, "text": "a card of my own", "from": user.profile}
    push("message", {"message_id": 902, "date": 1, "chat": user.chat.to_json()} | own)
    await user.send("real")
    assert (await user.reply()).text == "real"
    assert len(bot.engine.events) == 1


async def test_a_long_reply_is_cut_at_line_ends_with_its_tags_whole(bot: FrontEnd, user: Person) -> None:
    line = "<b>甘肃</b> &amp; 😀 https://gscainfo.miitbeian.gov.cn/"
    bot.engine.will(Reply("<blockquote>" + "\n".join([line] * 300) + "</blockquote>", BUTTONS))
    await user.send("all")
    parts = [await user.reply() for _ in range(4)]
    assert "\n".join(part.text for part in parts) == "\n".join(["甘肃 & 😀 https://gscainfo.miitbeian.gov.cn/"] * 300)
    assert [bool(part.keys) for part in parts] == [False, False, False, True]
    for part in parts:
        assert part.entities[0]["type"] == "blockquote"


async def test_documents(bot: FrontEnd, user: Person) -> None:
    file = Document("截止.ics", b"BEGIN:VCALENDAR", "text/calendar")
    bot.engine.will(Reply("<b>日历</b>", document=file, buttons=BUTTONS), Reply("x" * 1025, document=file))
    await user.send("calendar")
    first = await user.reply()
    assert first.document is not None
    assert (first.document.name, first.document.content, first.document.media_type) == (
        file.name,
        file.content,
        file.media_type,
    )
    assert (first.text, bool(first.keys)) == ("日历", True)
    text, bare = await user.reply(), await user.reply()
    assert (len(text.text), text.document, bare.text, bare.document is not None) == (1025, None, "", True)


async def test_one_chat_in_order_and_others_meanwhile(bot: FrontEnd, api: BotApi, user: Person) -> None:
    go_on = asyncio.Event()

    async def respond(who: Who, event: Event) -> Replies:
        if said(event) == "slow":
            await go_on.wait()
        return [Reply(said(event))]

    bot.engine.respond = respond
    other = api.user(8)
    for text in ("slow", "second", "third"):
        await user.send(text)
    await other.send("quick")
    assert (await other.reply()).text == "quick"
    assert not user.unread
    assert len([who for who, _ in bot.engine.events if who.chat_id == 7]) == 1
    go_on.set()
    assert [(await user.reply()).text for _ in range(3)] == ["slow", "second", "third"]


async def test_who_writes_again_gets_reminders_again(bot: FrontEnd, user: Person) -> None:
    bot.chats.paused.add(7)
    await user.send("hallo")
    await bot.chats.wait_for("resume", 7)
    assert not bot.chats.paused


async def test_blocking_and_unblocking(bot: FrontEnd, user: Person) -> None:
    await user.block()
    await bot.chats.wait_for("pause", 7, NOW)
    await user.unblock()
    await bot.chats.wait_for("resume", 7)


async def test_a_group_that_becomes_a_supergroup(bot: FrontEnd, api: BotApi) -> None:
    await api.group(-5).migrate(-1005)
    await bot.chats.wait_for("move", -5, -1005)
