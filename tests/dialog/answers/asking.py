"""Asking the answers under test: the shipped rulebooks, all locales, one fixed moment."""

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialog.answers import answer, compose
from bot.dialog.model import Answer
from bot.rules import RuleState, load_rulebook
from bot.texts import Catalogs, Texts, load_catalogs, plain
from bot.understanding.model import Ask, Slots, Topic

LOCALES = ("zh_Hans", "zh_Hant", "en")
RULEBOOKS = ("pilot", "national")
RULEBOOK_TOPICS = tuple(Topic)[: tuple(Topic).index(Topic.GREETING)]
OWN_TOPICS = tuple(topic for topic in Topic if topic not in RULEBOOK_TOPICS)

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=BEIJING)
TODAY = NOW.date()


@cache
def catalogs() -> Catalogs:
    return load_catalogs()


def texts(locale: str) -> Texts:
    return catalogs()[locale]


@cache
def rules(rulebook: str = "pilot", on: date = TODAY) -> RuleState:
    return load_rulebook(rulebook).at(on)


def answered(topic: Topic, locale: str, state: RuleState | None = None, **slots: Any) -> Answer:
    """Return the answer to one ask, by the pilot's rules of the day that is asked about, or of today."""
    state = state or rules(on=slots.get("on") or TODAY)
    return answer(Ask(topic, Slots(**slots)), state, texts(locale), now=NOW, zone=BEIJING)


def said(topic: Topic, locale: str, state: RuleState | None = None, **slots: Any) -> str:
    """Return the text of an answer, without mark-up."""
    return plain(answered(topic, locale, state, **slots).text)


def replied(topic: Topic, locale: str, state: RuleState | None = None, **slots: Any) -> str:
    """Return the whole reply with its footer, without mark-up."""
    found = answered(topic, locale, state, **slots)
    return plain(compose([found], state or rules(), texts(locale)))
