"""A rulebook that does not hold together is refused with file, entry and reason."""

from pathlib import Path

import pytest

from bot.errors import RulebookError
from bot.rules import Rulebook, load_rulebook

GOOD = """
id = "small"
source = "notice"

[[sources]]
id = "notice"
title = "A notice"
publisher = "somebody"

[[batches]]
number = 1
from = 2018-01-01
provinces = ["gansu"]
sources = ["notice"]

[[portals]]
from = 2018-01-01
provinces = ["gansu"]
url = "http://gs.example.cn/"
shown = "gs.example.cn"
sources = ["notice"]

[[filing_types]]
id = "new_filing"
from = 2018-01-01
contacts = ["entity"]
verified = true
sources = ["notice"]

[[validity]]
from = 2018-01-01
hours = 48
sources = ["notice"]
"""


def load(folder: Path, text: str) -> Rulebook:
    file = folder / "small.toml"
    file.write_text(text, encoding="utf-8")
    return load_rulebook(str(file))


def test_a_good_one_loads(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).id == "small"


@pytest.mark.parametrize(
    ("old", "new", "entry", "reason"),
    [
        ('provinces = ["gansu"]', 'provinces = ["gansoo"]', "batches[1]", "unknown province 'gansoo'"),
        ('url = "http://gs.example.cn/"', 'url = "gs.example.cn"', "portals[1]", "not a web address"),
        ('url = "http://gs.example.cn/"', 'url = "http://gs.example.cn/a b"', "portals[1]", "no address has"),
        ("number = 1", "numbr = 1", "batches[1]", "numbr"),
        ("hours = 48", 'hours = "48"', "validity[1]", "hours"),
        ("hours = 48", "hours = 0", "validity[1]", "hours"),
        ("hours = 48", "", "validity[1]", "hours"),
        ('id = "new_filing"', 'id = "old_filing"', "filing_types[1]", "id"),
        ('contacts = ["entity"]', 'contacts = ["nobody"]', "filing_types[1]", "contacts"),
        ("[[validity]]\nfrom = 2018-01-01", "[[validity]]", "validity[1]", "from"),
        ('hours = 48\nsources = ["notice"]', "hours = 48\nsources = []", "validity[1]", "sources"),
        ('hours = 48\nsources = ["notice"]', 'hours = 48\nsources = ["rumour"]', "validity[1]", "rumour"),
        ("[[validity]]", "[[validty]]", "validty", "no such table"),
        (
            "[[validity]]\nfrom = 2018-01-01",
            "[[validity]]\nfrom = 2018-01-01\nuntil = 2017-01-01",
            "validity[1]",
            "until",
        ),
        (
            "[[validity]]\nfrom = 2018-01-01",
            "[[validity]]\nfrom = 2018-01-01\ndisputed = true",
            "validity[1]",
            "readings",
        ),
        ("[[portals]]\nfrom = 2018-01-01", "[[portals]]\nfrom = 2019-01-01", "portals", "none for gansu on 2018-01-01"),
        ('source = "notice"', 'source = "letter"', "head", "letter"),
        ('id = "small"', 'id = "small"\nextends = "nothing"', "head", "nothing"),
        ('id = "small"', 'id = "small', "", "is not TOML"),
    ],
)
def test_faults(tmp_path: Path, old: str, new: str, entry: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(RulebookError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert caught.value.file.endswith("small.toml")
    assert caught.value.entry.startswith(entry)
    assert reason in caught.value.reason


def test_two_entries_of_one_day_overlap(tmp_path: Path) -> None:
    more = '\n[[validity]]\nfrom = 2018-01-01\nhours = 24\nsources = ["notice"]\n'
    with pytest.raises(RulebookError, match="2018-01-01 and 2018-01-01 overlap"):
        load(tmp_path, GOOD + more)


def test_an_entry_that_goes_on_into_the_next_overlaps(tmp_path: Path) -> None:
    text = GOOD.replace("hours = 48", "until = 2020-01-01\nhours = 48")
    more = '\n[[validity]]\nfrom = 2019-01-01\nhours = 24\nsources = ["notice"]\n'
    with pytest.raises(RulebookError, match="overlap"):
        load(tmp_path, text + more)


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(RulebookError, match="national, pilot"):
        load_rulebook("pilots")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_bytes("备案".encode("gbk"))
    with pytest.raises(RulebookError, match="cannot be read"):
        load_rulebook(str(file))


def test_a_file_may_extend_a_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        'id = "own"\nextends = "pilot"\nsource = "ours"\n'
        '[[sources]]\nid = "ours"\ntitle = "t"\npublisher = "p"\n'
        '[[validity]]\nfrom = 2020-01-01\nhours = 36\nsources = ["ours"]\n',
        encoding="utf-8",
    )
    rulebook = load_rulebook(str(file))
    hours = [
        fact.value.total_seconds() / 3600
        for day in rulebook.changes()
        if (fact := rulebook.at(day).validity) is not None
    ]
    assert hours == [48, 48, 48, 36]
