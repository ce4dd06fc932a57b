"""A filing that somebody tracks, and what can happen to it. Pure: functions take the moment and return a new filing."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.clock import require_aware
from bot.errors import FilingError
from bot.rules.model import Change, Contact, FilingType, RuleState

LABEL_LENGTH = 64
"""Characters of a label that are kept; a longer one is cut when it is read."""


class FilingState(StrEnum):
    """Where a filing stands."""

    WAITING = "waiting"
    VERIFIED = "verified"
    RETURNED = "returned"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ContactCheck:
    """One contact who has to verify; `verified_at` is None until that is done."""

    contact: Contact
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as it is stored. All moments are aware, in UTC.

    `id` is 0 until the store has given one. `chat_id` is the Telegram chat it is tracked for. `contacts` are those who
    verify, one entry a code: where both contacts are the same person there is one code and one entry.
    `attempt` counts the submissions, beginning with 1; `wrong_entries` are those of this attempt.
    """

    id: int
    chat_id: int
    label: str
    province: str
    filing_type: FilingType
    change: Change | None
    same_person: bool | None
    contacts: tuple[ContactCheck, ...]
    submitted_at: datetime
    deadline: datetime
    state: FilingState
    created_at: datetime
    wrong_entries: int = 0
    attempt: int = 1
    closed_at: datetime | None = None

    @property
    def waiting_for(self) -> tuple[Contact, ...]:
        """The contacts who have still to verify."""
        return tuple(check.contact for check in self.contacts if check.verified_at is None)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a code."""
        return self.state is FilingState.WAITING


def short_label(text: str) -> str:
    """Return a label as it is kept: on one line, cut."""
    return " ".join(text.split())[:LABEL_LENGTH]


def new_filing(
    state: RuleState,
    *,
    chat_id: int,
    province: str,
    filing_type: FilingType,
    submitted_at: datetime,
    now: datetime,
    label: str = "",
    change: Change | None = None,
    same_person: bool | None = None,
) -> Filing:
    """Return a waiting filing; its deadline counts from the submission to the administration.

    `state` are the rules of the day of the submission. Raises `FilingError` where nobody has to verify, or where the
    rules do not say how long a code holds: such a filing cannot be tracked.
    """
    contacts = state.contacts_to_verify(filing_type, change)
    if not state.needs_verification(province):
        raise FilingError(f"no verification in {province} on {state.on}")
    if not contacts or state.validity is None:
        raise FilingError(f"nobody verifies for {filing_type} on {state.on}")
    if same_person and len(contacts) > 1:
        contacts = contacts[:1]
    submitted_at = require_aware(submitted_at, "submitted_at")
    return Filing(
        id=0,
        chat_id=chat_id,
        label=short_label(label),
        province=province,
        filing_type=filing_type,
        change=change,
        same_person=same_person,
        contacts=tuple(ContactCheck(contact) for contact in contacts),
        submitted_at=submitted_at,
        deadline=submitted_at + state.validity.value,
        state=FilingState.WAITING,
        created_at=require_aware(now, "now"),
    )


def _require_open(filing: Filing) -> None:
    if not filing.is_open:
        raise FilingError(f"filing {filing.id} is {filing.state}")


def _closed(filing: Filing, state: FilingState, now: datetime) -> Filing:
    return replace(filing, state=state, closed_at=require_aware(now, "now"))


def verify(filing: Filing, contact: Contact | None, now: datetime) -> Filing:
    """Tick off `contact`, or all with None; the filing is verified when the last one is.

    A contact already ticked off stays as it was. An expired filing can be ticked off too: its contacts may have
    verified in time and only not said so. Raises `FilingError` for one that is verified, returned or cancelled.
    """
    if filing.state is not FilingState.EXPIRED:
        _require_open(filing)
    now = require_aware(now, "now")
    contacts = tuple(
        replace(check, verified_at=now) if check.verified_at is None and contact in (None, check.contact) else check
        for check in filing.contacts
    )
    filing = replace(filing, contacts=contacts)
    return filing if filing.waiting_for else _closed(filing, FilingState.VERIFIED, now)


def unverify(filing: Filing, contact: Contact) -> Filing:
    """Take back a tick that was made by mistake, while the filing still waits."""
    _require_open(filing)
    contacts = tuple(
        replace(check, verified_at=None) if check.contact is contact else check for check in filing.contacts
    )
    return replace(filing, contacts=contacts)


def join_contacts(filing: Filing, now: datetime) -> Filing:
    """Both contacts are the same person: one code, one tick. A tick that was made counts for both."""
    _require_open(filing)
    ticked = next((check.verified_at for check in filing.contacts if check.verified_at), None)
    check = replace(filing.contacts[0], verified_at=ticked)
    filing = replace(filing, same_person=True, contacts=(check,))
    return filing if filing.waiting_for else _closed(filing, FilingState.VERIFIED, now)


def wrong_entry(filing: Filing, limit: int, now: datetime) -> Filing:
    """Count one wrong entry; at `limit` the administration returns the filing."""
    _require_open(filing)
    filing = replace(filing, wrong_entries=filing.wrong_entries + 1)
    return _closed(filing, FilingState.RETURNED, now) if filing.wrong_entries >= limit else filing


def mark_returned(filing: Filing, now: datetime) -> Filing:
    """The administration has returned it."""
    _require_open(filing)
    return _closed(filing, FilingState.RETURNED, now)


def expire(filing: Filing, now: datetime) -> Filing:
    """The deadline has passed with somebody still to verify. Raises `FilingError` before the deadline."""
    _require_open(filing)
    if require_aware(now, "now") < filing.deadline:
        raise FilingError(f"filing {filing.id} has until {filing.deadline}")
    return _closed(filing, FilingState.EXPIRED, now)


def cancel(filing: Filing, now: datetime) -> Filing:
    """Stop tracking it."""
    _require_open(filing)
    return _closed(filing, FilingState.CANCELLED, now)


def edit_submission(filing: Filing, state: RuleState, submitted_at: datetime) -> Filing:
    """Correct the submission time of a waiting filing; the deadline moves with it."""
    _require_open(filing)
    if state.validity is None:
        raise FilingError(f"the rules of {state.on} give no validity")
    submitted_at = require_aware(submitted_at, "submitted_at")
    return replace(filing, submitted_at=submitted_at, deadline=submitted_at + state.validity.value)


def resubmit(filing: Filing, state: RuleState, submitted_at: datetime) -> Filing:
    """Begin again after a return or an expiry: new codes, a new deadline, nothing ticked off or counted."""
    if filing.state not in (FilingState.RETURNED, FilingState.EXPIRED):
        raise FilingError(f"filing {filing.id} is {filing.state}")
    if state.validity is None:
        raise FilingError(f"the rules of {state.on} give no validity")
    submitted_at = require_aware(submitted_at, "submitted_at")
    return replace(
        filing,
        state=FilingState.WAITING,
        contacts=tuple(replace(check, verified_at=None) for check in filing.contacts),
        submitted_at=submitted_at,
        deadline=submitted_at + state.validity.value,
        wrong_entries=0,
        attempt=filing.attempt + 1,
        closed_at=None,
    )
