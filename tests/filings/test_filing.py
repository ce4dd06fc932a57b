"""A filing's life: what it counts, when it ends, what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FilingError
from bot.filings.filing import (
    LABEL_LENGTH,
    Filing,
    FilingState,
    cancel,
    edit_submission,
    expire,
    join_contacts,
    mark_returned,
    new_filing,
    resubmit,
    unverify,
    verify,
    wrong_entry,
)
from bot.rules import Change, Contact, FilingType, load_rulebook
from bot.rules.model import RuleState

RULES = load_rulebook("pilot").at(date(2026, 11, 20))
SUBMITTED = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
NOW = SUBMITTED + timedelta(hours=1)


def filing(
    filing_type: FilingType = FilingType.NEW_FILING,
    *,
    province: str = "gansu",
    change: Change | None = None,
    same_person: bool | None = None,
    label: str = "example.com",
    rules: RuleState = RULES,
    submitted_at: datetime = SUBMITTED,
) -> Filing:
    return new_filing(
        rules,
        chat_id=7,
        province=province,
        filing_type=filing_type,
        submitted_at=submitted_at,
        now=NOW,
        label=label,
        change=change,
        same_person=same_person,
    )


@given(st.datetimes(min_value=datetime(2018, 10, 1), max_value=datetime(2040, 1, 1)))  # noqa: DTZ001 - made aware below
def test_the_deadline_is_the_validity_after_the_submission(naive: datetime) -> None:
    submitted_at = naive.replace(tzinfo=UTC)
    made = filing(submitted_at=submitted_at)
    assert made.deadline - made.submitted_at == timedelta(hours=48)


@pytest.mark.parametrize(
    ("filing_type", "change", "contacts"),
    [
        (FilingType.NEW_FILING, None, (Contact.ENTITY, Contact.WEBSITE)),
        (FilingType.NEW_WEBSITE, None, (Contact.WEBSITE,)),
        (FilingType.CHANGE, Change.ENTITY, (Contact.ENTITY,)),
        (FilingType.CHANGE, Change.BOTH, (Contact.ENTITY, Contact.WEBSITE)),
    ],
)
def test_it_waits_for_those_who_verify(
    filing_type: FilingType, change: Change | None, contacts: tuple[Contact, ...]
) -> None:
    assert filing(filing_type, change=change).waiting_for == contacts


def test_the_same_person_gets_one_code() -> None:
    assert filing(same_person=True).waiting_for == (Contact.ENTITY,)
    assert len(filing(same_person=False).waiting_for) == 2


@pytest.mark.parametrize("province", ["beijing", "guangdong"])
def test_what_needs_no_verification_by_province_is_not_tracked(province: str) -> None:
    with pytest.raises(FilingError):
        filing(province=province)


@pytest.mark.parametrize("kind", [FilingType.CANCEL_ENTITY, FilingType.CANCEL_WEBSITE, FilingType.CANCEL_ACCESS])
def test_what_needs_no_verification_by_type_is_not_tracked(kind: FilingType) -> None:
    with pytest.raises(FilingError):
        filing(kind)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        filing(submitted_at=SUBMITTED.replace(tzinfo=None))


def test_a_label_is_one_line_of_bounded_length() -> None:
    assert filing(label="  a\n b  ").label == "a b"
    assert len(filing(label="字" * 500).label) == LABEL_LENGTH


def test_contacts_are_ticked_off_one_by_one() -> None:
    one = verify(filing(), Contact.WEBSITE, NOW)
    assert one.is_open
    assert one.waiting_for == (Contact.ENTITY,)
    both = verify(one, Contact.ENTITY, NOW + timedelta(minutes=1))
    assert (both.state, both.closed_at) == (FilingState.VERIFIED, NOW + timedelta(minutes=1))
    assert [check.verified_at for check in both.contacts] == [NOW + timedelta(minutes=1), NOW]


def test_a_tick_can_be_taken_back_while_it_waits() -> None:
    one = verify(filing(), Contact.WEBSITE, NOW)
    assert unverify(one, Contact.WEBSITE) == filing()
    with pytest.raises(FilingError):
        unverify(verify(one, None, NOW), Contact.WEBSITE)


def test_joining_contacts_keeps_a_tick() -> None:
    assert join_contacts(filing(), NOW).waiting_for == (Contact.ENTITY,)
    assert join_contacts(verify(filing(), Contact.WEBSITE, NOW), NOW).state is FilingState.VERIFIED


def test_the_fifth_wrong_entry_returns_it() -> None:
    tried = filing()
    for made in range(1, 5):
        tried = wrong_entry(tried, 5, NOW)
        assert (tried.wrong_entries, tried.state) == (made, FilingState.WAITING)
    assert wrong_entry(tried, 5, NOW).state is FilingState.RETURNED


def test_it_expires_at_its_deadline_and_not_before() -> None:
    waiting = filing()
    with pytest.raises(FilingError):
        expire(waiting, waiting.deadline - timedelta(microseconds=1))
    assert expire(waiting, waiting.deadline).state is FilingState.EXPIRED


def test_an_expired_one_may_turn_out_to_have_been_verified() -> None:
    expired = expire(filing(), SUBMITTED + timedelta(hours=50))
    assert verify(expired, None, SUBMITTED + timedelta(hours=51)).state is FilingState.VERIFIED
    assert verify(expired, Contact.ENTITY, SUBMITTED + timedelta(hours=51)).state is FilingState.EXPIRED


@pytest.mark.parametrize("end", [mark_returned, expire])
def test_a_resubmission_begins_anew(end: Callable[[Filing, datetime], Filing]) -> None:
    tried = wrong_entry(verify(filing(), Contact.WEBSITE, NOW), 5, NOW)
    over = end(tried, tried.deadline)
    again = resubmit(over, RULES, SUBMITTED + timedelta(days=4))
    assert again.deadline == SUBMITTED + timedelta(days=6)
    assert (again.attempt, again.wrong_entries, again.state) == (2, 0, FilingState.WAITING)
    assert again.waiting_for == (Contact.ENTITY, Contact.WEBSITE)
    assert again.closed_at is None


def test_correcting_the_time_moves_the_deadline() -> None:
    edited = edit_submission(filing(), RULES, SUBMITTED - timedelta(hours=3))
    assert edited.deadline == SUBMITTED + timedelta(hours=45)


@pytest.mark.parametrize("state", [FilingState.VERIFIED, FilingState.RETURNED, FilingState.CANCELLED])
def test_what_is_over_stays_over(state: FilingState) -> None:
    over = replace(filing(), state=state)
    refused: list[Callable[[], Filing]] = [
        lambda: verify(over, None, NOW),
        lambda: wrong_entry(over, 5, NOW),
        lambda: cancel(over, NOW),
        lambda: expire(over, over.deadline),
        lambda: edit_submission(over, RULES, SUBMITTED),
        lambda: join_contacts(over, NOW),
    ]
    for act in refused:
        with pytest.raises(FilingError):
            act()


def test_only_what_came_back_can_be_resubmitted() -> None:
    for state in (FilingState.WAITING, FilingState.VERIFIED, FilingState.CANCELLED):
        with pytest.raises(FilingError):
            resubmit(replace(filing(), state=state), RULES, SUBMITTED)
