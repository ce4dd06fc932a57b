"""What the rulebook does not hold is said to be so, and never made up."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.rules import RuleState
from bot.rules.model import AutoResend
from bot.rules.rulebook import SINGLE_FACTS
from bot.understanding.model import Topic
from tests.dialog.answers.asking import LOCALES, NOW, RULEBOOK_TOPICS, rules, said, texts

NEEDS: list[tuple[str, Topic, dict[str, Any]]] = [
    ("validity", Topic.VALIDITY, {}),
    ("validity", Topic.TIME_LEFT, {"moments": (NOW,)}),
    ("validity", Topic.WHAT_IS, {}),
    ("timeout", Topic.EXPIRED, {}),
    ("timeout", Topic.RETURNED, {}),
    ("timeout", Topic.RETURNED_TO, {}),
    ("timeout", Topic.REVIEW, {}),
    ("sms_delay", Topic.ARRIVAL, {}),
    ("auto_resend", Topic.AUTO_RESEND, {}),
    ("wrong_entries", Topic.WRONG_ENTRIES, {}),
    ("wrong_entries", Topic.WRONG_ENTRIES, {"count": 3}),
    ("wrong_entries", Topic.FAILED, {}),
    ("verify_steps", Topic.STEPS, {}),
    ("verify_steps", Topic.BUTTON, {}),
    ("verify_steps", Topic.VERIFIED, {}),
    ("verify_steps", Topic.SEVERAL_PHONES, {}),
    ("verify_form", Topic.FORM, {}),
    ("verify_form", Topic.CAPTCHA, {}),
    ("verify_form", Topic.ID_DIGITS, {}),
    ("verify_form", Topic.WHOSE_ID, {}),
    ("resend_steps", Topic.RESEND, {}),
    ("resend_form", Topic.RESEND_FORM, {}),
    ("sender", Topic.SENDER, {}),
    ("sender", Topic.SENDER_NUMBER, {}),
    ("sender", Topic.WHOSE_PHONE, {}),
]
STILL_ANSWERED = [
    ("sms_delay", Topic.NOT_RECEIVED),
    ("sms_delay", Topic.TIME_LEFT),
    ("auto_resend", Topic.NOT_RECEIVED),
    ("validity", Topic.NOT_RECEIVED),
    ("validity", Topic.AUTO_RESEND),
    ("validity", Topic.RESEND),
    ("wrong_entries", Topic.NOT_FOUND),
    ("wrong_entries", Topic.WRONG_CODE),
    ("verify_form", Topic.SAFETY),
]
"""Facts that an answer mentions where they are known, and does without where they are not."""

OTHER_NUMBERS = {"48": "31", "5分钟": "7分钟", "12:00": "09:30", "输错5次": "输错8次"}
"""What the pilot's answers say, and what they say by rules that give other numbers."""


def without(fact: str, rulebook: str = "pilot") -> RuleState:
    """Return the rules of today without one fact."""
    changes: dict[str, Any] = {fact: None}
    return replace(rules(rulebook), **changes)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("fact", "topic", "slots"), NEEDS, ids=str)
def test_fact_that_is_not_known_is_said_to_be_unknown(
    fact: str, topic: Topic, slots: dict[str, Any], locale: str
) -> None:
    assert said(topic, locale, without(fact), **slots) == texts(locale)("unsaid")
    assert said(topic, locale, **slots) != texts(locale)("unsaid")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("fact", "topic"), STILL_ANSWERED)
def test_answer_does_without_a_fact_that_it_only_mentions(fact: str, topic: Topic, locale: str) -> None:
    assert said(topic, locale, without(fact)) != texts(locale)("unsaid")


def test_every_number_comes_from_the_rulebook() -> None:
    state = rules()
    assert state.validity
    assert state.sms_delay
    assert state.auto_resend
    assert state.wrong_entries
    other = replace(
        state,
        validity=replace(state.validity, value=timedelta(hours=31)),
        sms_delay=replace(state.sms_delay, value=timedelta(minutes=7)),
        auto_resend=replace(state.auto_resend, value=AutoResend(days=1, at=time(9, 30))),
        wrong_entries=replace(state.wrong_entries, value=replace(state.wrong_entries.value, limit=8, fails_at=8)),
    )
    before = "\n".join(said(topic, "zh_Hans", state) for topic in RULEBOOK_TOPICS)
    after = "\n".join(said(topic, "zh_Hans", other) for topic in RULEBOOK_TOPICS)

    for old, new in OTHER_NUMBERS.items():
        assert old in before
        assert old not in after
        assert new in after
        assert new not in before


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("phrase", sorted(rules().phrases))
def test_no_answer_quotes_the_portal_where_the_rulebook_does_not(phrase: str, locale: str) -> None:
    state = rules()
    fewer = replace(state, phrases={id_: known for id_, known in state.phrases.items() if id_ != phrase})
    for topic in (Topic.STEPS, Topic.RESEND, Topic.NOT_FOUND, Topic.FAILED, Topic.BUTTON, Topic.RESEND_RESULT):
        if texts(locale)(f"phrase.{phrase}", text=state.phrases[phrase].text) in said(topic, locale):
            assert said(topic, locale, fewer) == texts(locale)("unsaid"), topic


@pytest.mark.parametrize("locale", LOCALES)
def test_targets_that_are_not_known(locale: str) -> None:
    fewer = replace(rules(), targets={})

    for topic in (Topic.TARGETS, Topic.SAME_PERSON, Topic.EXEMPT_TYPES, Topic.PHONE_CHANGED):
        assert said(topic, locale, fewer) == texts(locale)("unsaid")


@pytest.mark.parametrize("locale", LOCALES)
def test_notice_that_is_not_named(locale: str) -> None:
    state = rules("national")
    assert state.source.notice is None

    assert said(Topic.BASIS, locale, state) == texts(locale)("basis.unsaid")


@pytest.mark.parametrize("locale", LOCALES)
def test_every_unsaid_answer_names_whom_to_ask(locale: str) -> None:
    staff = {
        "zh_Hans": "接入商的人工客服",
        "zh_Hant": "接入商的人工客服",
        "en": "access provider's (接入商) support staff",
    }

    for id_ in ("unsaid", "basis.unsaid", "sender.number_unsaid"):
        assert staff[locale] in texts(locale)(id_)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("fact", SINGLE_FACTS)
def test_every_topic_is_answered_without_any_one_fact(fact: str, locale: str) -> None:
    state = without(fact, "national")

    assert all(said(topic, locale, state) for topic in RULEBOOK_TOPICS)


@pytest.mark.parametrize("locale", LOCALES)
def test_day_before_the_first_batch_is_answered(locale: str) -> None:
    state = rules(on=date(2017, 1, 1))

    assert all(said(topic, locale, state) for topic in RULEBOOK_TOPICS)
    assert texts(locale).date(date(2017, 12, 18)) in said(Topic.NEED, locale, state, provinces=("gansu",))
    assert texts(locale).date(date(2017, 12, 18)) in said(Topic.BATCHES, locale, state)
