"""Topics, several questions, slots and languages by example, and what holds for any text."""

import string
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.rules.model import FilingType
from bot.understanding import Understanding
from bot.understanding.model import Ask, Slots, Topic
from bot.understanding.understanding import SURE
from tests.understanding.conftest import NOW, ZONE, Talk


@pytest.mark.parametrize(
    ("text", "topics"),
    {
        "甘肃的验证网址是啥？验证码多久有效？": [Topic.PORTAL, Topic.VALIDITY],
        "What's the Xinjiang portal and what do I have to fill in?": [Topic.PORTAL, Topic.FORM],
        "我在宁夏，新增网站，要验证谁？去哪里验？": [Topic.TARGETS, Topic.PORTAL],
        "原服务商联系不上，手机号也换了，新增接入怎么办": [Topic.PHONE_CHANGED],
        "你好，请问甘肃的验证网址是多少？谢谢！": [Topic.PORTAL],
        "陝西跟山西是同一批嗎？各是哪天開始": [Topic.BATCHES],
        "没收到短信怎么办？没收到短信怎么办？": [Topic.NOT_RECEIVED],
        "甘肃 新增备案": [Topic.PROVINCE, Topic.TARGETS],
        "没有收到": [Topic.NOT_RECEIVED],
        "不用验证吧": [Topic.NEED],
        "已经验证了，然后呢": [Topic.VERIFIED],
        "already verified, what now": [Topic.VERIFIED],
        "ICP经营许可证怎么办理": [Topic.OUT_OF_SCOPE],
        "合验怎么做": [Topic.STEPS],
        "短信和验证码都没收到": [Topic.NOT_RECEIVED],
        "verfication webste": [Topic.PORTAL],
        "没 收 到 短 信": [Topic.NOT_RECEIVED],
        "ＡＢＣ ｐｏｒｔａｌ": [Topic.PORTAL],
        "验\u200b证\u200b网\u200b址": [Topic.PORTAL],
    }.items(),
)
def test_topics(say: Talk, text: str, topics: list[Topic]) -> None:
    assert [ask.topic for ask in say(text).asks] == topics


def test_each_question_has_its_own_province(say: Talk) -> None:
    portal, need = say("新疆去哪验证？北京要验证吗？").asks
    assert (portal.slots.provinces, need.slots.provinces) == (("xinjiang",), ("beijing",))
    (both,) = say("Is Shanghai in the pilot? And Chongqing?").asks
    assert both.slots.provinces == ("shanghai", "chongqing")


@pytest.mark.parametrize(
    ("text", "slots"),
    {
        "证件号我输错三次了还能继续吗": Slots(count=3),
        "I entered the wrong ID number five times": Slots(count=5),
        "24小时内验证就行吗": Slots(hours=24),
        "Is it true that I have 72 hours to verify?": Slots(hours=72),
        "第2批试点省份名单": Slots(batches=(2,)),
        "第二、三批有哪些省": Slots(batches=(2, 3)),
        "首批是哪七个省": Slots(batches=(1,)),
        "when did batch 3 start": Slots(batches=(3,)),
        "9月24号开始的是哪几个省": Slots(on=date(2018, 9, 24)),
        "2018年9月15日山东要不要": Slots(provinces=("shandong",), on=date(2018, 9, 15)),
    }.items(),
)
def test_numbers_and_days(say: Talk, text: str, slots: Slots) -> None:
    assert say(text).asks[0].slots == slots


@pytest.mark.parametrize(
    ("text", "moment"),
    {
        "我昨天上午10点收到的码，今晚还能验证吗": datetime(2026, 11, 23, 2, tzinfo=UTC),
        "I received the code yesterday at noon. How much time is left?": datetime(2026, 11, 23, 4, tzinfo=UTC),
        "Submitted to the administration 3 hours ago, what's my deadline?": NOW.astimezone(UTC) - timedelta(hours=3),
        "验证码收到三天了还能用吗": NOW.astimezone(UTC) - timedelta(days=3),
    }.items(),
)
def test_moments(say: Talk, text: str, moment: datetime) -> None:
    (ask,) = say(text).asks
    assert (ask.topic, ask.slots.moments) == (Topic.TIME_LEFT, (moment,))


def test_a_day_to_come_is_no_moment_of_receipt(say: Talk) -> None:
    assert say("今天忙，明天再验可以吗").asks == (Ask(Topic.VALIDITY),)


