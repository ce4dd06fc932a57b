"""The vocabulary: words and what they mean, read from the data files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from bot.rules.model import FilingType
from bot.understanding.data import Data
from bot.understanding.english import words_of
from bot.understanding.lexicon import NUMBER, Alphabet, Lexicon, Meaning
from bot.understanding.normal import CHINESE
from bot.understanding.places import Places, in_pinyin
from bot.understanding.sounds import Sounds

PLACE = "place"
GROUP = "group"
TYPE = "type:"
CONTACT = "contact:"
CHANGED = "changed:"
SEVERAL_TYPES = "several_types"

_FRAME = frozenset(("neutral", "yesno", "what", "which", "who", "where", "when", "how", "why", "no"))
"""Concepts whose English words make a sentence English."""
_TOKEN = re.compile(rf"{CHINESE}|、|=?[a-z0-9]*[a-z][a-z0-9']*|=?[0-9]+|#")
_CHINESE = re.compile(f"{CHINESE}+")
_LATIN = re.compile(r"[a-z]")


class Concept(Struct, frozen=True):
    """How much a concept tells about the topic, and whether it marks a question."""

    weight: float
    asks: bool = False


class Word(NamedTuple):
    """One spelling with one concept."""

    text: str
    concept: str
    provinces: tuple[str, ...] = ()
    doubt: float = 0


class Vocabulary(Struct, frozen=True):
    """All words.

    `chinese` are those that are read in pinyin too, `preferred` what is meant by a sound that several share.
    `latin_places` are names of places in Latin letters with their units, the syllables apart where they are known
    ("gan su"); `latin_provinces` are those of provinces, in one word. `numbers` are the numbers that are words of their
    own, with their units. `frame` are the units of English words that make a sentence English, `simplified` the
    characters that only Simplified Chinese has.
    """

    alphabet: Alphabet
    lexicon: Lexicon
    concepts: Mapping[str, Concept]
    chinese: tuple[str, ...]
    preferred: frozenset[str]
    latin_places: Mapping[str, str]
    latin_provinces: tuple[str, ...]
    numbers: Mapping[str, str]
    short_names: Mapping[str, FilingType]
    several_types: tuple[FilingType, ...]
    frame: frozenset[str]
    simplified: str


class _Units(dict[str, str]):
    """The units of each token of the data: a character, a number, or an English word, which may be two."""

    def __init__(self, alphabet: Alphabet) -> None:
        super().__init__()
        self._enter = alphabet.enter

    def __missing__(self, token: str) -> str:
        if token[0] == "=":
            units = self._enter(token)
        elif _LATIN.search(token):
            units = "".join(map(self._enter, words_of(token)))
        else:
            units = NUMBER if token.isdigit() else token
        self[token] = units
        return units

    def key_of(self, spelling: str) -> str:
        """Return a spelling of the data in the lexicon's units."""
        if _CHINESE.fullmatch(spelling):
            return spelling
        return "".join([self[token] for token in _TOKEN.findall(spelling)])


def load_vocabulary(folder: Path, places: Places, sounds: Sounds) -> Vocabulary:
    """Read the words from `folder`; `DataError` for what is wrong in the files."""
    general = Data(folder / "words.toml")
    filings = Data(folder / "filings.toml")
    spelling = Data(folder / "spelling.toml")
    concepts = dict(_concepts(general, general.tables)) | dict(_concepts(filings, filings.table("words")))
    words = [*_words(general, general.tables), *_words(filings, filings.table("words")), *_filing_words(filings)]
    latin = in_pinyin(places, sounds)
    words += [Word(name.text, PLACE, name.provinces, name.doubt) for name in places.names]
    words += [Word(name.replace(" ", ""), PLACE, provinces) for name, provinces in latin.items()]
    words += [Word(name, GROUP) for name in places.groups]
    exact = {token[1:] for word in words if "=" in word.text for token in _TOKEN.findall(word.text) if token[0] == "="}
    exact |= {word.text for word in words if word.concept == PLACE and word.text.isascii()}
    alphabet = Alphabet(exact)
    units = _Units(alphabet)
    meanings: dict[str, Meaning] = {}
    for word in words:
        key = units.key_of(word.text)
        if not key:
            raise general.fault(word.concept, f"{word.text!r} holds no word")
        known = meanings.get(key)
        meanings[key] = _joined(known, word) if known else _meaning(word.concept, word.provinces, word.doubt)
    several = filings.table("several_types")
    particles = spelling.strings(spelling.tables.get("particles"), "particles")
    preferred = spelling.strings(spelling.tables.get("preferred"), "preferred")
    chinese = [*preferred, *particles, *(word.text for word in words if word.concept != PLACE)]
    return Vocabulary(
        alphabet,
        Lexicon(meanings, sounds, _sounded(spelling, meanings)),
        concepts,
        tuple(dict.fromkeys(chinese)),
        frozenset(preferred),
        {name: alphabet.enter(name.replace(" ", "")) for name in (*latin, *_single_words(places))},
        tuple(_single_words(places)),
        {word: alphabet.enter(word) for word in exact if word.isdigit()},
        {
            name: filings.member(FilingType, type_, f"short_names.{type_}")
            for type_, patterns in filings.table("short_names").items()
            for name in filings.spellings(patterns, f"short_names.{type_}")
        },
        tuple(
            filings.member(FilingType, type_, "several_types.types")
            for type_ in filings.strings(several.get("types"), "several_types.types")
        ),
        frozenset(key for key, meaning in meanings.items() if len(key) == 1 and meaning.concepts & _FRAME),
        "".join(spelling.strings([spelling.tables.get("simplified")], "simplified")),
    )


def _single_words(places: Places) -> list[str]:
    return sorted(name for name in places.latin if name.isalpha())


def _concepts(data: Data, tables: Mapping[str, object]) -> Iterator[tuple[str, Concept]]:
    for name, value in tables.items():
        table = data.as_table(value, name)
        yield name, Concept(data.number(table.get("weight", 0), f"{name}.weight"), table.get("asks") is True)


def _words(data: Data, tables: Mapping[str, object], prefix: str = "") -> Iterator[Word]:
    for name, value in tables.items():
        table = data.as_table(value, name)
        for language in ("zh", "en"):
            for text in data.spellings(table.get(language), f"{name}.{language}"):
                yield Word(text, prefix + name)


def _filing_words(data: Data) -> Iterator[Word]:
    for name in data.table("types"):
        data.member(FilingType, name, f"types.{name}")
    yield from _words(data, data.table("types"), TYPE)
    yield from _words(data, data.table("contacts"), CONTACT)
    yield from _words(data, {SEVERAL_TYPES: data.table("several_types")})


@cache
def _meaning(concept: str, provinces: tuple[str, ...], doubt: float) -> Meaning:
    """Return the meaning of a spelling of one concept; thousands share a few."""
    return Meaning(frozenset({concept}), provinces, doubt)


def _joined(known: Meaning, word: Word) -> Meaning:
    """Return what a spelling means when it means `word` too."""
    provinces = tuple(dict.fromkeys((*known.provinces, *word.provinces)))
    return Meaning(known.concepts | {word.concept}, provinces, min(known.doubt, word.doubt))


def _sounded(data: Data, meanings: Mapping[str, Meaning]) -> Iterable[str]:
    words = data.strings(data.tables.get("sounded"), "sounded")
    for word in words:
        if word not in meanings:
            raise data.fault("sounded", f"{word!r} is no known word")
    return words
