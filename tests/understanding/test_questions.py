"""The question files: what is understood as labelled, what the answers hold, and what may never happen."""

from functools import cache

import pytest

from bot.app import load_knowledge
from bot.dialog.ask import Asker
from bot.dialog.defaults import Defaults
from bot.understanding import Understanding
from bot.understanding.language import SIMPLIFIED
from tests.evaluation.judging import NOW, ZONE, Outcome, evaluate, faults_of, reply_faults, wrong_provinces
from tests.evaluation.questions import FILES, load_questions

LANGUAGES = ("zh_Hans", "zh_Hant", "en")
UNDERSTOOD = {("dev", False): 0.98, ("more", False): 0.98, ("tuned", False): 0.98, ("more", True): 0.94}
"""The share that is understood as labelled (topics, slots, language), by file and whether nobody looked at them."""
ANSWERED = {("dev", False): 0.99, ("more", False): 0.99, ("tuned", False): 0.99, ("more", True): 0.98}
"""The share whose answers hold what they have to. Less than either means that something has been lost."""
BLIND = {"understood": 0.81, "answered": 0.92}
"""The same for `blind`, whose writers knew neither the words nor the phrases, and whose failures nobody has read."""


@cache
def outcomes(name: str) -> list[Outcome]:
    known = load_knowledge("pilot", SIMPLIFIED)
    defaults = Defaults(SIMPLIFIED, ZONE, quiet=None)
    return evaluate(load_questions(name), Asker(known.rulebook, known.catalogs, known.understanding, defaults))


def of(name: str, held_out: bool) -> list[Outcome]:
    return [outcome for outcome in outcomes(name) if outcome.question.held_out is held_out]


def understood(asked: list[Outcome]) -> float:
    return sum(all(fault.startswith(("answer", "grave")) for fault in one.faults) for one in asked) / len(asked)


def answered(asked: list[Outcome]) -> float:
    return sum(not any(fault.startswith("answer") for fault in one.faults) for one in asked) / len(asked)


@pytest.mark.parametrize(("asked", "wanted"), UNDERSTOOD.items())
def test_questions_are_understood(asked: tuple[str, bool], wanted: float) -> None:
    assert understood(of(*asked)) >= wanted


@pytest.mark.parametrize(("asked", "wanted"), ANSWERED.items())
def test_questions_are_answered(asked: tuple[str, bool], wanted: float) -> None:
    assert answered(of(*asked)) >= wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_behind(language: str) -> None:
    asked = [one for name in ("dev", "more", "tuned") for one in outcomes(name) if one.question.language == language]
    assert answered(asked) >= 0.96


def test_blind_questions() -> None:
    asked = of("blind", held_out=True)
    assert len(asked) >= 300
    assert understood(asked) >= BLIND["understood"]
    assert answered(asked) >= BLIND["answered"]


@pytest.mark.parametrize("name", FILES)
def test_nothing_grave_is_said(name: str) -> None:
    assert [(one.question.id, one.grave) for one in outcomes(name) if one.grave] == []


@pytest.mark.parametrize("name", ["dev", "more", "tuned"])
def test_no_question_is_given_a_province_that_it_does_not_name(name: str) -> None:
    wrong = [one for one in outcomes(name) if any(fault.startswith("wrong provinces") for fault in one.faults)]
    assert [one.question.id for one in wrong] == []


def test_the_files_are_sound() -> None:
    asked = load_questions()
    ids = [question.id for question in asked]
    assert len(ids) == len(set(ids))
    assert sum(question.held_out for question in load_questions("more")) >= 150
    # What is only a name is asked by everybody in the same words.
    told = [question for question in asked if len(question.text) > 12 or question.turns]
    texts = {(question.turns, question.text) for question in told if not question.held_out}
    assert not [question.id for question in told if question.held_out and (question.turns, question.text) in texts]


def test_a_wrong_label_is_seen(understanding: Understanding) -> None:
    question = load_questions("dev")[0]
    misread = understanding.read("宁夏网址", NOW, ZONE)
    assert faults_of(question, misread)
    assert wrong_provinces(question, misread) == ["wrong provinces ['ningxia']"]


def test_answers_are_held_to_their_checks() -> None:
    question = next(one for one in load_questions("dev") if one.wanted == ("gscainfo.miitbeian.gov.cn",))
    assert reply_faults(question, "甘肃：GSCAINFO.miitbeian.gov.cn") == []
    assert reply_faults(question, "宁夏：nxcainfo.miitbeian.gov.cn") != []
    assert reply_faults(question, "") != []
