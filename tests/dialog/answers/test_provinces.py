"""31 provinces in three languages: whether they verify, since when, where; and nobody sees another one's portal."""

import re
from datetime import date

import pytest

from bot.rules.load import province_ids
from bot.understanding.model import Topic
from tests.dialog.answers.asking import LOCALES, RULEBOOK_TOPICS, answered, replied, rules, said, texts

HOSTS = {
    "gansu": "gscainfo.miitbeian.gov.cn",
    "tibet": "xzcainfo.miitbeian.gov.cn",
    "ningxia": "nxcainfo.miitbeian.gov.cn",
    "hainan": "hncainfo.miitbeian.gov.cn",
    "xinjiang": "xjcainfo.miitbeian.gov.cn",
    "qinghai": "qhcainfo.miitbeian.gov.cn",
    "tianjin": "tjcainfo.miitbeian.gov.cn",
}
SECOND = ("zhejiang", "fujian", "guangxi", "chongqing", "sichuan", "shaanxi", "yunnan")
THIRD = ("shanxi", "inner_mongolia", "heilongjiang", "anhui", "shandong", "henan", "hubei", "hunan")
OUTSIDE = ("beijing", "hebei", "liaoning", "jilin", "shanghai", "jiangsu", "jiangxi", "guangdong", "guizhou")
BATCHES = {1: (tuple(HOSTS), date(2017, 12, 18)), 2: (SECOND, date(2018, 9, 10)), 3: (THIRD, date(2018, 9, 24))}
INSIDE = [(province, number) for number, (provinces, _) in BATCHES.items() for province in provinces]
PROVINCES = sorted(province_ids())

NEEDED = {
    "zh_Hans": "需要短信核验（第{}批试点",
    "zh_Hant": "需要短信核驗（第{}批試點",
    "en": "yes, SMS verification is needed (batch {} of",
}
NOT_NEEDED = {
    "zh_Hans": "不在试点范围内，不需要短信核验",
    "zh_Hant": "不在試點範圍內，不需要短信核驗",
    "en": "not in the pilot, so no SMS verification is needed",
}
DENIALS = (
    *("不在", "不需要", "无需", "無需", "不属于", "不屬於", "不是试点", "不是試點"),
    *(" is not in", " isn't in", " does not need", " does not require", " is not part"),
)
HOST = re.compile(r"[a-z.]*(?:miitbeian|beian\.miit)\.gov\.cn")


def own_hosts(province: str) -> set[str]:
    """Return the hosts that an answer about `province` may name."""
    if province in OUTSIDE:
        return set()
    return {HOSTS.get(province, "www.miitbeian.gov.cn")}


def test_table_covers_every_province_once() -> None:
    assert sorted([*HOSTS, *SECOND, *THIRD, *OUTSIDE]) == PROVINCES
    assert len(PROVINCES) == 31


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("province", "number"), INSIDE)
def test_province_of_the_pilot_needs_verification_on_its_own_portal(province: str, number: int, locale: str) -> None:
    start = texts(locale).date(BATCHES[number][1])
    name = texts(locale)(f"province.{province}")

    need = said(Topic.NEED, locale, provinces=(province,))
    portal = said(Topic.PORTAL, locale, provinces=(province,))
    batch = said(Topic.BATCHES, locale, provinces=(province,))

    assert need.startswith(name)
    assert NEEDED[locale].format(number) in need
    assert start in need
    assert start in batch
    assert portal.startswith(name)
    assert set(HOST.findall(portal)) == own_hosts(province)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("province", OUTSIDE)
@pytest.mark.parametrize(
    "topic", [Topic.PROVINCE, Topic.NEED, Topic.PORTAL, Topic.NOT_RECEIVED, Topic.BATCHES, Topic.STEPS]
)
def test_province_outside_the_pilot_is_told_so_without_a_portal(topic: Topic, province: str, locale: str) -> None:
    found = answered(topic, locale, provinces=(province,))

    assert found.text == texts(locale)("need.out", provinces=texts(locale)(f"province.{province}"))
    assert NOT_NEEDED[locale] in found.text
    assert found.missing is None
    assert [button.action for button in found.buttons] == ["ask:batches", "ask:not_pilot"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("province", PROVINCES)
def test_no_answer_about_a_province_names_the_portal_of_another(province: str, locale: str) -> None:
    for topic in RULEBOOK_TOPICS:
        found = answered(topic, locale, provinces=(province,))
        urls = " ".join(button.url or "" for button in found.buttons)

        assert set(HOST.findall(found.text + urls)) <= own_hosts(province), topic


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("province", "number"), INSIDE)
def test_no_answer_about_a_province_of_the_pilot_denies_it(province: str, number: int, locale: str) -> None:
    name = texts(locale)(f"province.{province}")
    spellings = {name, name.split(" (")[0]}
    for topic in RULEBOOK_TOPICS:
        reply = replied(topic, locale, provinces=(province,))

        assert not [denied for denial in DENIALS for denied in spellings if denied + denial in reply], topic


