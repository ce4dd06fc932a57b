"""How the figures come about: what the limit alone explains, percentiles, the picture, and the command."""

import json
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.filings.reminder import ReminderState
from bot.rules.model import BEIJING
from bot.simulation.ideal import Item, ideal_times
from bot.simulation.orderly import READS
from bot.simulation.picture import draw, round_step
from bot.simulation.population import HOURS
from bot.simulation.report import evaluate, percentile
from bot.simulation.run import START
from bot.store.interface import Store
from bot.terminal.cli import main
from tests.simulation.worlds import hours, people, run

SECOND = timedelta(seconds=1)


def waits(*items: tuple[float, float, int], per_second: int = 30) -> list[float]:
    """Return how many seconds after `START` each is sent: items of seconds wanted, hours to the deadline, chat."""
    wanted = [Item(START + each * SECOND, START + hours(deadline), chat) for each, deadline, chat in items]
    return [(at - START).total_seconds() for at in ideal_times(wanted, per_second)]


def test_alone_nothing_waits() -> None:
    assert waits((0, 1, 1), (5, 1, 1), (2, 1, 2)) == [0, 5, 2]
    assert waits() == []


def test_of_those_that_wait_the_nearest_deadline_goes_first() -> None:
    assert waits((0, 3, 1), (0, 2, 2), (0, 1, 3), (0.5, 0.5, 4), per_second=1) == [3, 2, 0, 1]


def test_a_chat_gets_one_a_second_and_a_group_twenty_a_minute() -> None:
    assert waits((0, 1, 7), (0, 2, 7), (0, 3, 8)) == [0, 1, 0]
    assert waits(*[(0, 1, -7)] * 22)[19:] == [19, 60, 61]


def test_overall_no_more_than_the_limit_in_a_second() -> None:
    assert waits(*[(0, 1, chat) for chat in range(1, 8)], per_second=3) == [0, 0, 0, 1, 1, 1, 2]


def test_percentiles() -> None:
    assert [percentile([1, 2, 3, 4], share) for share in (0.5, 0.75, 0.99, 1.0)] == [2, 3, 4, 4]
    assert percentile([], 0.5) == 0


def test_people_file_in_office_hours_and_a_few_at_night() -> None:
    cases = people(2000, days=3).cases
    filed = [case.filing.submitted_at.astimezone(BEIJING) for case in cases]
    assert min(filed) >= START
    assert max(filed) < START + timedelta(days=3)
    night = sum(moment.hour not in HOURS for moment in filed)
    assert 40 < night < 140
    assert any(not case.ticks for case in cases)
    assert any(case.ticks and case.ticks[0] > case.filing.deadline for case in cases)
    assert any(case.filing.chat_id < 0 for case in cases)


def test_every_reading_operation_is_one_of_the_store() -> None:
    assert all(hasattr(Store, name) for name in READS)


def test_a_reminder_that_never_arrived_and_one_without_a_reason_are_losses() -> None:
    outcome = run(people(10))
    assert evaluate(outcome).losses == 0
    sent = next(
        each.id for tracked in outcome.tracked for each in tracked.reminders if each.state is ReminderState.SENT
    )
    del outcome.arrivals.reminders[sent]
    assert evaluate(outcome).losses == 1


def test_the_picture_has_axes_a_legend_and_both_lines() -> None:
    picture = ElementTree.fromstring(draw(evaluate(run(people(20)))))
    words = [element.text for element in picture.iter() if element.tag.endswith("text")]
    assert {"reminders due", "reminders sent", "the limit", "reminders a minute"} <= set(words)
    assert sum(element.tag.endswith("polyline") for element in picture.iter()) >= 4


@pytest.mark.parametrize(("least", "step"), [(0.2, 1), (1, 1), (3, 5), (12, 20), (50, 50), (51, 100), (700, 1000)])
def test_steps_of_an_axis_are_round(least: float, step: float) -> None:
    assert round_step(least) == step


def test_the_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["simulate", "--filings", "5", "--days", "1", "--faults", "none"]
    assert main([*command, "--plot", "run.svg"]) == 0
    shown = capsys.readouterr().out
    assert "losses" in shown
    assert "Telegram's limit would bind before this machine" in shown
    assert (tmp_path / "run.svg").read_text(encoding="utf-8").startswith("<svg")

    assert main([*command, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["losses"] == figures["duplicates"] == 0
    assert figures["machine"]["real_seconds"] > 0

    assert main([*command, "--plot", "no/such/folder.svg"]) == 65
