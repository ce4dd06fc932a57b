"""The question files: what is understood as labelled, and that no province is made up."""

from functools import cache

import pytest

from bot.understanding import Understanding
from tests.evaluation.judging import NOW, ZONE, faults_of, read, reply_faults, wrong_provinces
from tests.evaluation.questions import Question, load_questions

HELD_OUT_RATE = 0.95
"""What the questions that nobody tuned on reached; less means that something has been lost."""


@cache
def questions(held_out: bool) -> list[Question]:
    return [question for question in load_questions("dev", "more", "tuned") if question.held_out is held_out]


def test_every_tuned_question_is_understood(understanding: Understanding) -> None:
    failed = {
        question.id: faults
        for question in questions(held_out=False)
        if (faults := faults_of(question, read(understanding, question)))
    }
    assert failed == {}


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant", "en"])
def test_held_out_questions_are_understood(understanding: Understanding, language: str) -> None:
    asked = [question for question in questions(held_out=True) if question.language == language]
    good = sum(not faults_of(question, read(understanding, question)) for question in asked)
    assert good / len(asked) >= HELD_OUT_RATE - 0.02


def test_held_out_questions_together(understanding: Understanding) -> None:
    asked = questions(held_out=True)
    assert len(asked) >= 150
    assert (
        sum(not faults_of(question, read(understanding, question)) for question in asked) / len(asked) >= HELD_OUT_RATE
    )


def test_no_question_is_given_a_province_that_it_does_not_name(understanding: Understanding) -> None:
    asked = questions(held_out=True) + questions(held_out=False)
    assert [question.id for question in asked if wrong_provinces(question, read(understanding, question))] == []


def test_the_files_are_sound() -> None:
    asked = load_questions("dev", "more", "tuned")
    ids = [question.id for question in asked]
    assert len(ids) == len(set(ids))
    assert len(load_questions("more")) >= 300
    assert sum(question.held_out for question in load_questions("more")) >= 150
    texts = {(question.turns, question.text) for question in asked if not question.held_out}
    assert not [question.id for question in asked if question.held_out and (question.turns, question.text) in texts]


def test_a_wrong_label_is_seen(understanding: Understanding) -> None:
    question = questions(held_out=False)[0]
    understood = understanding.read("宁夏网址", NOW, ZONE)
    assert faults_of(question, understood)
    assert wrong_provinces(question, understood) == ["wrong provinces ['ningxia']"]


def test_answers_are_held_to_their_checks() -> None:
    question = next(one for one in questions(held_out=False) if one.wanted == ("gscainfo.miitbeian.gov.cn",))
    assert reply_faults(question, "甘肃：GSCAINFO.miitbeian.gov.cn") == []
    assert reply_faults(question, "宁夏：nxcainfo.miitbeian.gov.cn") != []
    assert reply_faults(question, "") != []
