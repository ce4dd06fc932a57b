"""The rulebooks that ship, held to what their sources say."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.rules import Change, Contact, FilingType, load_rulebook
from bot.rules.load import province_ids
from bot.rules.model import Field

PILOT = load_rulebook("pilot")
NATIONAL = load_rulebook("national")
LATEST = PILOT.at(date(2026, 1, 1))

BATCHES = {
    1: (date(2017, 12, 18), "tianjin gansu qinghai tibet ningxia xinjiang hainan"),
    2: (date(2018, 9, 10), "zhejiang fujian guangxi chongqing sichuan shaanxi yunnan"),
    3: (date(2018, 9, 24), "shanxi inner_mongolia heilongjiang anhui shandong henan hubei hunan"),
}
OUTSIDE = "beijing hebei liaoning jilin shanghai jiangsu jiangxi guangdong guizhou"
OWN_PORTALS = {
    "gansu": "gscainfo.miitbeian.gov.cn",
    "tibet": "xzcainfo.miitbeian.gov.cn",
    "ningxia": "nxcainfo.miitbeian.gov.cn",
    "hainan": "hncainfo.miitbeian.gov.cn",
    "xinjiang": "xjcainfo.miitbeian.gov.cn",
    "qinghai": "qhcainfo.miitbeian.gov.cn",
    "tianjin": "tjcainfo.miitbeian.gov.cn",
}
BOTH = (Contact.ENTITY, Contact.WEBSITE)


def test_there_are_31_provinces_22_of_them_in_the_pilot() -> None:
    assert len(province_ids()) == 31
    inside = {province for _, names in BATCHES.values() for province in names.split()}
    assert len(inside) == 22
    assert inside | set(OUTSIDE.split()) == province_ids()
    assert {province for batch in LATEST.batches for province in batch.provinces} == inside


@pytest.mark.parametrize("number", BATCHES)
def test_a_batch_begins_on_its_day_and_not_before(number: int) -> None:
    starts, names = BATCHES[number]
    for province in names.split():
        batch = PILOT.at(starts).batch_of(province)
        assert batch is not None
        assert (batch.number, batch.starts) == (number, starts)
        the_day_before = PILOT.at(starts - timedelta(days=1))
        assert not the_day_before.needs_verification(province)
        assert the_day_before.portal(province) is None
        upcoming = the_day_before.upcoming_batch_of(province)
        assert upcoming is not None
        assert upcoming.number == number


def test_provinces_outside_the_pilot_have_neither_batch_nor_portal() -> None:
    for province in OUTSIDE.split():
        assert not LATEST.needs_verification(province)
        assert LATEST.portal(province) is None
        assert LATEST.upcoming_batch_of(province) is None


@pytest.mark.parametrize("province", sorted(province_ids() - set(OUTSIDE.split())))
def test_portals(province: str) -> None:
    portal = LATEST.portal(province)
    assert portal is not None
    if province in OWN_PORTALS:
        assert (portal.shown, portal.choose_province) == (OWN_PORTALS[province], False)
        assert portal.url == f"http://{OWN_PORTALS[province]}"
    else:
        assert (portal.url, portal.choose_province, portal.example) == ("http://www.miitbeian.gov.cn/", True, "anhui")


@pytest.mark.parametrize(
    ("filing_type", "change", "contacts"),
    [
        (FilingType.NEW_FILING, None, BOTH),
        (FilingType.NEW_WEBSITE, None, (Contact.WEBSITE,)),
        (FilingType.NEW_ACCESS, None, (Contact.WEBSITE,)),
        (FilingType.CHANGE, Change.ENTITY, (Contact.ENTITY,)),
        (FilingType.CHANGE, Change.WEBSITE, (Contact.WEBSITE,)),
        (FilingType.CHANGE, Change.BOTH, BOTH),
        (FilingType.CHANGE, None, BOTH),
        (FilingType.CANCEL_ENTITY, None, ()),
        (FilingType.CANCEL_WEBSITE, None, ()),
        (FilingType.CANCEL_ACCESS, None, ()),
    ],
)
def test_who_verifies(filing_type: FilingType, change: Change | None, contacts: tuple[Contact, ...]) -> None:
    assert LATEST.contacts_to_verify(filing_type, change) == contacts


def test_the_cancellations_name_who_it_would_be() -> None:
    named = {kind: target.value.contacts for kind, target in LATEST.targets.items() if not target.value.verified}
    assert named == {
        FilingType.CANCEL_ENTITY: (Contact.ENTITY,),
        FilingType.CANCEL_WEBSITE: BOTH,
        FilingType.CANCEL_ACCESS: (Contact.WEBSITE,),
    }
    assert LATEST.target(FilingType.CHANGE_ACCESS) is None


def test_the_pilots_numbers_and_words() -> None:
    rules = LATEST
    assert rules.source.notice == "工信管函〔2017〕2322 号"
    assert rules.validity is not None
    assert rules.validity.value == timedelta(hours=48)
    assert rules.sms_delay is not None
    assert rules.sms_delay.value == timedelta(minutes=5)
    assert rules.auto_resend is not None
    assert (rules.auto_resend.value.days, rules.auto_resend.value.at) == (1, time(12))
    assert rules.wrong_entries is not None
    assert (rules.wrong_entries.value.limit, rules.wrong_entries.value.of) == (5, "id_number")
    assert rules.verify_form is not None
    assert rules.verify_form.value == (Field.CODE, Field.PHONE, Field.ID_LAST_SIX, Field.CAPTCHA)
    assert rules.resend_form is not None
    assert rules.resend_form.value == (Field.PHONE, Field.ID_LAST_SIX, Field.CAPTCHA)
    assert rules.sender is not None
    assert (rules.sender.value.by, rules.sender.value.numbers) == ("miit", ())
    assert {name: phrase.text for name, phrase in rules.phrases.items()} == {
        "portal_list": "管局系统",
        "services": "找回备案密码、修改备案密码、备案短信核验、公共查询、投诉建议",
        "verify_button": "备案短信核验",
        "resend_tab": "短信重发",
        "submit": "提交",
        "not_found": "找不到记录",
        "failed": "短信核验失败",
        "resent": "您的短信已发送成功",
    }
    assert rules.superseded_from == date(2020, 8, 17)


def test_what_the_pilot_does_not_say_is_absent() -> None:
    assert LATEST.manual_resends is None
    assert LATEST.no_sms_checks is None
    assert LATEST.id_documents is None
    assert LATEST.review is None


def test_the_national_rulebook_is_the_pilot_until_something_changes() -> None:
    day = date(2018, 10, 1)
    assert NATIONAL.at(day).batches == PILOT.at(day).batches
    assert NATIONAL.at(day).portals == PILOT.at(day).portals
    assert NATIONAL.at(day).validity == PILOT.at(day).validity


def test_the_validity_is_disputed_between_the_pilot_and_the_renewal() -> None:
    hours = {}
    for day in (date(2018, 11, 6), date(2018, 11, 7), date(2020, 8, 16), date(2020, 8, 17)):
        fact = NATIONAL.at(day).validity
        assert fact is not None
        hours[day] = (fact.value, fact.disputed, [reading.value for reading in fact.readings])
    two, one = timedelta(hours=48), timedelta(hours=24)
    assert list(hours.values()) == [
        (two, False, []),
        (one, True, [one, two]),
        (one, True, [one, two]),
        (one, False, []),
    ]


NEW_HOSTS = {
    "gansu": "gs",
    "tibet": "xz",
    "ningxia": "nx",
    "hainan": "hi",
    "xinjiang": "xj",
    "qinghai": "qh",
    "tianjin": "tj",
    "shanxi": "sx",
    "inner_mongolia": "nm",
    "heilongjiang": "hl",
    "zhejiang": "zj",
    "anhui": "ah",
    "fujian": "fj",
    "shandong": "sd",
    "henan": "ha",
    "hubei": "hb",
    "hunan": "hn",
    "guangxi": "gx",
    "chongqing": "cq",
    "sichuan": "sc",
    "shaanxi": "sn",
    "yunnan": "yn",
}


@pytest.mark.parametrize("province", NEW_HOSTS)
def test_the_portals_of_2019(province: str) -> None:
    portal = NATIONAL.at(date(2020, 1, 1)).portal(province)
    assert portal is not None
    assert portal.url == f"http://{NEW_HOSTS[province]}.beian.miit.gov.cn"


def test_since_the_renewal_all_provinces_verify_on_one_portal() -> None:
    rules = NATIONAL.at(date(2020, 8, 17))
    assert [batch.number for batch in rules.batches] == [None]
    for province in province_ids():
        portal = rules.portal(province)
        assert portal is not None
        assert (portal.url, portal.page) == (
            "https://beian.miit.gov.cn/",
            "https://beian.miit.gov.cn/#/Integrated/index",
        )


def test_who_verifies_since_the_renewal() -> None:
    rules = NATIONAL.at(date(2021, 1, 1))
    assert {kind: rules.contacts_to_verify(kind) for kind in FilingType} == {
        FilingType.NEW_FILING: BOTH,
        FilingType.NEW_WEBSITE: BOTH,  # disputed, the stricter reading counts
        FilingType.NEW_ACCESS: (Contact.WEBSITE,),
        FilingType.CHANGE: BOTH,
        FilingType.CANCEL_ENTITY: (Contact.ENTITY,),
        FilingType.CANCEL_WEBSITE: (Contact.WEBSITE,),
        FilingType.CANCEL_ACCESS: (),
        FilingType.CHANGE_ACCESS: (),
    }
    disputed = rules.targets[FilingType.NEW_WEBSITE]
    assert [reading.value.contacts for reading in disputed.readings] == [BOTH, (Contact.WEBSITE,)]


def test_a_moment_belongs_to_the_day_in_beijing() -> None:
    last_hour_of_the_9th = datetime(2018, 9, 9, 15, 59, tzinfo=UTC)
    assert not PILOT.at_moment(last_hour_of_the_9th).needs_verification("zhejiang")
    assert PILOT.at_moment(last_hour_of_the_9th + timedelta(minutes=1)).needs_verification("zhejiang")
