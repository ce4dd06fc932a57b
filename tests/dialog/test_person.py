"""A person's language, settings, data; commands, deep links and other kinds of messages."""

import json

import pytest

from bot.dialog.model import Press, Who
from tests.dialog.talk import Talk, labels


@pytest.mark.parametrize(
    ("language_code", "word"),
    [
        ("zh-hans", "您好"),
        ("zh-CN", "您好"),
        ("zh-hant", "請勿"),
        ("zh-TW", "驗"),
        ("en-GB", "Hello"),
        (None, "您好"),
        ("fr", "您好"),
    ],
)
async def test_the_language_follows_the_client(talk: Talk, language_code: str | None, word: str) -> None:
    other = talk.someone_else(9, language_code)
    said = await other.say("/start")
    assert word in said or (word == "請勿" and "驗證" in said)


async def test_the_language_follows_the_writing(talk: Talk) -> None:
    assert "Gansu" in await talk.say("Where do I verify for Gansu?")
    assert "甘肅：" in await talk.say("甘肅去哪裡驗證？")
    assert "甘肃：" in await talk.say("甘肃去哪里验证？")


async def test_a_chosen_language_stays(talk: Talk) -> None:
    await talk.say("/language")
    assert "English" in await talk.press("English")
    assert "Gansu" in await talk.say("甘肃去哪里验证？")
    assert "繁體" in await talk.say("/language zh-TW")


async def test_settings_change_zone_and_quiet_hours(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增网站 1小时前 a.cn")
    assert "Asia/Shanghai" in await talk.say("/settings")
    await talk.press("时区")
    assert "Europe/Berlin" in await talk.press("Berlin")
    assert "05:00" in await talk.say("/settings")
    assert "04:00" in await talk.say("/filings")
    await talk.say("/settings quiet 23:30-06:15")
    assert "23:30-06:15" in await talk.say("/settings")
    await talk.say("/settings")
    await talk.press("免打扰")
    assert "未设置" in await talk.press("不设免打扰")
    assert "没有" in await talk.say("/settings zone Mars/Olympus")
    assert "看不懂" in await talk.say("/settings quiet always")


async def test_the_person_sees_what_is_kept_and_can_have_it_deleted(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增网站 1小时前 a.cn")
    assert "90" in await talk.say("/privacy")
    await talk.say("/export")
    document = talk.last.document
    assert document is not None
    record = json.loads(document.content)
    assert record["filings"][0]["label"] == "a.cn"
    await talk.say("/forget")
    assert "没有删除" in await talk.press("不，返回")
    assert len(await talk.filings()) == 1
    await talk.say("/forget")
    assert "1 个备案" in await talk.press("全部删除")
    assert await talk.filings() == []
    assert await talk.app.store.person(talk.who.chat_id) is None
    stats = await talk.app.store.stats()
    assert stats.reminders == {} or sum(stats.reminders.values()) == 0


async def test_a_deep_link_answers_at_once(talk: Talk) -> None:
    assert "gscainfo.miitbeian.gov.cn" in await talk.say("/start gansu")
    assert "网站负责人" in await talk.say("/start gansu-new_access-targets")
    assert "短信重发" in await talk.say("/start resend")
    assert "您好" in await talk.say("/start no-such-thing")


async def test_the_start_brings_the_menu_and_its_words_are_commands(talk: Talk) -> None:
    await talk.say("/start")
    words = [word for row in talk.last.menu for word in row]
    assert len(words) == 4
    assert "还没有登记" in await talk.say(words[1])
    group = Talk(talk.app, Who(-100, 7, "zh-hans", private=False), talk.now)
    await group.say("/start")
    assert group.last.menu == ()


async def test_unknown_commands_and_outdated_buttons_are_told(talk: Talk) -> None:
    assert "/nonsense" in await talk.say("/nonsense x")
    for action in ("nonsense:1", "ask:nonsense", "", "filing:x:y", "form:1:province:gansu", "::::", "ask:portal:mars"):
        assert await talk.happens(Press(action))


@pytest.mark.parametrize("kind", ["photo", "voice", "sticker", "document", "location", "contact", "poll", "dice"])
async def test_other_kinds_get_a_kind_word(talk: Talk, kind: str) -> None:
    assert await talk.send(kind)


async def test_link_gives_something_to_forward(talk: Talk) -> None:
    talk.app.services.bot_username = "beian_bot"
    reply = await talk.say("/link 甘肃 新增备案")
    assert "https://t.me/beian_bot?start=gansu-new_filing" in reply
    assert reply.count("gscainfo.miitbeian.gov.cn") >= 2
    assert "48小时" in reply
    outside = await talk.say("/link 北京")
    assert "不需要短信核验" in outside
    assert "miitbeian" not in outside
    assert "/link" in await talk.say("/link")


async def test_every_command_is_described_in_every_language(talk: Talk) -> None:
    for locale in talk.app.engine.locales:
        for name, description in talk.app.engine.commands(locale):
            assert 1 <= len(name) <= 32
            assert 1 <= len(description) <= 256
            help_text = await talk.say("/help")
            assert f"/{name}" in help_text


async def test_cards_for_other_chats(talk: Talk) -> None:
    engine = talk.app.engine
    for query, word in (
        ("甘肃", "gscainfo.miitbeian.gov.cn"),
        ("新增接入", "网站负责人"),
        ("", "48小时"),
        ("没收到短信", "短信重发"),
    ):
        cards = await engine.cards(query, "zh-hans", talk.now)
        assert any(word in card.text for card in cards), query
        assert len({card.id for card in cards}) == len(cards) <= 50
        assert all(card.title and card.description for card in cards)
        assert all(button.url for card in cards for row in card.buttons for button in row)
    assert any("Gansu" in card.title for card in await engine.cards("portal for Gansu", "zh-hans", talk.now))
    assert not any("miitbeian" in card.text for card in await engine.cards("北京", "zh-hans", talk.now))


async def test_context_carries_over_and_grows_stale(talk: Talk) -> None:
    await talk.say("新疆的网址是多少")
    assert "qhcainfo.miitbeian.gov.cn" in await talk.say("青海呢")
    talk.wait(minutes=31)
    assert "qhcainfo" not in await talk.say("新增接入呢") or labels(talk.last)


async def test_what_looks_like_a_code_is_warned_about_and_not_kept(talk: Talk) -> None:
    reply = await talk.say("我的验证码是839204，帮我验证一下")
    assert "不要" in reply
    assert "839204" not in reply