@pytest.mark.parametrize(
    ("text", "phrase"),
    {
        "您的短信已发送成功": "resent",
        "您的短信核验已全部完成，该请求将提交管局审核": "all_done",
        "它說請等待其他核驗人進行短信核驗，是什麼意思？": "wait_for_other",
        "弹出“该条验证库里，找不到记录或已完成验证！”": "not_found_or_done",
        "暂无待短信核验的备案申请，无需重发短信": "nothing_waiting",
    }.items(),
)
def test_what_the_portal_says(say: Talk, text: str, phrase: str) -> None:
    assert say(text).asks == (Ask(Topic.PORTAL_SAYS, Slots(phrase=phrase)),)


def test_two_other_messages_of_the_portal_have_topics_of_their_own(say: Talk) -> None:
    assert say("提示找不到记录").asks == (Ask(Topic.NOT_FOUND),)
    assert say("页面显示短信核验失败").asks == (Ask(Topic.FAILED),)


@pytest.mark.parametrize(
    ("text", "locale"),
    {
        "甘肃网址": "zh_Hans",
        "甘肅網址": "zh_Hant",
        "我在海南": "zh_Hans",
        "gansu yanzheng wangzhi": "zh_Hans",
        "Ningxia verification website?": "en",
        "For adding access (新增接入), which contact verifies?": "en",
        "what's 甘肃 portal": "en",
        "我的site在qinghai，code去哪里submit": "zh_Hans",
        "it says 请等待其他核验人进行短信核验, what does that mean?": "en",
        "Gansu": None,
        "839204": None,
        "www.example.com": None,
        "🍉": None,
        "": None,
    }.items(),
)
def test_languages(say: Talk, text: str, locale: str | None) -> None:
    assert say(text).locale == locale


def test_what_is_not_understood_names_the_nearest_topics(say: Talk) -> None:
    unclear = say("那个短信啊")
    assert unclear.asks[0].topic is Topic.UNKNOWN
    assert 0 < len(unclear.nearest) <= 3
    assert unclear.confidence < SURE
    assert say("asdfghjkl").nearest != ()
    assert 0 < say("甘肃网址").confidence <= 1


def test_a_sensitive_message_says_so(say: Talk) -> None:
    assert say("我的验证码是839204，帮我验证一下").sensitive
    assert not say("2018年9月10日开始的，48小时，输错5次").sensitive


ALPHABETS = st.one_of(
    st.characters(),
    st.sampled_from("甘肃宁夏新增备案验证码短信网址谁哪里吗呢不没收到，。？、 \n\0\u200b\u202e\ud83d😀<>'\"&;-"),
    st.sampled_from(string.printable),
    st.sampled_from("yanzhengmagansu ' "),
)


@example("甘" * 4096)
@example("a-" * 2048)
@example("'; DROP TABLE filings; --")
@example("<b>验证</b><script>alert(1)</script>")
@example("مرحبا كيف الحال")
@example("1" * 4096)
@given(st.text(ALPHABETS, max_size=200))
def test_any_text_is_read(understanding: Understanding, text: str) -> None:
    understood = understanding.read(text, NOW, ZONE)
    assert understood.asks
    assert len(set(understood.asks)) == len(understood.asks)
    assert bool(understood.nearest) is (understood.asks[0].topic is Topic.UNKNOWN)
    line = understanding.track_line(text, NOW, ZONE)
    assert len(line.label) <= 64
    understanding.find_provinces(text)
    understanding.find_filing_types(text)


NOISE = st.sampled_from(["你好，", "老师您好 麻烦问下 ", "请问一下，", "😭 ", "急！"])
ENDS = st.sampled_from(["，谢谢", "？？？", "，在线等，急", " 😭", "！"])


@given(NOISE, st.sampled_from(["甘肃网址", "没收到短信", "新增备案验证谁", "验证码多久有效", "海南要验证吗"]), ENDS)
def test_politeness_changes_nothing(understanding: Understanding, before: str, text: str, after: str) -> None:
    plain = understanding.read(text, NOW, ZONE)
    assert understanding.read(before + text + after, NOW, ZONE).asks == plain.asks


def test_a_filing_type_is_a_member_of_the_enumeration(say: Talk) -> None:
    assert say("新增备案验证谁").asks[0].slots.filing_types == (FilingType.NEW_FILING,)


def test_who_announces_questions_asks_none_by_that(say: Talk) -> None:
    topics = [ask.topic for ask in say("海南备案的同事问两个事：网站在哪，证件号要填几位").asks]
    assert topics == [Topic.PORTAL, Topic.ID_DIGITS]
    assert say("请教两件事。").asks[0].topic is Topic.UNKNOWN
