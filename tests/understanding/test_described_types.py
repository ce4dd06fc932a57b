"""Filing types that people describe, in their own words, and where they describe none."""

import pytest

from bot.rules.model import Change, FilingType
from bot.understanding.model import Topic
from tests.understanding.conftest import Talk


@pytest.mark.parametrize(
    ("text", "filing_type", "change"),
    [
        ("公司头一回弄网站，之前什么都没备过，谁的手机收码", FilingType.NEW_FILING, None),
        ("我們是新公司，從來沒有備案過，簡訊會發給誰", FilingType.NEW_FILING, None),
        ("已经备过一个站，现在又整了个新站，谁收验证码", FilingType.NEW_WEBSITE, None),
        ("从阿里云搬过来的话，要谁验证", FilingType.NEW_ACCESS, None),
        ("We are moving over from another hosting company, whose phone gets the code?", FilingType.NEW_ACCESS, None),
        ("We just gave the site another name, who receives the text?", FilingType.CHANGE, Change.WEBSITE),
        ("公司改名了，营业执照也换了新的，这次谁接验证码", FilingType.CHANGE, Change.ENTITY),
        ("公司要解散，整个备案都不要了，还要验证吗", FilingType.CANCEL_ENTITY, None),
    ],
)
def test_a_description_tells_the_type(say: Talk, text: str, filing_type: FilingType, change: Change | None) -> None:
    slots = say(text).asks[-1].slots
    assert slots.filing_types == (filing_type,)
    assert change is None or slots.change is change


@pytest.mark.parametrize(
    "text",
    [
        "大连的备案 去哪个网站核验",
        "安徽合肥 网站备案 短信验证网址求",
        "网站备案，老板让我填短信码，求地址",
        "取消提醒",
        "打开网站是空白的",
        "which site do I type the code into",
        "验证码过期了怎么办",
        "can I change the reminder",
    ],
)
def test_no_type_is_made_up(say: Talk, text: str) -> None:
    assert all(ask.slots.filing_types == () for ask in say(text).asks)


def test_who_describes_something_else_does_not_cancel(say: Talk) -> None:
    (ask,) = say("公司備案早就過了，現在想再多掛一個網站上去，驗證碼是寄到誰的手機？").asks
    assert (ask.topic, ask.slots.filing_types) == (Topic.TARGETS, (FilingType.NEW_WEBSITE,))


def test_what_is_denied_is_not_described(say: Talk) -> None:
    assert FilingType.NEW_FILING not in say("新增备案验证谁", "不是新增备案").asks[0].slots.filing_types
