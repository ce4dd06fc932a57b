"""What a simulation shows: nothing is lost, nothing goes over a limit, and what is late is late for the limit only."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.filings.filing import ContactCheck, Filing, FilingState
from bot.filings.reminder import ReminderKind
from bot.rules.model import Contact, FilingType
from bot.simulation.population import Case
from bot.simulation.report import evaluate, most_within
from bot.simulation.run import START, Outcome
from tests.simulation.worlds import crowd, people, reported, run

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
BURST = 150


def burst() -> Outcome:
    """Return what becomes of filings whose reminders are due at one instant, six or two hours before the deadline."""
    due = START + timedelta(hours=12)
    deadlines = [due + timedelta(hours=hours) for hours in (6, 2)]
    cases = []
    for number in range(BURST):
        deadline = deadlines[number % 2]
        filing = Filing(
            id=0,
            chat_id=1000 + number,
            label=f"{number}.cn",
            province="gansu",
            filing_type=FilingType.NEW_FILING,
            change=None,
            same_person=None,
            contacts=(ContactCheck(Contact.ENTITY),),
            submitted_at=deadline - timedelta(hours=48),
            deadline=deadline,
            state=FilingState.WAITING,
            created_at=START,
        )
        told = due - timedelta(hours=3) + number * timedelta(hours=2) / BURST
        cases.append(Case(filing, told, (due + timedelta(hours=1, seconds=number),)))
    return run(crowd(cases))


@pytest.fixture(scope="module")
def after_burst() -> Outcome:
    return burst()


def test_the_same_seed_gives_the_same_figures_and_another_one_does_not() -> None:
    first, again, other = (reported(25, "many", seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize(("faults", "filings"), [("none", 30), ("some", 30), ("many", 90)])
def test_nothing_is_lost_whatever_goes_wrong(faults: str, filings: int) -> None:
    report = reported(filings, faults)
    assert report.losses == 0
    assert report.duplicates <= report.explained_duplicates
    assert report.kills or faults != "many"
    assert ("the bot is blocked" in report.reasons) is (faults == "many")
    assert report.reminders["sent"] > filings


def test_the_limits_are_kept(after_burst: Outcome) -> None:
    """Telegram refuses what is over them, so nothing may have been refused."""
    for arrivals in (after_burst.arrivals, run(people(40), "none").arrivals):
        assert arrivals.too_many == 0
        assert most_within(arrivals.times, SECOND) <= 30
        for chat, times in arrivals.to_chat.items():
            assert most_within(times, SECOND) == 1
            assert chat > 0 or most_within(times, MINUTE) <= 20


def test_a_burst_goes_out_in_the_order_of_the_deadlines(after_burst: Outcome) -> None:
    reminders = {each.id: each for tracked in after_burst.tracked for each in tracked.reminders}
    begun = [reminders[id_] for id_ in after_burst.arrivals.begun]
    assert len(begun) == BURST
    assert {each.kind for each in begun} == {ReminderKind.BEFORE}
    assert all(first.deadline <= second.deadline for first, second in pairwise(begun))


def test_a_burst_is_late_only_because_of_the_limit_and_its_even_pace(after_burst: Outcome) -> None:
    """The limit alone would let the messages of each second go at its beginning."""
    report = evaluate(after_burst)
    assert report.limit_late.max == pytest.approx(BURST / 30 - 1)
    assert report.late.max == pytest.approx(BURST / 30, rel=0.05)
    assert report.explained > 0.75
    assert report.busiest_second_messages >= 29
