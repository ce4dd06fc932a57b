"""What the model learns from: the phrases, and made of them messages with a background."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from random import Random
from zoneinfo import ZoneInfo

from bot.learning.phrases import Phrase
from bot.understanding.classifier import NOTHING
from bot.understanding.reader import Reader

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_ZONE = ZoneInfo("Asia/Shanghai")
_BACKGROUNDS = 0.4
"""How many messages with a background there are for each phrase."""
_JOINTS = ("，", "。", " ", "\n", "！", "，")
_SMALL = ("greeting", "thanks", "complaint")


@dataclass(frozen=True, slots=True)
class Sample:
    """Features with their shares of the message's length, and the label."""

    features: dict[str, float]
    label: str


class Sampler:
    """Makes samples."""

    def __init__(self, reader: Reader, random: Random) -> None:
        self._reader = reader
        self._random = random

    def sample(self, text: str, label: str) -> Sample:
        """Return a message as the model sees it: its clauses together."""
        counted = Counter(feature for features in self._reader.read(text, _NOW, _ZONE).features for feature in features)
        length = sqrt(counted.total() or 1)
        return Sample({feature: count / length for feature, count in counted.items()}, label)

    def plain(self, phrases: Sequence[Phrase]) -> list[Sample]:
        """Return the phrases as they stand."""
        return [self.sample(phrase.text, phrase.label) for phrase in phrases]

    def with_background(self, phrases: Sequence[Phrase]) -> list[Sample]:
        """Return messages that say something beside a phrase, mostly before it, that means nothing."""
        backgrounds = [phrase.text for phrase in phrases if phrase.label == NOTHING]
        questions = [phrase for phrase in phrases if phrase.label != NOTHING and phrase.label not in _SMALL]
        made = []
        for phrase in self._random.sample(questions, int(_BACKGROUNDS * len(questions))):
            background = self._alike(backgrounds, phrase.text)
            parts = [background, phrase.text] if self._random.random() < 0.8 else [phrase.text, background]
            made.append(self.sample(self._random.choice(_JOINTS).join(parts), phrase.label))
        return made

    def _alike(self, texts: Sequence[str], other: str) -> str:
        """Return one of the texts in the script of another."""
        fitting = [text for text in texts if text.isascii() == other.isascii()]
        return self._random.choice(fitting or texts)
