"""The phrases that the weights are learnt from, and what is made of them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bot.errors import DataError
from bot.learning.phrases import LABELS, Phrase, fingerprint, load_phrases
from bot.learning.samples import Sampler
from bot.resources import resource
from bot.understanding.classifier import NOTHING, Classifier, WeightsFile
from bot.understanding.reader import Reader
from tests.evaluation.questions import load_questions


@pytest.mark.parametrize("name", LABELS)
def test_the_shipped_weights_were_learnt_from_the_shipped_phrases(name: str) -> None:
    path = resource("data", "understanding", f"{name}.weights")
    file = msgspec.msgpack.decode(path.read_bytes(), type=WeightsFile)
    assert file.phrases == fingerprint(resource("data", "phrases", name)), "run `make learn`"
    assert set(file.labels) == {NOTHING, *LABELS[name]}


@pytest.mark.parametrize("name", LABELS)
def test_every_label_has_phrases(name: str) -> None:
    phrases = load_phrases(resource("data", "phrases", name), LABELS[name])
    for label in (NOTHING, *LABELS[name]):
        assert sum(phrase.label == label for phrase in phrases) >= 150, label


def test_no_held_out_question_is_a_phrase() -> None:
    known = {phrase.text for phrase in load_phrases(resource("data", "phrases", "topics"), LABELS["topics"])}
    held_out = [question for question in load_questions() if question.held_out and not question.turns]
    # A greeting or a bare "resend?" is said by everybody in the same words.
    assert [question.id for question in held_out if question.text in known and len(question.text) > 12] == []


def test_a_file_of_no_label_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.txt").write_text("昨天提交的\n", "utf-8")
    (tmp_path / "portals.txt").write_text("去哪里验证\n", "utf-8")
    with pytest.raises(DataError, match=r"\['portal', 'portals'\]"):
        load_phrases(tmp_path, ["portal"])


def test_a_changed_phrase_changes_the_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "none.txt"
    path.write_text("昨天提交的\n", "utf-8")
    before = fingerprint(tmp_path)
    path.write_text("前天提交的\n", "utf-8")
    assert fingerprint(tmp_path) != before


def test_samples() -> None:
    sampler = Sampler(Reader.load(resource("data")), Random(0))
    portal = Phrase("甘肃去哪里验证", "portal")
    (sample,) = sampler.plain([portal])
    assert sample.label == "portal"
    assert sample.features["@place"] == pytest.approx(sample.features["哪里"])
    phrases = [portal] * 10 + [Phrase("昨天提交的", NOTHING)]
    composed = sampler.with_background(phrases)
    assert {each.label for each in composed} == {"portal"}
    assert all("昨天" in each.features and "哪里" in each.features for each in composed)


def test_the_weights_tell_a_phrase() -> None:
    classifier = Classifier.load(resource("data", "understanding", "topics.weights"), LABELS["topics"])
    reader = Reader.load(resource("data"))
    (features,) = reader.read("去哪里验证", datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("Asia/Shanghai")).features
    evidence = classifier.weigh(features)
    assert classifier.judge(evidence).best == "portal"
    assert classifier.weigh(["no such feature"]).sums == 0


def test_no_phrase_holds_what_may_be_somebodys_number() -> None:
    numbers = {
        number
        for name in LABELS
        for phrase in load_phrases(resource("data", "phrases", name), LABELS[name])
        for number in re.findall(r"[0-9]{7,}", phrase.text)
    }
    assert numbers <= {"13900000000"}
