"""Catalogs that are not complete, or cannot be read, stop the start with file and reason."""

from pathlib import Path

import pytest

from bot.errors import CatalogError
from bot.texts import load_catalogs

HEADER = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
GREETING = 'msgid "greeting"\nmsgstr "你好"\n'


def write(folder: Path, locale: str, body: str, name: str = "a.po") -> None:
    path = folder / locale / "LC_MESSAGES" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(locale) + body, encoding="utf-8")


def test_texts_of_all_files_of_a_locale_are_read(tmp_path: Path) -> None:
    write(tmp_path, "zh_Hans", GREETING)
    write(tmp_path, "zh_Hans", 'msgid "bye"\nmsgid_plural "bye"\nmsgstr[0] "再见%(n)s"\n', "b.po")

    texts = load_catalogs(folder=tmp_path)["zh_Hans"]

    assert texts("greeting") == "你好"
    assert texts.plural("bye", 3) == "再见3"


@pytest.mark.parametrize(
    ("locale", "body", "reason"),
    [
        ("en", "", "no .po file with a text"),
        ("en", 'msgid "other"\nmsgstr "x"\n', r"lacks \['greeting'\], has unasked \['other'\]"),
        ("en", 'msgid "greeting"\nmsgstr ""\n', "greeting: not translated"),
        ("en", '#, fuzzy\nmsgid "greeting"\nmsgstr "hello"\n', "greeting: not translated, or fuzzy"),
        ("en", 'msgid "greeting"\nmsgid_plural "greeting"\nmsgstr[0] ""\n', "greeting: not translated"),
        ("en", 'nonsense "\n', "a.po"),
    ],
)
def test_bad_catalog_is_named_with_the_reason(tmp_path: Path, locale: str, body: str, reason: str) -> None:
    write(tmp_path, "zh_Hans", GREETING)
    write(tmp_path, locale, body)

    with pytest.raises(CatalogError, match=reason):
        load_catalogs(folder=tmp_path)


def test_text_that_is_in_two_files(tmp_path: Path) -> None:
    write(tmp_path, "zh_Hans", GREETING)
    write(tmp_path, "zh_Hans", GREETING, "b.po")

    with pytest.raises(CatalogError, match=r"b\.po: greeting: is in two files"):
        load_catalogs(folder=tmp_path)


def test_locale_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, "zh_Hans", GREETING)

    with pytest.raises(CatalogError, match="no catalog for fr; there are zh_Hans"):
        load_catalogs("fr", tmp_path)


def test_source_locale_has_to_be_there(tmp_path: Path) -> None:
    write(tmp_path, "en", GREETING)

    with pytest.raises(CatalogError, match="no catalog for zh_Hans"):
        load_catalogs("en", tmp_path)
