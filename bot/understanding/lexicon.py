"""The words that are known, and finding them in a text."""

from collections.abc import Iterable, Mapping
from operator import contains

from msgspec import Struct

from bot.understanding.english import stem
from bot.understanding.sounds import Sounds

NUMBER = "#"
UNKNOWN_WORD = "\ufffd"
FIRST_WORD = "\U000f0000"
"""The first of the characters that stand for English words."""
_MISHEARD = 1.5
"""How much less a word counts that is only meant by its sound."""


class Alphabet:
    """Gives every known English word a character of its own, so that texts of both scripts are plain strings.

    A word written with "=" is known only as it stands, others in any inflection.
    """

    def __init__(self, exact: Iterable[str]) -> None:
        self._exact = frozenset(exact)
        self._characters: dict[str, str] = {}

    @property
    def words(self) -> Iterable[str]:
        """The known words, as `look_up` knows them."""
        return self._characters.keys()

    def by_unit(self) -> dict[str, str]:
        """Return the words by their characters, inflections taken off."""
        return {unit: word.removeprefix("=") for word, unit in self._characters.items()}

    def enter(self, word: str) -> str:
        """Return the character of a word, a new one if need be."""
        key = self._key(word.removeprefix("="))
        return self._characters.setdefault(key, chr(ord(FIRST_WORD) + len(self._characters)))

    def look_up(self, word: str) -> str | None:
        """Return the character of a word, None if it is not known."""
        return self._characters.get(self._key(word))

    def _key(self, word: str) -> str:
        return f"={word}" if word in self._exact else stem(word)


class Meaning(Struct, frozen=True):
    """What a word stands for: concepts, and for the name of a place its provinces."""

    concepts: frozenset[str]
    provinces: tuple[str, ...] = ()
    doubt: float = 0


class Span(Struct, frozen=True):
    """A word found in a text, from `start` to before `end`."""

    start: int
    end: int
    meaning: Meaning


class Lexicon:
    """Known words with their meanings. Words are strings over characters, `NUMBER` and the letters of an `Alphabet`."""

    def __init__(self, meanings: Mapping[str, Meaning], sounds: Sounds, sounded: Iterable[str]) -> None:
        self._meanings = meanings
        self._lengths = _lengths(meanings)
        self._sounds = sounds
        self._sounded: dict[tuple[str, ...], str] = {
            reading: word for word in sounded for reading in sounds.spell(word)
        }
        starts = {reading[0] for reading in self._sounded}
        self._sounded_starts = sounds.characters(starts)
        self._sounded_places = _places(self._sounded.values())

    def meaning(self, word: str) -> Meaning | None:
        """Return the meaning of a word that is written as it is known."""
        return self._meanings.get(word)

    def find(self, text: str) -> list[Span]:
        """Return the words of `text` that together cover it best, long words before short ones."""
        size = len(text)
        best = [0.0] * (size + 1)
        chosen: list[tuple[int, Meaning] | None] = [None] * size
        for start in range(size - 1, -1, -1):
            most = best[start + 1]
            for length in self._lengths.get(text[start], ()):
                end = start + length
                if end > size:
                    break
                meaning = self._meanings.get(text[start:end])
                if meaning is not None and (total := length * length - meaning.doubt + best[end]) > most:
                    most, chosen[start] = total, (end, meaning)
            if text[start] in self._sounded_starts:
                for meant in self._misheard(text, start):
                    end = start + len(meant)
                    if (total := len(meant) ** 2 - _MISHEARD + best[end]) > most:
                        most, chosen[start] = total, (end, self._meanings[meant])
            best[start] = most
        spans = []
        at = 0
        while at < size:
            found = chosen[at]
            if found is None:
                at += 1
            else:
                spans.append(Span(at, *found))
                at = found[0]
        return spans

    def _misheard(self, text: str, start: int) -> Iterable[str]:
        """Words that the text from `start` sounds like; see `_is_slip`."""
        for length, places in self._sounded_places.items():
            written = text[start : start + length]
            if len(written) < length or written in self._meanings:
                continue
            if 2 * sum(map(contains, places, written)) < length:
                continue  # no word has half of the characters
            for reading in self._sounds.spell(written):
                word = self._sounded.get(reading)
                if word is not None and self._is_slip(written, word):
                    yield word
                    break

    def _is_slip(self, written: str, meant: str) -> bool:
        """Whether most characters are right, and those that are wrong are no words of their own (验证吗, 验证码)."""
        wrong = [one for one, right in zip(written, meant, strict=True) if one != right]
        return 2 * len(wrong) <= len(written) and not any(one in self._meanings for one in wrong)


def _places(words: Iterable[str]) -> dict[int, list[set[str]]]:
    """Return by the length of words, ascending, which characters they have at each place."""
    places: dict[int, list[set[str]]] = {}
    for word in sorted(words, key=len):
        for known, character in zip(places.setdefault(len(word), [set() for _ in word]), word, strict=True):
            known.add(character)
    return places


def _lengths(words: Iterable[str]) -> dict[str, list[int]]:
    """Return for every first character how long its words are, ascending."""
    lengths: dict[str, list[int]] = {}
    for first, length in sorted({(word[0], len(word)) for word in words}):
        lengths.setdefault(first, []).append(length)
    return lengths
