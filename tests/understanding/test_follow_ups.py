"""What a message leaves out is taken from what was talked about."""

from datetime import date

import pytest

from bot.rules.model import Change, FilingType
from bot.understanding.model import Ask, Slots, Topic
from bot.understanding.numbers import LAST_BATCH
from tests.understanding.conftest import Talk

NEW_FILING = (FilingType.NEW_FILING,)


@pytest.mark.parametrize(
    ("messages", "topic", "provinces"),
    [
        (("我在甘肃", "那去哪里验证？"), Topic.PORTAL, "gansu"),
        (("新疆的网址是多少", "青海呢"), Topic.PORTAL, "qinghai"),
        (("新疆的网址是多少", "青海呢", "那宁夏呢"), Topic.PORTAL, "ningxia"),
        (("核验网址是什么", "宁夏"), Topic.PORTAL, "ningxia"),
        (("核验网址是什么", "我在银川"), Topic.PORTAL, "ningxia"),
        (("四川要短信核验吗", "在哪个网站验"), Topic.PORTAL, "sichuan"),
        (("安徽怎么核验", "那天津的网址呢？"), Topic.PORTAL, "tianjin"),
        (("My filing is in Hainan", "what's the website then?"), Topic.PORTAL, "hainan"),
        (("海南的核验网址给我", "不对，是甘肃"), Topic.PORTAL, "gansu"),
        (("Portal for Gansu?", "sorry, I meant Xinjiang"), Topic.PORTAL, "xinjiang"),
        (("北京要验证吗", "不是北京，是福建"), Topic.NEED, "fujian"),
        (("四川要短信核验吗", "什么时候开始的"), Topic.BATCHES, "sichuan"),
        (("湖北是哪一批", "湖南呢"), Topic.BATCHES, "hunan"),
        (("甘肃", "验证网址"), Topic.PORTAL, "gansu"),
        (("甘肃",), Topic.PROVINCE, "gansu"),
        (("谢谢", "甘肃"), Topic.PROVINCE, "gansu"),
        (("验证码多久有效", "甘肃"), Topic.PROVINCE, "gansu"),
    ],
)
def test_provinces(say: Talk, messages: tuple[str, ...], topic: Topic, provinces: str) -> None:
    (ask,) = say(*messages).asks
    assert (ask.topic, ask.slots.provinces) == (topic, tuple(provinces.split()))


@pytest.mark.parametrize(
    ("messages", "topic", "types"),
    [
        (("新增备案验证谁", "那新增网站呢"), Topic.TARGETS, (FilingType.NEW_WEBSITE,)),
        (("新增备案验证谁", "不对，是新增网站"), Topic.TARGETS, (FilingType.NEW_WEBSITE,)),
        (("who verifies for a new filing?", "and for a change?"), Topic.TARGETS, (FilingType.CHANGE,)),
        (("注销主体要验证吗", "取消接入呢"), Topic.NEED, (FilingType.CANCEL_ACCESS,)),
        (("甘肃要验证吗", "新增接入呢"), Topic.NEED, (FilingType.NEW_ACCESS,)),
        (("甘肃网址", "新增接入呢"), Topic.TARGETS, (FilingType.NEW_ACCESS,)),
        (("新增接入要验证谁", "手机号换了怎么办"), Topic.PHONE_CHANGED, (FilingType.NEW_ACCESS,)),
        (("新增备案验证谁", "短信发到谁的手机"), Topic.TARGETS, NEW_FILING),
        (("注销要验证吗", "主体"), Topic.NEED, (FilingType.CANCEL_ENTITY,)),
        (("注销要验证吗", "网站"), Topic.NEED, (FilingType.CANCEL_WEBSITE,)),
        (("新增备案",), Topic.TARGETS, NEW_FILING),
    ],
)
def test_types(say: Talk, messages: tuple[str, ...], topic: Topic, types: tuple[FilingType, ...]) -> None:
    (ask,) = say(*messages).asks
    assert (ask.topic, ask.slots.filing_types) == (topic, types)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (
            ("新增备案验证谁", "他俩是同一个人"),
            Ask(Topic.SAME_PERSON, Slots(filing_types=NEW_FILING, same_person=True)),
        ),
        (("验证码多久有效", "过期了呢"), Ask(Topic.EXPIRED)),
        (
            ("新增接入手机号不一致怎么处理", "原来那家联系不到了"),
            Ask(Topic.PHONE_CHANGED, Slots(filing_types=(FilingType.NEW_ACCESS,), provider_unreachable=True)),
        ),
        (
            ("备案变更要验证谁的手机", "只改主体信息"),
            Ask(Topic.TARGETS, Slots(filing_types=(FilingType.CHANGE,), change=Change.ENTITY)),
        ),
        (
            ("备案变更要验证谁的手机", "网站信息"),
            Ask(Topic.TARGETS, Slots(filing_types=(FilingType.CHANGE,), change=Change.WEBSITE)),
        ),
        (("第二批有哪些省", "第三批呢"), Ask(Topic.BATCHES, Slots(batches=(3,)))),
        (("第三批有哪些省", "网址呢"), Ask(Topic.PORTAL, Slots(batches=(3,)))),
        (
            ("2018年9月15日山东要不要", "那安徽呢"),
            Ask(Topic.NEED, Slots(provinces=("anhui",), on=date(2018, 9, 15))),
        ),
    ],
)
def test_the_rest(say: Talk, messages: tuple[str, ...], expected: Ask) -> None:
    assert say(*messages).asks == (expected,)


