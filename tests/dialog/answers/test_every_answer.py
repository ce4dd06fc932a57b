"""What holds of every answer: it is there in each language, short, well-formed, and leads on with few buttons."""

from datetime import date
from itertools import product

import pytest

from bot.dialog.answers import answer, compose
from bot.dialog.model import Answer, Button
from bot.rules import RuleState
from bot.rules.model import Change, Contact, FilingType
from bot.texts import plain
from bot.understanding.model import Ask, Slots, Topic
from tests.dialog.answers.asking import BEIJING, LOCALES, NOW, OWN_TOPICS, RULEBOOK_TOPICS, TODAY, rules, texts
from tests.emulator.html import parse_html

LENGTH = {"zh_Hans": 700, "zh_Hant": 700, "en": 1500}
STATES = [
    ("pilot", TODAY),
    ("pilot", date(2018, 9, 15)),
    ("national", date(2019, 8, 1)),
    ("national", TODAY),
]
SLOTS = [
    Slots(),
    Slots(provinces=("gansu",)),
    Slots(provinces=("anhui", "beijing", "gansu")),
    Slots(provinces=("beijing",), filing_types=(FilingType.NEW_WEBSITE,)),
    Slots(filing_types=(FilingType.NEW_WEBSITE,), contacts=(Contact.ENTITY,)),
    Slots(filing_types=(FilingType.CHANGE,), change=Change.BOTH, provinces=("zhejiang",)),
    Slots(filing_types=tuple(FilingType)),
    Slots(filing_types=(FilingType.NEW_ACCESS,), provider_unreachable=True),
    Slots(batches=(1, 2)),
    Slots(batches=(9,), hours=24, count=2, same_person=False, phrase="all_done"),
    Slots(moments=(NOW,), hours=48, count=7, same_person=True, phrase="no_such_phrase"),
    Slots(unclear_city=("jilin", "fujian")),
]


def every_answer(locale: str, state: RuleState) -> list[tuple[Ask, Answer]]:
    """Return the answers to every topic with every set of slots."""
    asks = [Ask(topic, slots) for topic, slots in product(Topic, SLOTS)]
    return [(ask, answer(ask, state, texts(locale), now=NOW, zone=BEIJING)) for ask in asks]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("rulebook", "day"), STATES)
def test_every_answer_is_short_well_formed_and_leads_on(rulebook: str, day: date, locale: str) -> None:
    state = rules(rulebook, day)
    for ask, found in every_answer(locale, state):
        reply = compose([found], state, texts(locale))

        assert found.text, ask
        assert "%(" not in reply, ask
        assert "  " not in reply, ask
        assert parse_html(reply).text.strip(), ask
        assert len(plain(reply)) <= LENGTH[locale], ask
        assert found.missing or len(found.buttons) <= 4, ask
        assert all(fits(button) for button in found.buttons), ask


def fits(button: Button) -> bool:
    """Whether Telegram takes the button: one purpose, a plain label, no more data than it carries."""
    label = bool(button.label) and "<" not in button.label
    return label and (button.action is None) != (button.url is None) and len((button.action or "").encode()) <= 64


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", RULEBOOK_TOPICS)
def test_answers_from_the_rulebook_name_their_source(topic: Topic, locale: str) -> None:
    slots = Slots(provinces=("gansu",))

    found = answer(Ask(topic, slots), rules(), texts(locale), now=NOW, zone=BEIJING)

    assert found.factual
    assert "网宿" in compose([found], rules(), texts(locale))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", OWN_TOPICS)
def test_answers_of_the_bot_itself_name_no_source_and_no_portal(topic: Topic, locale: str) -> None:
    found = answer(Ask(topic), rules(), texts(locale), now=NOW, zone=BEIJING)

    assert not found.factual
    assert "gov.cn" not in found.text
    assert compose([found], rules(), texts(locale)) == found.text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("topic", [Topic.OUT_OF_SCOPE, Topic.UNKNOWN, Topic.HUMAN, Topic.STATUS, Topic.COMPLAINT])
def test_where_the_bot_cannot_help_it_names_who_can(topic: Topic, locale: str) -> None:
    staff = {"zh_Hans": "人工客服", "zh_Hant": "人工客服", "en": "support staff"}

    assert staff[locale] in answer(Ask(topic), rules(), texts(locale), now=NOW, zone=BEIJING).text


@pytest.mark.parametrize("locale", LOCALES)
def test_safety_says_that_nobody_may_ask_for_a_code(locale: str) -> None:
    never = {"zh_Hans": "请勿", "zh_Hant": "請勿", "en": "do not"}

    text = answer(Ask(Topic.SAFETY), rules(), texts(locale), now=NOW, zone=BEIJING).text

    assert never[locale] in text
    assert texts(locale)("field.id_last_six") in text
