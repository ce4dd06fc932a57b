"""Reading .po files as Babel writes them, and no others: every start waits for it, and Babel's reader is slower by far.

`python -m tests.catalogs` sees to it that the files are as Babel writes them.
"""

import re
from collections.abc import Callable, Mapping
from gettext import c2py
from pathlib import Path

from msgspec import Struct

from bot.errors import CatalogError

_STRINGS = r'(?:"[^"\\\n]*(?:\\[\\nrt"][^"\\\n]*)*"\n)+'
_BETWEEN = r"(?:#.*\n|\n)*"
_MESSAGE = re.compile(
    rf"({_BETWEEN})msgid ({_STRINGS})(msgid_plural {_STRINGS})?((?:msgstr(?:\[[0-9]\])? {_STRINGS})+)"
)
_REST = re.compile(rf"{_BETWEEN}\Z")
_FORM = re.compile(rf"msgstr(?:\[[0-9]\])? ({_STRINGS})")
_FUZZY = re.compile(r"^#,.*\bfuzzy\b", re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "r": "\r", "t": "\t"}
_PLURAL_FORMS = re.compile(r"^Plural-Forms: nplurals=([0-9]+); plural=(.+);$", re.MULTILINE)


class PoFile(Struct, frozen=True):
    """What a file holds: the forms of each text by its id (one, but for plurals), and which one goes with a number."""

    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


def read_po(path: Path) -> PoFile:
    """Read a file; `CatalogError` where it is not as Babel writes it, or a text is not translated into all forms."""
    try:
        content = f"{path.read_text(encoding='utf-8')}\n"
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: {error}") from error
    forms: dict[str, tuple[str, ...]] = {}
    plurals = set()
    end = 0
    while message := _MESSAGE.match(content, end):
        id_ = _said(message[2])
        if id_ in forms:
            raise CatalogError(f"{path}: {id_}: is there twice")
        forms[id_] = tuple(map(_said, _FORM.findall(message[4])))
        if "" in forms[id_] or _FUZZY.search(message[1]):
            raise CatalogError(f"{path}: {id_}: not translated, or fuzzy")
        if message[3]:
            plurals.add(id_)
        end = message.end()
    if not _REST.match(content, end):
        line = content.count("\n", 0, end) + 1
        raise CatalogError(f"{path}: what follows line {line} is not as Babel writes it")
    count, plural = _plural(path, *forms.pop("", ("",)))
    for id_, texts in forms.items():
        if len(texts) != (count if id_ in plurals else 1):
            raise CatalogError(f"{path}: {id_}: not translated into {count} forms")
    return PoFile(forms, plural)


def _said(lines: str) -> str:
    """Return what the quoted strings of some lines say together."""
    said = lines[1:-2].replace('"\n"', "")
    return _ESCAPED.sub(lambda sign: _MEANT.get(sign[1], sign[1]), said) if "\\" in said else said


def _plural(path: Path, header: str) -> tuple[int, Callable[[int], int]]:
    """Return how many forms the language has, and the function that gives the form for a number."""
    rule = _PLURAL_FORMS.search(header)
    if rule is None:
        raise CatalogError(f"{path}: has no Plural-Forms in its header")
    try:
        return int(rule[1]), c2py(rule[2])
    except ValueError as error:
        raise CatalogError(f"{path}: Plural-Forms: {error}") from error
