"""Inline mode."""

from bot.dialog.model import Button, Card
from tests.emulator import BotApi, Person
from tests.telegram.conftest import FrontEnd


async def test_cards_in_the_askers_language(bot: FrontEnd, api: BotApi, user: Person) -> None:
    buttons = ((Button("平台", url="https://gscainfo.miitbeian.gov.cn/"), Button("again", inline_query="甘肃")),)
    bot.engine.found = [
        Card("zh-hans-gs", "甘肃", "验证平台", "<b>甘肃</b>", buttons),
        Card("zh-hans-qh", "青海", "验证平台", "<b>青海</b>"),
        Card("en-gs", "Gansu 甘肃", "portal", "<b>Gansu</b>"),
    ]
    (result,) = await user.inline("甘肃")
    assert (result["id"], result["title"], result["description"]) == ("zh-hans-gs", "甘肃", "验证平台")
    chosen = await user.choose(result)
    assert (chosen.text, chosen.labels) == ("甘肃", ("平台", "again"))
    assert [result["id"] for result in await user.inline("")] == ["zh-hans-gs", "zh-hans-qh"]
    assert [result["id"] for result in await api.user(8, language_code="en").inline("甘肃")] == ["en-gs"]
    answers = [call.params for call in api.calls_of("answerInlineQuery")]
    assert all(answer.boolean("is_personal") and answer.integer("cache_time") > 0 for answer in answers)


async def test_no_more_results_than_telegram_takes(bot: FrontEnd, user: Person) -> None:
    bot.engine.found = [Card(f"zh-hans-{number}", "甘肃", "", "x") for number in range(60)]
    assert len(await user.inline("甘肃")) == 50


async def test_a_fault_ends_the_search_and_is_not_remembered(bot: FrontEnd, api: BotApi, user: Person) -> None:
    assert await user.inline("raise") == []
    assert api.calls_of("answerInlineQuery")[0].params.integer("cache_time", 300) == 0
    assert not user.messages


async def test_typing_does_not_wait_for_the_chat(bot: FrontEnd, api: BotApi, user: Person) -> None:
    from tests.emulator import Break

    hang = api.fault("sendMessage", Break.HANG)
    await user.send("x")
    await api.wait_for(lambda: hang.hits)
    assert await user.inline("甘肃") == []
    hang.release()
    await user.reply()
