"""The filing types in three languages: who verifies, by the pilot and since."""

from datetime import date

import pytest

from bot.rules.model import Change, Contact, FilingType
from bot.understanding.model import Topic
from tests.dialog.answers.asking import LOCALES, answered, rules, said, texts

E, W = Contact.ENTITY, Contact.WEBSITE
PILOT = {
    FilingType.NEW_FILING: {E, W},
    FilingType.NEW_WEBSITE: {W},
    FilingType.NEW_ACCESS: {W},
    FilingType.CHANGE: {E, W},
    FilingType.CANCEL_ENTITY: {E},
    FilingType.CANCEL_WEBSITE: {E, W},
    FilingType.CANCEL_ACCESS: {W},
}
PILOT_EXEMPT = {FilingType.CANCEL_ENTITY, FilingType.CANCEL_WEBSITE, FilingType.CANCEL_ACCESS}
NATIONAL = {
    FilingType.NEW_FILING: {E, W},
    FilingType.NEW_WEBSITE: {E, W},
    FilingType.NEW_ACCESS: {W},
    FilingType.CHANGE: {E, W},
    FilingType.CANCEL_ENTITY: {E},
    FilingType.CANCEL_WEBSITE: {W},
    FilingType.CANCEL_ACCESS: set(),
    FilingType.CHANGE_ACCESS: set(),
}
FOR_NOW = {"zh_Hans": "暂不验证", "zh_Hant": "暫不驗證", "en": "暂不验证"}
NOT_AT_ALL = {"zh_Hans": "不需要短信核验", "zh_Hant": "不需要短信核驗", "en": "no SMS verification is needed"}


def named(text: str, locale: str) -> set[Contact]:
    """Return the contacts that a text names."""
    return {contact for contact in Contact if texts(locale)(f"contact.{contact}") in text}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("filing_type", PILOT)
def test_pilot_names_who_verifies(filing_type: FilingType, locale: str) -> None:
    text = said(Topic.TARGETS, locale, filing_types=(filing_type,))
    first = text.splitlines()[0]

    assert texts(locale)(f"filing_type.{filing_type}").casefold() in first.casefold()
    assert named(first, locale) == PILOT[filing_type]
    assert (FOR_NOW[locale] in first) == (filing_type in PILOT_EXEMPT)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("filing_type", NATIONAL)
def test_national_names_who_verifies(filing_type: FilingType, locale: str) -> None:
    first = said(Topic.TARGETS, locale, rules("national"), filing_types=(filing_type,)).splitlines()[0]

    assert named(first, locale) == NATIONAL[filing_type]
    assert (NOT_AT_ALL[locale] in first) == (not NATIONAL[filing_type])


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "topic", [Topic.NEED, Topic.TARGETS, Topic.PORTAL, Topic.STEPS, Topic.VALIDITY, Topic.EXEMPT_TYPES]
)
@pytest.mark.parametrize("filing_type", sorted(PILOT_EXEMPT))
def test_whatever_is_asked_of_an_exempt_type_nobody_verifies(
    topic: Topic, filing_type: FilingType, locale: str
) -> None:
    found = answered(topic, locale, filing_types=(filing_type,), provinces=("gansu",))

    assert FOR_NOW[locale] in found.text
    assert "gov.cn" not in found.text
    assert not any((button.action or "").startswith("track:") for button in found.buttons)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("change", "contacts"), [(Change.ENTITY, {E}), (Change.WEBSITE, {W}), (Change.BOTH, {E, W})])
@pytest.mark.parametrize("rulebook", ["pilot", "national"])
def test_change_is_verified_by_those_whose_data_change(
    rulebook: str, change: Change, contacts: set[Contact], locale: str
) -> None:
    first = said(Topic.TARGETS, locale, rules(rulebook), filing_types=(FilingType.CHANGE,), change=change).splitlines()[
        0
    ]

    assert named(first, locale) == contacts


