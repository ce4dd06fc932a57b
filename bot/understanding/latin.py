"""Words in Latin letters: English, pinyin, and names of places in either."""

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

from msgspec import Struct

from bot.understanding.english import stem, words_of
from bot.understanding.lexicon import UNKNOWN_WORD
from bot.understanding.normal import is_han
from bot.understanding.sounds import LONGEST_SYLLABLE, Sounds
from bot.understanding.words import Vocabulary

_TONES = str.maketrans("", "", "12345")
_TYPO_LENGTH = 5
"""Shorter words are too alike for guessing."""
_PREFERRED = 0.2
_PROVINCE = 0.3
_TOWN = -0.5
"""How much more or less than its length a word counts among words of the same sound."""
_REMEMBERED = 4096
"""Words whose reading is kept: those that people write most."""
_LONGEST_PINYIN = 30
_LONGEST_WORD = 6


class LatinWord(Struct, frozen=True):
    """A word in Latin letters, in lower case, from `start` to before `end` of the text."""

    text: str
    start: int
    end: int


class LatinUnit(Struct, frozen=True):
    """What a word, or a part of one, was read as: one character of the lexicon's language."""

    character: str
    start: int
    end: int
    pinyin: bool


class _Spelt(NamedTuple):
    """What a row of syllables stands for, and how much that counts."""

    units: str
    syllables: Sequence[str]
    worth: float

    def ends(self) -> set[int]:
        """Return after how many letters a syllable ends."""
        return set(accumulate(map(len, self.syllables)))


class _Tables:
    """What the words of a vocabulary look like in Latin letters."""

    def __init__(self, vocabulary: Vocabulary, sounds: Sounds) -> None:
        alphabet, places = vocabulary.alphabet, vocabulary.latin_places
        self.alphabet = alphabet
        self.syllables = sounds.syllables | {"shaan"}
        self.spelt: dict[str, _Spelt] = {}
        for word in vocabulary.chinese:
            if 0 < len(word) <= _LONGEST_WORD and all(map(is_han, word)):
                bonus = _PREFERRED if word in vocabulary.preferred else 0.0
                for reading in sounds.spell(word):
                    self.spelt.setdefault("".join(reading), _spelt(word, reading, bonus))
        self.places: dict[str, str] = {}
        for name, character in places.items():
            syllables = name.split()
            letters = "".join(syllables)
            if len(syllables) > 1:
                bonus = _PROVINCE if letters in vocabulary.latin_provinces else _TOWN
                self.spelt[letters] = _spelt(character, syllables, bonus)
            if len(syllables) == 1 or letters not in self.syllables:
                self.places[letters] = character
        words = {word: alphabet.look_up(word) or UNKNOWN_WORD for word in alphabet.words if word[0] != "="}
        names = {name.replace(" ", ""): places[name] for name in vocabulary.latin_provinces}
        self.typos = _typos({word: unit for word, unit in (words | names).items() if len(word) >= _TYPO_LENGTH})


