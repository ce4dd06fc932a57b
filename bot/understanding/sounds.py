"""How characters sound, without their tones."""

import re
from collections.abc import Mapping, Set
from itertools import product
from math import prod
from pathlib import Path

from bot.understanding.data import Data

LONGEST_SYLLABLE = 6
_MOST_READINGS = 4


class Sounds:
    """The syllables, and the readings of characters, the commonest first."""

    def __init__(self, readings: Mapping[str, tuple[str, ...]]) -> None:
        self._readings = readings
        self.syllables = frozenset(syllable for syllables in readings.values() for syllable in syllables)

    @classmethod
    def load(cls, folder: Path) -> "Sounds":
        """Read `pinyin.toml`."""
        data = Data(folder / "pinyin.toml")
        readings: dict[str, list[str]] = {}
        for syllable, characters in data.table("syllables").items():
            if not isinstance(characters, str) or not re.fullmatch("[a-z]{1,6}", syllable):
                raise data.fault(f"syllables.{syllable}", "has to be a syllable with its characters")
            for character in characters:
                readings.setdefault(character, []).append(syllable)
        return cls({character: tuple(syllables) for character, syllables in readings.items()})

    def characters(self, syllables: Set[str]) -> frozenset[str]:
        """Return the characters that can be read as one of the syllables."""
        return frozenset(known for known, readings in self._readings.items() if not syllables.isdisjoint(readings))

    def spell(self, word: str) -> list[tuple[str, ...]]:
        """Return the readings of a word, none if it holds anything that has no sound."""
        readings = [self._readings.get(character, ()) for character in word]
        count = prod(map(len, readings))
        if count == 1:
            return [tuple(choices[0] for choices in readings)]
        if count > _MOST_READINGS:
            readings = [choices[:1] for choices in readings]
        return list(product(*readings)) if count else []
