"""The check of the catalogs that `make check` runs: `python -m tests.catalogs`.

Every locale complete, every placeholder kept, every id used and every used id there, the HTML such as Telegram takes,
the Chinese terms in the English texts, no Simplified characters in the Traditional ones, no facts in the answers, and
the files as Babel writes them. `python -m tests.catalogs --format` writes them so.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po
from opencc import OpenCC

from bot.resources import resource
from bot.rules import load_rulebook
from bot.rules.load import province_ids
from bot.rules.model import Change, Contact, Field, FilingType
from bot.texts import SOURCE_LOCALE
from bot.understanding.model import Topic
from tests.emulator.errors import ApiError
from tests.emulator.html import parse_html

FAMILIES: Mapping[str, frozenset[str]] = {
    "province": frozenset(province_ids()),
    "filing_type": frozenset(FilingType),
    "contact": frozenset({*Contact, "same"}),
    "change": frozenset(Change),
    "field": frozenset(Field),
    "topic": frozenset(Topic),
}
"""Ids that are named after data: each family has exactly these members (beside ids with more dots)."""

TERMS = ("contact.", "filing_type.")
"""Families whose names stand in brackets in an English text wherever the source text has them."""

NAMED_IN_CHINESE = ("province.", "filing_type.", "contact.", "change.", "document.")
"""Ids whose English text holds the whole source text, for people have to find it on a Chinese page."""

OWN_NAMES = ("language.",)
"""Ids of names that are written in their own script everywhere."""

IN_BOTH = frozenset("台")
"""Characters that OpenCC converts, and that are in good use in Traditional Chinese all the same (平台)."""

RULEBOOKS = ("pilot", "national")

WITHOUT_FACTS = "answers.po"
"""The file whose texts hold no number and no address: they come from the rulebook."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_ID = re.compile(r"^[a-z_]+(?:\.[A-Za-z0-9_]+)*$")
_QUOTED = re.compile(r"【[^】]*】|「[^」]*」")
_COMMAND = re.compile(r"<code>.*?</code>")
_FACT = re.compile(r"[0-9]|https?:")


@dataclass(frozen=True, slots=True)
class Text:
    """One message of one file: the id, and its forms (one but for plurals)."""

    id: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """One catalog file of one locale."""

    path: Path
    locale: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """What the code asks of the catalogs: exact ids, ids with parts filled in, and every string that may be an id."""

    asked: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]
    strings: frozenset[str]

    def has(self, id_: str) -> bool:
        """Whether `id_` is used."""
        return id_ in self.strings or any(pattern.fullmatch(id_) for pattern in self.patterns)


def faults(locales: Path, code: Iterable[Path]) -> list[str]:
    """Return what is wrong with the catalogs under `locales`, one line a fault, for the code in these folders."""
    files, found = _read_all(locales)
    by_locale: dict[str, dict[str, Text]] = {}
    for file in files:
        by_locale.setdefault(file.locale, {}).update({text.id: text for text in file.texts})
    source = by_locale.get(SOURCE_LOCALE, {})
    for locale, texts in by_locale.items():
        found += _incomplete(locale, texts, source)
        for id_ in texts.keys() & source.keys():
            found += _mismatched(locale, texts[id_], source[id_])
        if locale == "en":
            found += _without_terms(texts, source)
    for file in files:
        found += [f"{file.path}: {text.id}: {fault}" for text in file.texts for fault in _bad_text(file, text)]
        if file.path.read_bytes() != formatted(file.path):
            found.append(f"{file.path}: not as Babel writes it; run python -m tests.catalogs --format")
    return sorted([*found, *_unmatched_families(source), *_unmatched_uses(source, uses(code))])


def formatted(path: Path) -> bytes:
    """Return the file as Babel writes it: a short header without dates, one line a text, comments kept."""
    locale = path.parent.parent.name
    catalog = read_po(BytesIO(path.read_bytes()), locale=locale, abort_invalid=True)
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True)
    header = f'msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n'
    return f'{header}"Content-Type: text/plain; charset=utf-8\\n"\n\n{body.getvalue().decode().strip()}\n'.encode()


def uses(folders: Iterable[Path]) -> Uses:
    """Return what the Python files in `folders` ask of the catalogs."""
    asked: set[str] = set()
    strings: set[str] = set()
    patterns: set[str] = set()
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(value)):
                    strings.add(value)
                case ast.JoinedStr():
                    patterns.add(_pattern(node))
                case ast.Call(func=ast.Name(id="texts") | ast.Attribute(attr="texts" | "plural"), args=[first, *_]):
                    asked.update(_constants(first))
    compiled = (re.compile(pattern) for pattern in patterns if re.match(r"[a-z_]+\\\.", pattern))
    return Uses(frozenset(asked), tuple(compiled), frozenset(strings))


def main(arguments: list[str]) -> int:
    """Print the faults of the project's catalogs and return 1 if there are any; with `--format` mend their format."""
    locales = resource("locales")
    if arguments == ["--format"]:
        for path in _paths(locales):
            path.write_bytes(formatted(path))
    found = faults(locales, [Path(__file__).parent.parent / "bot"])
    print("\n".join(found) or "The catalogs are in order.")
    return 1 if found else 0