@pytest.mark.parametrize("locale", LOCALES)
def test_change_without_what_changed_gives_both_cases_and_asks(locale: str) -> None:
    found = answered(Topic.TARGETS, locale, filing_types=(FilingType.CHANGE,), provinces=("gansu",))

    assert found.missing == "change"
    assert named(found.text, locale) == {E, W}
    assert [button.action for button in found.buttons] == [
        "ask:targets:gansu:change:e",
        "ask:targets:gansu:change:w",
        "ask:targets:gansu:change:b",
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_targets_without_a_type_gives_all_in_short_and_asks(locale: str) -> None:
    found = answered(Topic.TARGETS, locale)

    assert found.missing == "filing_type"
    assert all(texts(locale)(f"filing_type.{name}").casefold() in found.text.casefold() for name in PILOT)
    assert [button.action for button in found.buttons] == [
        f"ask:targets::{name}" for name in PILOT if name not in PILOT_EXEMPT
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_type_that_the_document_does_not_know_is_not_guessed(locale: str) -> None:
    unsaid = {"zh_Hans": "资料没有说明", "zh_Hant": "資料沒有說明", "en": "the source does not say"}

    assert unsaid[locale] in said(Topic.TARGETS, locale, filing_types=(FilingType.CHANGE_ACCESS,))


@pytest.mark.parametrize("locale", LOCALES)
def test_exempt_types_are_listed_apart_from_those_that_verify(locale: str) -> None:
    text = said(Topic.EXEMPT_TYPES, locale)
    before, after = text.split(FOR_NOW[locale])

    for name in PILOT:
        part = before if name in PILOT_EXEMPT else after
        assert texts(locale)(f"filing_type.{name}").casefold() in part.casefold()


@pytest.mark.parametrize("locale", LOCALES)
def test_dispute_about_a_new_website_gives_the_stricter_reading_first(locale: str) -> None:
    lines = said(Topic.TARGETS, locale, rules("national"), filing_types=(FilingType.NEW_WEBSITE,)).splitlines()
    strict = next(line for line in lines if "dwera.cn" in line)
    loose = next(line for line in lines if "华为云文档" in line)

    assert texts(locale)("disputed.differ") in lines
    assert lines.index(strict) < lines.index(loose)
    assert named(strict, locale) == {E, W}
    assert named(loose, locale) == {W}


@pytest.mark.parametrize("locale", LOCALES)
def test_two_types_are_answered_one_by_one(locale: str) -> None:
    lines = said(Topic.NEED, locale, filing_types=(FilingType.CANCEL_ENTITY, FilingType.NEW_ACCESS)).splitlines()

    assert FOR_NOW[locale] in lines[0]
    assert named(lines[1], locale) == {W}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("filing_type", [FilingType.CHANGE, FilingType.NEW_WEBSITE])
def test_changed_phone_verifies_itself_where_the_rules_say_so(filing_type: FilingType, locale: str) -> None:
    new = {"zh_Hans": "用新手机号码验证", "zh_Hant": "用新手機號碼驗證", "en": "the new number verifies"}
    unsaid = {"zh_Hans": "资料没有说明", "zh_Hant": "資料沒有說明", "en": "does not say"}

    assert new[locale] in said(Topic.PHONE_CHANGED, locale, rules("national"), filing_types=(filing_type,))
    assert unsaid[locale] in said(Topic.PHONE_CHANGED, locale, filing_types=(filing_type,))


@pytest.mark.parametrize("locale", LOCALES)
def test_types_follow_the_rules_of_the_day(locale: str) -> None:
    before, after = (rules("national", day) for day in (date(2020, 8, 16), date(2020, 8, 17)))

    assert FOR_NOW[locale] in said(Topic.NEED, locale, before, filing_types=(FilingType.CANCEL_ENTITY,))
    assert FOR_NOW[locale] not in said(Topic.NEED, locale, after, filing_types=(FilingType.CANCEL_ENTITY,))
