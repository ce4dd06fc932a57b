"""The judge can tell a run that kept its promises from one that did not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from bot.filings.filing import FilingState
from bot.filings.reminder import Reminder, ReminderKind, ReminderState
from bot.reminders.delivery import NOT_NEEDED
from bot.store.interface import Reason
from bot.texts import load_catalogs
from tests.chaos.judge import UNDER_WAY, Verdict, judge
from tests.chaos.reading import Headings
from tests.chaos.record import Arrival, Life, Record, Tracked
from tests.store.samples import NOW, sample

CATALOGS = load_catalogs()
GROUP = 2
DUE = timedelta(minutes=1)
DEADLINE = NOW + timedelta(minutes=32)
SECOND = timedelta(seconds=1)

FILING = replace(sample(label="f1.example"), id=1, deadline=DEADLINE)


def moment(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def reminder(kind: ReminderKind, due: datetime, state: ReminderState, reason: str = "") -> Reminder:
    return Reminder(len(kind) + due.minute, 1, 1, kind, due, DEADLINE, silent=False, state=state, reason=reason)


BEFORE = reminder(ReminderKind.BEFORE, moment(1), ReminderState.SENT)
NOTICE = reminder(ReminderKind.EXPIRED, DEADLINE, ReminderState.SENT)


def says(kind: ReminderKind, left: timedelta, locale: str = "zh_Hans") -> str:
    texts = CATALOGS[locale]
    return f"<b>{texts(f'reminder.{kind}', left=texts.duration(left))}</b>\n<b>{FILING.label}</b>"


def came(
    at: datetime,
    kind: ReminderKind = ReminderKind.BEFORE,
    *,
    life: str = "first",
    html: str | None = None,
    broke: bool = False,
) -> Arrival:
    return Arrival(at, life, 1, kind, "zh_Hans", html or says(kind, DEADLINE - at), broke)


LIVES = (
    Life("first", NOW, moment(2), killed=True),
    Life("second", moment(2), moment(40), killed=False, code=0),
)
ARRIVED = came(moment(2) - SECOND)
EXPIRED = came(DEADLINE, ReminderKind.EXPIRED, life="second")


def record(
    *arrivals: Arrival, reminders: Sequence[Reminder] = (BEFORE, NOTICE), lives: Sequence[Life] = LIVES
) -> Record:
    return Record(
        arrivals=arrivals,
        lives=tuple(lives),
        tracked=(Tracked(replace(FILING, state=FilingState.EXPIRED, closed_at=DEADLINE), tuple(reminders)),),
        group=GROUP,
        began=NOW,
        ended=moment(40),
        taken_over=0,
        integrity="ok",
    )


def judged(record: Record) -> Verdict:
    return judge(record, CATALOGS)


def test_all_is_well() -> None:
    verdict = judged(record(ARRIVED, EXPIRED))
    assert verdict == Verdict(2, 2, 0, 0, GROUP, (timedelta(), ARRIVED.at - BEFORE.due_at), ())


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (ReminderState.SENT, ""),
        (ReminderState.PLANNED, ""),
        (ReminderState.CLAIMED, ""),
        (ReminderState.FAILED, "refused"),
        (ReminderState.SKIPPED, ""),
        (ReminderState.SKIPPED, "nobody knows"),
        (ReminderState.SKIPPED, Reason.CLOSED),
        (ReminderState.CANCELLED, Reason.REPLANNED),
    ],
)
def test_a_loss(state: ReminderState, reason: str) -> None:
    verdict = judged(record(EXPIRED, reminders=[structs.replace(BEFORE, state=state, reason=reason), NOTICE]))
    assert verdict.lost == 1
    assert verdict.broken[0].startswith("lost: before of filing 1 (f1.example)")


@pytest.mark.parametrize("reason", [Reason.LATER_ONE, Reason.DEADLINE, NOT_NEEDED])
def test_what_was_skipped_for_a_reason_is_not_lost(reason: str) -> None:
    skipped = structs.replace(BEFORE, state=ReminderState.SKIPPED, reason=reason)
    assert judged(record(EXPIRED, reminders=[skipped, NOTICE])).broken == ()


def test_a_notice_is_skipped_for_no_deadline_and_no_later_one() -> None:
    for reason in (Reason.LATER_ONE, Reason.DEADLINE):
        skipped = structs.replace(NOTICE, state=ReminderState.SKIPPED, reason=reason)
        assert judged(record(ARRIVED, reminders=[BEFORE, skipped])).lost == 1


def test_what_is_not_due_yet_is_not_lost() -> None:
    early = replace(
        record(ARRIVED, reminders=[BEFORE, structs.replace(NOTICE, state=ReminderState.PLANNED)]), ended=moment(9)
    )
    assert judged(early).broken == ()


def test_a_duplicate_that_a_kill_explains() -> None:
    verdict = judged(record(ARRIVED, came(moment(3), life="second"), EXPIRED))
    assert (verdict.duplicates, verdict.broken) == (1, ())


def test_a_duplicate_that_a_lost_answer_explains() -> None:
    broke = came(moment(3), life="second", broke=True)
    verdict = judged(record(broke, came(moment(4), life="second"), EXPIRED))
    assert (verdict.duplicates, verdict.bound, verdict.broken) == (1, GROUP + 1, ())


def test_a_duplicate_of_a_process_that_was_not_killed() -> None:
    verdict = judged(record(came(moment(3), life="second"), came(moment(4), life="second"), EXPIRED))
    assert len(verdict.broken) == 1
    assert verdict.broken[0].startswith("twice: before of filing 1")


def test_a_duplicate_of_what_should_have_been_marked_long_before_the_kill() -> None:
    early = came(LIVES[0].ended - UNDER_WAY - SECOND)
    assert "twice" in judged(record(early, came(moment(3), life="second"), EXPIRED)).broken[0]


def test_a_duplicate_of_what_a_living_process_has_sent() -> None:
    verdict = judged(record(ARRIVED, came(LIVES[0].ended - SECOND / 2, life="second"), EXPIRED))
    assert "twice" in verdict.broken[0]


def test_more_duplicates_than_a_process_has_in_flight() -> None:
    verdict = judged(replace(record(ARRIVED, came(moment(3), life="second"), EXPIRED), group=0))
    assert [breach.partition(",")[0] for breach in verdict.broken] == [
        "1 came again that first was sending when it was killed",
        "1 duplicates",
    ]


def test_a_message_for_a_filing_that_is_done_with() -> None:
    whole = record(ARRIVED, came(moment(20), life="second"))
    done = replace(FILING, state=FilingState.VERIFIED)
    cancelled = structs.replace(NOTICE, state=ReminderState.CANCELLED, reason=Reason.CLOSED)

    def closed(at: datetime) -> Verdict:
        return judged(replace(whole, tracked=(Tracked(replace(done, closed_at=at), (BEFORE, cancelled)),)))

    assert closed(moment(20)).broken == ()  # it was on its way
    assert "verified since" in closed(moment(20) - UNDER_WAY - SECOND).broken[0]


@pytest.mark.parametrize(
    ("arrival", "words"),
    [
        (came(moment(1) - SECOND), "not due before"),
        (came(moment(2), html=says(ReminderKind.BEFORE, timedelta(minutes=31))), "it says"),
        (came(moment(2), html=says(ReminderKind.BEFORE, timedelta(minutes=29))), "it says"),
        (came(DEADLINE + UNDER_WAY + SECOND, life="second"), "it says"),
        (came(DEADLINE - SECOND, ReminderKind.EXPIRED, life="second"), "not due before"),
        (came(moment(2), ReminderKind.SNOOZED), "no such reminder"),
        (came(moment(2), html=says(ReminderKind.BEFORE, DEADLINE - moment(2)).replace("f1", "f2")), "no such"),
        (replace(came(moment(2)), filing_id=2), "no such filing"),
    ],
)
def test_a_message_that_is_wrong(arrival: Arrival, words: str) -> None:
    wrong = [breach for breach in judged(record(ARRIVED, EXPIRED, arrival)).broken if breach.startswith("wrong")]
    assert len(wrong) == 1
    assert words in wrong[0]


def test_a_message_that_was_under_way_for_a_moment_is_not_wrong() -> None:
    late = came(moment(2) + 2 * SECOND, html=says(ReminderKind.BEFORE, DEADLINE - moment(2)))
    assert judged(record(late, EXPIRED)).broken == ()


def test_a_process_that_ended_by_itself_and_a_damaged_database() -> None:
    lives = (replace(LIVES[0], killed=False, code=70), LIVES[1])
    verdict = judged(replace(record(ARRIVED, EXPIRED, lives=lives), integrity="row 7 missing"))
    assert [breach.partition(" ")[0] for breach in verdict.broken] == ["first", "the"]


@pytest.mark.parametrize("locale", CATALOGS.locales)
@pytest.mark.parametrize("kind", ReminderKind)
def test_a_reminder_is_known_by_its_heading(locale: str, kind: ReminderKind) -> None:
    assert Headings(CATALOGS).read(says(kind, timedelta(hours=1, minutes=2), locale)) == (kind, locale)
    assert Headings(CATALOGS).read(f"<b>{FILING.label}</b>") is None