@pytest.mark.parametrize("locale", LOCALES)
def test_portals_of_the_first_batch_are_listed_each_beside_its_province(locale: str) -> None:
    text = said(Topic.PORTAL, locale, batches=(1,))

    for province, host in HOSTS.items():
        assert re.search(rf"^{re.escape(texts(locale)(f'province.{province}'))}[：:] ?{host}$", text, re.MULTILINE)


@pytest.mark.parametrize("locale", LOCALES)
def test_provinces_of_several_portals_are_told_apart(locale: str) -> None:
    text = said(Topic.PORTAL, locale, provinces=("anhui", "gansu", "beijing"))
    lines = text.splitlines()

    assert NOT_NEEDED[locale] in lines[0]
    assert HOSTS["gansu"] in lines[1]
    assert "www.miitbeian.gov.cn" in lines[3]
    assert texts(locale)("province.anhui") in lines[4]


@pytest.mark.parametrize("locale", LOCALES)
def test_provinces_without_verification_are_listed(locale: str) -> None:
    text = said(Topic.NOT_PILOT, locale)

    assert "9" in text
    assert [name for name in PROVINCES if texts(locale)(f"province.{name}") in text] == sorted(OUTSIDE)


@pytest.mark.parametrize("locale", LOCALES)
def test_everybody_or_not_is_answered_with_the_provinces_that_do(locale: str) -> None:
    found = answered(Topic.NEED, locale)

    assert "22" in found.text
    assert found.missing == "province"
    assert all(texts(locale)(f"province.{name}") in found.text for name, _ in INSIDE)
    assert not [name for name in OUTSIDE if texts(locale)(f"province.{name}") in found.text]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("provinces", "same"), [(("sichuan", "yunnan"), True), (("shaanxi", "shanxi"), False)])
def test_two_provinces_are_said_to_be_in_one_batch_or_not(locale: str, provinces: tuple[str, ...], same: bool) -> None:
    text = said(Topic.BATCHES, locale, provinces=provinces)

    assert text.startswith(texts(locale)("batches.same" if same else "batches.different"))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", [Topic.NEED, Topic.PORTAL, Topic.STEPS, Topic.PROVINCE])
def test_province_before_its_batch_is_told_when_it_begins(topic: Topic, locale: str) -> None:
    found = answered(topic, locale, provinces=("shandong",), on=date(2018, 9, 15))

    assert texts(locale).date(date(2018, 9, 24)) in found.text
    assert texts(locale).date(date(2018, 9, 15)) in found.text
    assert not HOST.search(found.text)


@pytest.mark.parametrize("locale", LOCALES)
def test_batch_may_be_named_by_its_first_day(locale: str) -> None:
    day = date(2018, 9, 24)

    assert said(Topic.PORTAL, locale, on=day) == said(Topic.PORTAL, locale, batches=(3,))
    assert said(Topic.BATCHES, locale, on=day) == said(Topic.BATCHES, locale, batches=(3,))


@pytest.mark.parametrize("locale", LOCALES)
def test_batches_on_a_day_are_those_that_had_begun(locale: str) -> None:
    text = said(Topic.BATCHES, locale, on=date(2018, 9, 15))

    assert texts(locale)("province.zhejiang") in text
    assert texts(locale)("province.anhui") not in text


@pytest.mark.parametrize("locale", LOCALES)
def test_portal_without_a_province_asks_for_it(locale: str) -> None:
    asks = {"zh_Hans": "哪个省份", "zh_Hant": "哪個省份", "en": "province"}

    found = answered(Topic.PORTAL, locale)

    assert found.missing == "province"
    assert not found.factual
    assert asks[locale] in found.text
    assert not HOST.search(found.text)
    assert len(found.buttons) == len(INSIDE) + 1


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", [Topic.PORTAL, Topic.NEED, Topic.NOT_RECEIVED])
def test_city_of_several_provinces_is_asked_back(topic: Topic, locale: str) -> None:
    found = answered(topic, locale, unclear_city=("jilin", "fujian"))

    assert found.missing == "province"
    assert [button.action for button in found.buttons] == [f"ask:{topic}:jilin", f"ask:{topic}:fujian"]
    assert texts(locale)("province.fujian") in found.text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("province", PROVINCES)
def test_since_2020_every_province_verifies_on_the_national_portal(province: str, locale: str) -> None:
    state = rules("national")

    need = said(Topic.NEED, locale, state, provinces=(province,))
    portal = said(Topic.PORTAL, locale, state, provinces=(province,))

    assert texts(locale).date(date(2020, 8, 17)) in need
    assert NOT_NEEDED[locale] not in need
    assert set(HOST.findall(portal)) == {"beian.miit.gov.cn"}
    assert "https://beian.miit.gov.cn/#/Integrated/index" in portal