def _paths(locales: Path) -> list[Path]:
    return sorted(locales.glob("*/LC_MESSAGES/*.po"))


def _read_all(locales: Path) -> tuple[list[File], list[str]]:
    files = []
    found = []
    for path in _paths(locales):
        locale = path.parent.parent.name
        try:
            catalog = read_po(BytesIO(path.read_bytes()), locale=locale, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            found.append(f"{path}: {error}")
            continue
        messages = [message for message in catalog if message.id]
        found += [f"{path}: {message.id}: fuzzy" for message in messages if message.fuzzy]
        texts = tuple(Text(_first(message.id), _forms(message.string)) for message in messages)
        files.append(File(path, locale, texts))
    return files, found


def _first(id_: str | list[str] | tuple[str, ...]) -> str:
    return id_ if isinstance(id_, str) else id_[0]


def _forms(string: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (string or "",) if string is None or isinstance(string, str) else tuple(string)


def _incomplete(locale: str, texts: Mapping[str, Text], source: Mapping[str, Text]) -> list[str]:
    lacking = [f"{locale}: lacks {id_}" for id_ in source.keys() - texts.keys()]
    return lacking + [f"{locale}: has {id_}, which {SOURCE_LOCALE} has not" for id_ in texts.keys() - source.keys()]


def _mismatched(locale: str, text: Text, source: Text) -> Iterator[str]:
    """Yield how a translation does not go with the source text, whose placeholders it has to keep."""
    for form in text.forms:
        catalog = Catalog(locale=locale)
        message = catalog.add(source.forms[0], form, flags=["python-format"])
        for error in message.check(catalog):
            yield f"{locale}: {text.id}: {error}"
        missing = set(_PLACEHOLDER.findall(source.forms[0])) ^ set(_PLACEHOLDER.findall(form))
        if missing - ({"n"} if len(text.forms) > 1 else set()):
            yield f"{locale}: {text.id}: not the same placeholders: {', '.join(sorted(missing))}"


def _without_terms(english: Mapping[str, Text], source: Mapping[str, Text]) -> Iterator[str]:
    """Yield the English texts that lack a Chinese term which people have to find on a Chinese page."""
    terms = dict.fromkeys(text.forms[0] for id_, text in source.items() if id_.startswith(TERMS))
    for id_ in english.keys() & source.keys():
        chinese = source[id_].forms[0]
        prose = _COMMAND.sub("", chinese)
        due = [chinese] if id_.startswith(NAMED_IN_CHINESE) else [term for term in terms if term in prose]
        yield from (
            f"en: {id_}: lacks ({term})" for term in due if not all(term in form for form in english[id_].forms)
        )


def _bad_text(file: File, text: Text) -> Iterator[str]:
    """Yield what is wrong with a text for itself."""
    if not _ID.match(text.id):
        yield "not an id like portal.own"
    for form in text.forms:
        if not form:
            yield "empty"
        try:
            parse_html(_PLACEHOLDER.sub("x", form))
        except ApiError as error:
            yield f"not Telegram's HTML: {error}"
        if file.locale == "zh_Hant" and not text.id.startswith(OWN_NAMES) and (simplified := _simplified(form)):
            yield f"Simplified characters: {simplified}"
        if file.path.name == WITHOUT_FACTS and _FACT.search(_PLACEHOLDER.sub("", form)):
            yield "a number or an address, which have to come from the rulebook"


def _simplified(text: str) -> str:
    """Return the characters that exist in Simplified Chinese only, outside of what the portal prints."""
    for words in _portal_words():
        text = text.replace(words, "")
    return "".join(character for character in dict.fromkeys(_QUOTED.sub("", text)) if _is_simplified(character))


@cache
def _portal_words() -> tuple[str, ...]:
    states = (rulebook.at(day) for rulebook in map(load_rulebook, RULEBOOKS) for day in rulebook.changes())
    return tuple({phrase.text: None for state in states for phrase in state.phrases.values()})


@cache
def _is_simplified(character: str) -> bool:
    if character in IN_BOTH:
        return False
    return bool(_converter("s2t").convert(character) != character == _converter("t2s").convert(character))


@cache
def _converter(config: str) -> OpenCC:
    return OpenCC(config)


def _unmatched_families(source: Mapping[str, Text]) -> Iterator[str]:
    for family, members in FAMILIES.items():
        have = {id_.removeprefix(f"{family}.") for id_ in source if id_.startswith(f"{family}.")}
        yield from (f"{family}.{member}: is not in the catalogs" for member in members - have)
        yield from (f"{family}.{member}: there is no such {family}" for member in have - members)


def _unmatched_uses(source: Mapping[str, Text], used: Uses) -> Iterator[str]:
    yield from (f"{id_}: is used, but in no catalog" for id_ in used.asked - source.keys())
    yield from (f"{id_}: is not used" for id_ in source if not used.has(id_))


def _constants(node: ast.expr) -> Iterator[str]:
    """Yield the ids that an expression may come to, as far as they are written out."""
    match node:
        case ast.Constant(value=str(value)):
            yield value
        case ast.IfExp(body=body, orelse=orelse):
            yield from _constants(body)
            yield from _constants(orelse)


def _pattern(node: ast.JoinedStr) -> str:
    """Return the regular expression of the strings that an f-string may come to."""
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
