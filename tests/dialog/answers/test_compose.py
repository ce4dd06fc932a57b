"""One reply from several answers: in order, nothing twice, the source named once, the warning first."""

import pytest

from bot.dialog.answers import compose, footer, nearest_answer, rows
from bot.dialog.model import Answer, Button
from bot.rules.model import FilingType
from bot.texts import plain
from bot.understanding.model import Topic
from tests.dialog.answers.asking import LOCALES, answered, rules, texts


def composed(*answers: Answer, locale: str = "zh_Hans", sensitive: bool = False) -> str:
    return compose(answers, rules(), texts(locale), sensitive=sensitive)


@pytest.mark.parametrize("locale", LOCALES)
def test_answers_stand_in_the_order_of_the_questions(locale: str) -> None:
    portal = answered(Topic.PORTAL, locale, provinces=("gansu",))
    validity = answered(Topic.VALIDITY, locale)

    reply = composed(portal, validity, locale=locale)

    assert reply == f"{portal.text}\n\n{validity.text}\n\n{footer(rules(), texts(locale))}"


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sentence_stands_twice(locale: str) -> None:
    asks = (Topic.NOT_RECEIVED, Topic.ARRIVAL, Topic.AUTO_RESEND, Topic.EXPIRED, Topic.RETURNED, Topic.WHAT_IS)

    lines = [line for line in composed(*(answered(topic, locale) for topic in asks), locale=locale).split("\n") if line]

    assert len(lines) == len(set(lines))


def test_numbered_list_stays_whole() -> None:
    reply = composed(answered(Topic.STEPS, "zh_Hans"), answered(Topic.RESEND, "zh_Hans"))

    numbers = [line[0] for line in reply.splitlines() if line[:1].isdigit()]
    assert numbers == ["1", "2", "3", "4", "1", "2", "3", "4", "5", "6"]


def test_answer_that_says_nothing_new_leaves_no_gap() -> None:
    validity = answered(Topic.VALIDITY, "zh_Hans")

    assert composed(validity, validity) == composed(validity)
    assert "\n\n\n" not in composed(validity, validity, answered(Topic.FORM, "zh_Hans"))


@pytest.mark.parametrize("locale", LOCALES)
def test_footer_names_source_and_date_and_that_rules_have_changed(locale: str) -> None:
    pilot, national = (footer(rules(name), texts(locale)) for name in ("pilot", "national"))

    assert "网宿" in pilot
    assert "备案短信核验说明" in pilot
    assert "2018" in pilot
    assert "2020" in pilot
    assert "\n" not in pilot
    assert plain(national).startswith(plain(pilot)[:3])
    assert texts(locale)("footer.superseded", since="") not in national
    assert len(plain(pilot)) < (160 if locale == "en" else 80)


def test_what_is_no_fact_has_no_footer() -> None:
    assert composed(answered(Topic.THANKS, "zh_Hans")) == answered(Topic.THANKS, "zh_Hans").text


@pytest.mark.parametrize("locale", LOCALES)
def test_warning_comes_first(locale: str) -> None:
    never = {"zh_Hans": "不要", "zh_Hant": "不要", "en": "do not"}

    reply = composed(answered(Topic.NOT_FOUND, locale), locale=locale, sensitive=True)

    assert reply.startswith(texts(locale)("answers.sensitive_warning"))
    assert never[locale] in reply.splitlines()[0]


def test_buttons_are_few_and_each_is_there_once() -> None:
    portal = answered(Topic.PORTAL, "zh_Hans", provinces=("gansu",))
    steps = answered(Topic.STEPS, "zh_Hans", provinces=("gansu",))

    found = [button for row in rows([portal, steps]) for button in row]

    assert len(found) == 4
    assert found == list(portal.buttons)
    assert found[0].url == "http://gscainfo.miitbeian.gov.cn"


def test_choices_are_shown_all_and_nothing_else() -> None:
    question = answered(Topic.PORTAL, "zh_Hans")

    found = [button for row in rows([answered(Topic.VALIDITY, "zh_Hans"), question]) for button in row]

    assert found == list(question.buttons)
    assert len(found) == 23


def test_likely_next_steps_keep_what_is_known() -> None:
    found = answered(Topic.TARGETS, "zh_Hans", provinces=("gansu",), filing_types=(FilingType.NEW_ACCESS,))

    assert [button.action for button in found.buttons] == [
        "ask:phone_changed:gansu:new_access",
        "ask:portal:gansu:new_access",
        "track:new:gansu:new_access",
    ]


def test_portal_is_not_offered_beside_the_button_that_opens_it() -> None:
    with_province = answered(Topic.STEPS, "zh_Hans", provinces=("gansu",))
    without = answered(Topic.STEPS, "zh_Hans")

    assert "ask:portal:gansu" not in [button.action for button in with_province.buttons]
    assert "ask:portal" in [button.action for button in without.buttons]


@pytest.mark.parametrize("locale", LOCALES)
def test_nearest_topics_are_offered_as_buttons(locale: str) -> None:
    found = nearest_answer((Topic.PORTAL, Topic.RESEND), texts(locale))
    none = nearest_answer((), texts(locale))

    assert [button.action for button in found.buttons] == ["ask:portal", "ask:resend", "ask:human"]
    assert found.text != none.text
    assert not found.factual
    assert none.buttons == ()


def test_rows_of_nothing_are_none() -> None:
    assert rows([Answer("x")]) == ()
    assert rows([Answer("x", (Button("y", "ask:help"),))]) == ((Button("y", "ask:help"),),)
