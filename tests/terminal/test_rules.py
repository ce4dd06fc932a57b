from datetime import date
from pathlib import Path

import pytest

from bot.rules import Contact, FilingType, load_rulebook
from bot.rules.diff import diff
from bot.rules.model import Fact
from bot.terminal.cli import main

PILOT = load_rulebook("pilot")
NATIONAL = load_rulebook("national")


def test_a_state_does_not_differ_from_itself() -> None:
    state = PILOT.at(date(2018, 9, 24))
    assert diff(state, state) == ()


def test_a_day_without_change_does_not_differ() -> None:
    assert diff(PILOT.at(date(2018, 9, 11)), PILOT.at(date(2018, 9, 23))) == ()


def test_a_batch_brings_its_provinces_and_their_portals() -> None:
    before, after = PILOT.at(date(2018, 9, 23)), PILOT.at(date(2018, 9, 24))
    differences = diff(before, after)
    third = set(after.batches[-1].provinces)
    assert {(item.kind, item.name) for item in differences} == {
        (kind, province) for kind in ("provinces", "portals") for province in third
    }
    assert all(item.before is None for item in differences)
    assert all(item.after is None for item in diff(after, before))


def test_rulebooks_differ_in_what_they_say_and_not_in_who_says_it() -> None:
    day = date(2021, 1, 1)
    differences = {(item.kind, item.name): item for item in diff(PILOT.at(day), NATIONAL.at(day))}
    validity = differences["validity", ""]
    assert (validity.before.value.total_seconds(), validity.after.value.total_seconds()) == (48 * 3600, 24 * 3600)
    cancelled = differences["filing_types", FilingType.CANCEL_ENTITY]
    assert isinstance(cancelled.after, Fact)
    assert cancelled.after.value.contacts == (Contact.ENTITY,)
    assert (cancelled.before.value.verified, cancelled.after.value.verified) == (False, True)
    assert differences["filing_types", FilingType.CHANGE_ACCESS].before is None
    assert ("sms_delay", "") not in differences


def test_check_says_what_a_valid_rulebook_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", "pilot"]) == 0
    out = capsys.readouterr().out
    assert "pilot: valid" in out
    assert "2017-12-18, 2018-09-10, 2018-09-24" in out
    assert "22 provinces verify" in out


def test_check_names_file_entry_and_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = Path("data/rulebooks/pilot.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(source.replace('"gansu", "qinghai"', '"gansuu", "qinghai"', 1), encoding="utf-8")
    assert main(["rules", "check", str(wrong)]) == 65
    err = capsys.readouterr().err
    assert err.startswith(f"beian-bot: {wrong}: batches[1]")
    assert "unknown province 'gansuu'" in err
    assert err.count("\n") == 1


def test_show_prints_the_rules_of_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "--rulebook", "pilot", "--at", "2018-09-09"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Rulebook pilot on 2018-09-09")
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "http://gscainfo.miitbeian.gov.cn" in lines["Gansu"]
    assert lines["Sichuan"].rstrip().endswith("2018-09-10  -")
    assert "48 h" in out
    assert "备案短信核验" in out


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("pilot@2018-09-01", "pilot@2018-09-24", "provinces: Anhui (安徽), Heilongjiang (黑龙江)"),
        ("pilot@2021-01-01", "national@2021-01-01", "- 48 h\n+ 24 h"),
        ("pilot@2018-09-11", "pilot@2018-09-12", "say the same"),
    ],
)
def test_diff_prints_both_sides(capsys: pytest.CaptureFixture[str], before: str, after: str, said: str) -> None:
    assert main(["rules", "diff", before, after]) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["nowhere", "pilot@2018-13-01"])
def test_diff_refuses_what_it_cannot_read(capsys: pytest.CaptureFixture[str], wrong: str) -> None:
    assert main(["rules", "diff", wrong, "pilot"]) == 65
    assert wrong.rpartition("@")[2] in capsys.readouterr().err
