"""The data files: read whole, and refused with file, entry and reason where they are wrong."""

import shutil
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.resources import resource
from bot.understanding import Understanding
from bot.understanding.templates import expand

FILES = ["words", "filings", "sequences", "counties", "spelling", "portal", "pinyin"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(resource("data"), tmp_path / "data")
    return tmp_path / "data"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_broken_file(folder: Path, name: str) -> None:
    path = folder / "understanding" / f"{name}.toml"
    path.write_text("[", "utf-8")
    with pytest.raises(DataError, match=rf"{name}\.toml: "):
        Understanding.load(folder)
    path.unlink()
    with pytest.raises(DataError, match=rf"{name}\.toml"):
        Understanding.load(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("words", "weight = 2.5\nasks = true", 'weight = "much"\nasks = true', r"where\.weight: .*much"),
        ("words", '"何处"', '"何[处"', r"where\.zh: '\]' is missing in '何\[处'"),
        ("words", '"何处"', '"！"', r"where: '！' holds no word"),
        ("words", '"何处"', "7", r"where\.zh: has to be a list of texts"),
        ("filings", "[types.new_filing]", "[types.old_filing]", r"types\.old_filing: .*old_filing"),
        ("sequences", 'makes = "not_found"', 'makes = "lost_it"', r"sequences\[1\]\.makes: 'lost_it'"),
        ("sequences", '"cannot_find record"', '"cannot_find"', r"sequences\[1\]\.of: 'cannot_find'"),
        ("counties", "gansu = ", "ganshu = ", r"counties\.ganshu: "),
        ("spelling", '"核验"', '"核核核"', r"sounded: '核核核' is no known word"),
        ("pinyin", "[syllables]", "[syllables]\nToo-Long = '长'", r"syllables\.Too-Long: "),
    ],
)
def test_a_wrong_entry(folder: Path, file: str, old: str, new: str, said: str) -> None:
    change(folder / "understanding" / f"{file}.toml", old, new)
    with pytest.raises(DataError, match=rf"{file}\.toml: {said}"):
        Understanding.load(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "tianjin"', 'id = "beijing"', r"provinces\.toml: provinces\[2\]\.id: .*'beijing'"),
        ('abbreviations = ["津"]', 'abbreviations = ["京"]', r"provinces\.toml: tianjin\.abbreviations: '京'"),
        ('"京津冀" = ["beijing"', '"京津冀" = ["peking"', r"provinces\.toml: groups\.京津冀: \['peking'\]"),
    ],
)
def test_a_wrong_province(folder: Path, old: str, new: str, said: str) -> None:
    change(folder / "provinces.toml", old, new)
    with pytest.raises(DataError, match=said):
        Understanding.load(folder)


@pytest.mark.parametrize("name", ["topics", "types"])
def test_missing_or_wrong_weights(folder: Path, name: str) -> None:
    path = folder / "understanding" / f"{name}.weights"
    path.write_bytes(b"\x01")
    with pytest.raises(DataError, match=rf"{name}\.weights: .*make learn"):
        Understanding.load(folder)
    path.unlink()
    with pytest.raises(DataError, match=rf"{name}\.weights"):
        Understanding.load(folder)


def test_weights_of_something_else(folder: Path) -> None:
    own = folder / "understanding"
    shutil.copy(own / "types.weights", own / "topics.weights")
    with pytest.raises(DataError, match=r"topics\.weights: labels missing or not known: .*validity"):
        Understanding.load(folder)


def test_patterns() -> None:
    assert expand("[还]没(收到|来[了])") == ["没收到", "没来", "没来了", "还没收到", "还没来", "还没来了"]
    assert expand("a") == ["a"]
    for wrong in ("(a", "[a", "a)", "a]", "(a]"):
        with pytest.raises(ValueError, match=r"[\[\]()]"):
            expand(wrong)
    with pytest.raises(ValueError, match="stands for 1000 spellings"):
        expand("(a|b|c|d|e|f|g|h|i|j)" * 3)