def test_a_question_about_all_takes_no_province_along(say: Talk) -> None:
    assert say("安徽去哪核验", "哪些省不用验证").asks == (Ask(Topic.NOT_PILOT),)
    assert say("安徽去哪核验", "首批有哪些省").asks == (Ask(Topic.BATCHES, Slots(batches=(1,))),)


def test_numbers_of_one_message_are_not_those_of_the_next(say: Talk) -> None:
    assert say("证件号输错三次了还能继续吗", "最多几次").asks[0].slots.count is None
    assert say("我昨天上午10点收到的码，今晚还能验证吗", "证件号填几位").asks[0].slots.moments == ()


def test_without_a_context_a_follow_up_asks_what_it_says(say: Talk) -> None:
    assert say("只改主体信息").asks == (
        Ask(Topic.TARGETS, Slots(filing_types=(FilingType.CHANGE,), change=Change.ENTITY)),
    )
    assert say("呢").asks[0].topic is Topic.UNKNOWN


@pytest.mark.parametrize(
    ("messages", "provinces"),
    [
        (("海南的核验网址给我", "不对，是甘肃"), ("gansu",)),
        (("湖南的驗證網址給我", "打錯了,是海南才對"), ("hainan",)),
        (("贵州的核验地址", "错了，云南的"), ("yunnan",)),
        (("Address to verify a Hainan site please", "sorry I typed wrong, it's Henan not Hainan"), ("henan",)),
        (("宁夏和青海的入口都发一下", "青海的先不要，换成西藏"), ("tibet",)),
    ],
)
def test_a_correction_asks_the_same_of_what_is_right(
    say: Talk, messages: tuple[str, ...], provinces: tuple[str, ...]
) -> None:
    (ask,) = say(*messages).asks
    assert (ask.topic, ask.slots.provinces) == (Topic.PORTAL, provinces)


def test_thanks_beside_a_name_repeat_the_question(say: Talk) -> None:
    (ask,) = say("Does Beijing need the SMS check?", "ok thx. Hebei?").asks
    assert (ask.topic, ask.slots.provinces) == (Topic.NEED, ("hebei",))


def test_what_to_fill_in_is_asked_of_the_page_before(say: Talk) -> None:
    assert say("怎么重发验证短信", "那页要填什么？").asks[0].topic is Topic.RESEND_FORM
    assert say("怎么验证", "那页要填什么？").asks[0].topic is Topic.FORM


def test_the_last_batch_is_whichever_that_is(say: Talk) -> None:
    assert say("最后那一批是哪天开始的").asks[0].slots.batches == (LAST_BATCH,)


def test_all_that_a_filing_is_tracked_by_is_a_wish_to_track_it(say: Talk) -> None:
    assert say("海南 新增网站 昨天14:30 shop88.com").asks[0].topic is Topic.TRACK
    assert say("海南 新增网站 验证谁").asks[0].topic is Topic.TARGETS


def test_a_correction_of_the_place_matters_only_where_the_place_does(say: Talk) -> None:
    (ask,) = say("兰州的码填哪", "提示找不到记录", "不对，是西宁的").asks
    assert (ask.topic, ask.slots.provinces) == (Topic.PROVINCE, ("qinghai",))
