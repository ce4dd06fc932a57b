"""The words that are known, and finding them in a text."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from bot.understanding.english import stem
from bot.understanding.sounds import Sounds

NUMBER = "#"
UNKNOWN_WORD = "\ufffd"
_FIRST_WORD = 0xF0000
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
        return self._characters.setdefault(key, chr(_FIRST_WORD + len(self._characters)))

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
        self._sounded_starts = frozenset(reading[0] for reading in self._sounded)
        self._sounded_lengths = sorted({len(reading) for reading in self._sounded})

    def meaning(self, word: str) -> Meaning | None:
        """Return the meaning of a word that is written as it is known."""
        return self._meanings.get(word)

    def find(self, text: str) -> list[Span]:
        """Return the words of `text` that together cover it best, long words before short ones."""
        size = len(text)
        best = [0.0] * (size + 1)
        chosen: list[Span | None] = [None] * size
        for start in range(size - 1, -1, -1):
            best[start] = best[start + 1]
            for span, worth in self._at(text, start):
                total = worth + best[span.end]
                if total > best[start]:
                    best[start], chosen[start] = total, span
        spans = []
        at = 0
        while at < size:
            span_here = chosen[at]
            if span_here is None:
                at += 1
            else:
                spans.append(span_here)
                at = span_here.end
        return spans

    def _at(self, text: str, start: int) -> Iterable[tuple[Span, float]]:
        for length in self._lengths.get(text[start], ()):
            word = text[start : start + length]
            meaning = self._meanings.get(word)
            if meaning is not None and len(word) == length:
                yield Span(start, start + length, meaning), length * length - meaning.doubt
        for meant in self._misheard(text, start):
            yield Span(start, start + len(meant), self._meanings[meant]), len(meant) ** 2 - _MISHEARD

    def _misheard(self, text: str, start: int) -> Iterable[str]:
        """Words that the text from `start` sounds like; see `_is_slip`."""
        if not self._sounded_starts.intersection(self._sounds.of(text[start])):
            return
        for length in self._sounded_lengths:
            written = text[start : start + length]
            if len(written) < length or written in self._meanings:
                continue
            for reading in self._sounds.spell(written):
                word = self._sounded.get(reading)
                if word is not None and self._is_slip(written, word):
                    yield word
                    break

    def _is_slip(self, written: str, meant: str) -> bool:
        """Whether most characters are right, and those that are wrong are no words of their own (验证吗, 验证码)."""
        wrong = [one for one, right in zip(written, meant, strict=True) if one != right]
        return 2 * len(wrong) <= len(written) and not any(one in self._meanings for one in wrong)


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return for every first character how long its words are."""
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(found)) for first, found in lengths.items()}
