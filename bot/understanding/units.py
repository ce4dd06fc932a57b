"""A message as a row of units: Chinese characters, English words, numbers, and the marks between them."""

import re
from collections.abc import Mapping
from functools import cache

from msgspec import Struct

from bot.understanding.latin import Latin, LatinWord
from bot.understanding.lexicon import NUMBER, UNKNOWN_WORD
from bot.understanding.normal import CHINESE, HAN, Normal, is_han

ADDRESS = "\ue000"
"""Stands for a web or mail address, or a domain."""
STOP = "."
QUESTION = "?"
COMMA = ","
SPACE = " "
LISTING = "、"
MARKS = frozenset((STOP, QUESTION, COMMA, SPACE))

_DOMAIN = r"(?:[a-z0-9][a-z0-9-]{0,63}\.){1,8}[a-z]{2,}(?![a-z0-9])"
_TOKEN = re.compile(
    rf"""
    (?P<address>(?:https?://|{_DOMAIN}(?=[/:?\#]))[^\s{HAN}]+|[a-z0-9._+-]{{1,64}}@[a-z0-9.-]+|{_DOMAIN})
    |(?P<word>[a-z]+(?:['’][a-z]+)*(?:[1-5][a-z]+)*[1-5]?(?![a-z0-9])|[a-z]+(?:['’][a-z]+)*)
    |(?P<number>[0-9]+(?:[-/.:][0-9]+)*)
    |(?P<letters>{CHINESE}+)
    |(?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_HYPHEN = re.compile("-(?=[a-z])")
_MARKS = dict.fromkeys("。！!；;\n", STOP) | dict.fromkeys("?？", QUESTION) | dict.fromkeys("、/", LISTING)
_MARKS |= dict.fromkeys('，,：:()（）[]【】《》<>…~-—|"“”「」『』', COMMA)


class Units(Struct, frozen=True):
    """A message in units.

    `text` holds one character for each, `written` what it stands for; `starts` and `ends` are their places in the raw
    message.

    `chinese`, `pinyin` and `english` count what the message is written in: characters, syllables, words.
    """

    text: str
    written: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    chinese: int
    pinyin: int
    english: int

    def words(self, start: int, end: int) -> str:
        """Return the units from `start` to before `end` as text, pinyin in Chinese characters."""
        units = self.text[start:end]
        if units.isalpha():
            return units  # no other units are letters
        words = zip(units, self.written[start:end], strict=True)
        text = "".join([unit if is_han(unit) else f" {word} " for unit, word in words])
        return " ".join(text.split())

    def is_word(self, at: int) -> bool:
        """Whether a unit is a Chinese character or an English word."""
        return is_han(self.text[at]) or self.text[at] == UNKNOWN_WORD

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where the units from `start` to before `end` are in the raw message."""
        return self.starts[start], self.ends[end - 1]


class Splitter:
    """Splits messages into units."""

    def __init__(self, latin: Latin, numbers: Mapping[str, str]) -> None:
        """Take the reader of Latin words, and the numbers that are words of their own with their units."""
        self._latin = latin
        self._numbers = numbers

    def __call__(self, normal: Normal) -> Units:
        """Return the units of a message."""
        text = normal.text
        if " " in text:
            text = _spaced_out().sub(lambda found: found[0].replace(" ", "\0"), text)
        builder = _Builder(text, normal.origin)
        row: list[LatinWord] = []
        for found in _TOKEN.finditer(text):
            kind = found.lastgroup
            if kind == "word":
                row.append(LatinWord(found[0].replace("’", "'"), found.start(), found.end()))
                continue
            if kind == "mark" and row and (found[0] == " " or _HYPHEN.match(text, found.start())):
                continue
            self._flush(row, builder)
            if kind == "letters":
                builder.add_all(found[0], found.start(), found.end())
            elif kind == "mark":
                builder.mark(found.start())
            else:
                builder.add(self._unit(kind, found[0]), found.start(), found.end())
        self._flush(row, builder)
        return builder.units()

    def _unit(self, kind: str | None, text: str) -> str:
        if kind == "number":
            return self._numbers.get(text, NUMBER)
        return ADDRESS

    def _flush(self, row: list[LatinWord], builder: "_Builder") -> None:
        if row:
            for unit in self._latin.read(row):
                builder.add(unit.character, unit.start, unit.end)
                builder.chinese += is_han(unit.character) - unit.pinyin
                builder.pinyin += unit.pinyin
                builder.english += not unit.pinyin
            row.clear()


@cache
def _spaced_out() -> re.Pattern[str]:
    """Return what finds Chinese characters with a space between each two of them."""
    return re.compile(rf"(?:(?<=^)|(?<=[^{HAN}]))[{HAN}](?: [{HAN}](?![{HAN}])){{3,}}")


class _Builder:
    def __init__(self, text: str, origin: tuple[int, ...]) -> None:
        self._text = text
        self._origin = origin
        self._written: list[str] = []
        self._characters: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.chinese = self.pinyin = self.english = 0

    def add_all(self, characters: str, start: int, end: int) -> None:
        """Add characters of which the Chinese ones are a unit each, and the others none."""
        if not all(map(is_han, characters)):
            for at, character in enumerate(characters, start):
                if is_han(character):
                    self.add_all(character, at, at + 1)
            return
        self._characters += characters
        self._written += characters
        self._starts += self._origin[start:end]
        self._ends += [place + 1 for place in self._origin[start:end]]
        self.chinese += end - start

    def add(self, character: str, start: int, end: int) -> None:
        self._characters.append(character)
        self._written.append(self._text[start:end])
        self._starts.append(self._origin[start])
        self._ends.append(self._origin[max(start, end - 1)] + 1)

    def mark(self, at: int) -> None:
        text = self._text
        if is_han(text[at]):  # one that Unicode has not assigned: no letter
            self.add_all(text[at], at, at + 1)
            return
        character = _MARKS.get(text[at])
        if text[at] == ".":
            character = STOP
        elif text[at] == " " and is_han(text[at - 1 : at] or " ") and is_han(text[at + 1 : at + 2] or " "):
            character = SPACE
        if character and self._characters and not (self._characters[-1] in MARKS and character in (COMMA, SPACE)):
            self.add(character, at, at + 1)

    def units(self) -> Units:
        return Units(
            "".join(self._characters),
            tuple(self._written),
            tuple(self._starts),
            tuple(self._ends),
            self.chinese,
            self.pinyin,
            self.english,
        )