class Latin:
    """Reads rows of words in Latin letters. Its tables are made for the first row: a start does not wait for them."""

    def __init__(self, vocabulary: Vocabulary, sounds: Sounds) -> None:
        self._vocabulary = vocabulary
        self._sounds = sounds
        remember = lru_cache(maxsize=_REMEMBERED)
        self._english = remember(self._find_english)
        self._guess = remember(self._find_near)
        self._plain = remember(self._without_tones)

    @cached_property
    def _tables(self) -> _Tables:
        return _Tables(self._vocabulary, self._sounds)

    def read(self, words: Sequence[LatinWord]) -> list[LatinUnit]:
        """Return what the words of a row, nothing but spaces between them, are read as."""
        english = [self._english(word.text) for word in words]
        plain = [self._plain(word.text) for word in words]
        pinyin = [spelling is not None for spelling in plain]
        certain = sum(sound and not known for sound, known in zip(pinyin, english, strict=True))
        foreign = sum(known is not None and not sound for sound, known in zip(pinyin, english, strict=True))
        units: list[LatinUnit] = []
        at = 0
        while at < len(words):
            end = at
            while end < len(words) and pinyin[end] and (english[end] is None or certain > foreign):
                end += 1
            decoded = self._decode(words[at:end], [spelling or "" for spelling in plain[at:end]]) if end > at else None
            if decoded is None:
                end = at + 1
                known = english[at] or self._guess(words[at].text)
                decoded = [LatinUnit(unit, words[at].start, words[at].end, False) for unit in known]
            units += decoded
            at = end
        return units

    def _find_english(self, token: str) -> str | None:
        """Return the units of an English word or a place, None if it is neither."""
        place = self._tables.places.get(token.replace("'", ""))
        if place is not None:
            return place
        units = [self._tables.alphabet.look_up(word) for word in words_of(token)]
        return "".join(unit for unit in units if unit) if all(units) else None

    def _find_near(self, token: str) -> str:
        """Return the one known word that a mistyped one is closest to, or that it is unknown."""
        found = set()
        for written in {token, stem(token)}:
            near = {known for shorter in _shortened(written) for known in self._tables.typos.get(shorter, ())}
            found |= {unit for word, unit in near if word[0] == written[0] and _one_slip(written, word)}
        return found.pop() if len(found) == 1 and len(token) >= _TYPO_LENGTH else UNKNOWN_WORD

    def _without_tones(self, token: str) -> str | None:
        """Return the token without tones where it can be pinyin (an apostrophe stays), else None."""
        if "shan3" in token:
            token = token.replace("shan3xi", "shaanxi")
        token = token.translate(_TONES)
        return token if all(self._is_pinyin(part) for part in token.split("'")) else None

    def _is_pinyin(self, letters: str) -> bool:
        reachable = {0}
        for end in range(1, len(letters) + 1):
            if any(
                end - size in reachable and letters[end - size : end] in self._tables.syllables for size in range(1, 7)
            ):
                reachable.add(end)
        return len(letters) in reachable and bool(letters)

    def _decode(self, words: Sequence[LatinWord], plain: Sequence[str]) -> list[LatinUnit] | None:
        """Return the best reading of the words as pinyin; None where hardly any of it is known."""
        letters = "".join(spelling.replace("'", "") for spelling in plain)
        joints = _joints(plain)
        best: list[float] = [0.0] * (len(letters) + 1)
        chosen: list[tuple[str, int] | None] = [None] * len(letters)
        for start in range(len(letters) - 1, -1, -1):
            best[start] = -1.0
            for size in range(1, min(_LONGEST_PINYIN, len(letters) - start) + 1):
                end = start + size
                if best[end] < 0:
                    continue
                part = letters[start:end]
                spelt = self._tables.spelt.get(part)
                if (
                    spelt
                    and part in self._tables.syllables
                    and len(spelt.syllables) > 1
                    and not _is_apart(start, end, joints)
                ):
                    spelt = None
                if spelt and _fits(spelt, start, end, joints):
                    worth, units = spelt.worth, spelt.units
                elif (
                    size <= LONGEST_SYLLABLE
                    and part in self._tables.syllables
                    and not any(start < j < end for j in joints)
                ):
                    worth, units = 0.0, UNKNOWN_WORD
                else:
                    continue
                if worth + best[end] >= best[start]:
                    best[start], chosen[start] = worth + best[end], (units, end)
        return _as_units(chosen, words, joints, len(letters)) if best[0] > 0 else None


def _fits(spelt: _Spelt, start: int, end: int, joints: Sequence[int]) -> bool:
    """Whether a reading keeps to the words as written: where it is more than one, it begins and ends with one."""
    inside = [joint for joint in joints if start < joint < end]
    if not inside:
        return True
    return (
        (start in joints or not start) and end in joints and spelt.ends().issuperset(joint - start for joint in inside)
    )


def _is_apart(start: int, end: int, joints: Sequence[int]) -> bool:
    """Whether the letters are written as more than one syllable (xi an, xi'an)."""
    return any(start < joint < end for joint in joints)


def _spelt(units: str, syllables: Sequence[str], bonus: float) -> _Spelt:
    return _Spelt(units, syllables, len(syllables) ** 2 + bonus)


def _joints(plain: Sequence[str]) -> list[int]:
    """Return after how many letters one word (or one part of it, at an apostrophe) ends and the next begins."""
    joints = []
    at = 0
    for spelling in plain:
        for part in spelling.split("'"):
            at += len(part)
            joints.append(at)
    return joints


def _as_units(
    chosen: Sequence[tuple[str, int] | None], words: Sequence[LatinWord], joints: Sequence[int], size: int
) -> list[LatinUnit] | None:
    units: list[LatinUnit] = []
    longest = at = 0
    first, last = words[0].start, words[-1].end
    while at < size:
        step = chosen[at]
        if step is None:
            return None
        characters, end = step
        if characters != UNKNOWN_WORD:
            longest = max(longest, len(characters) if is_han(characters[0]) else 2)
        start_in_text = first + (last - first) * at // size
        end_in_text = first + (last - first) * end // size
        units += [LatinUnit(character, start_in_text, end_in_text, True) for character in characters]
        at = end
    in_full = len(words) > 1 and UNKNOWN_WORD not in {unit.character for unit in units}
    return units if longest > 1 or in_full else None


def _shortened(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _typos(words: Mapping[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return for every word with one letter left out the words (with their units) that it may have been."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for word, unit in words.items():
        for shorter in _shortened(word):
            found[shorter] = (*found.get(shorter, ()), (word, unit))
    return found


def _one_slip(written: str, meant: str) -> bool:
    """Whether one letter too many, too few or wrong, or two in the wrong order, tell the words apart."""
    start = 0
    while start < min(len(written), len(meant)) and written[start] == meant[start]:
        start += 1
    rest, wanted = written[start:], meant[start:]
    return (
        rest[1:] == wanted
        or rest == wanted[1:]
        or rest[1:] == wanted[1:]
        or (rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:])
    )
