"""Rows and the project's own types: what is written, and what is read back."""

import json
import sqlite3
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from bot.filings.filing import ContactCheck, Filing, FilingState
from bot.filings.person import Person, QuietHours
from bot.filings.reminder import FailedReminder, Reminder, ReminderKind, ReminderState
from bot.rules.model import Change, Contact, FilingType

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

FILING_COLUMNS = (
    "id",
    "chat_id",
    "label",
    "province",
    "filing_type",
    "change",
    "same_person",
    "contacts",
    "submitted_at",
    "deadline",
    "state",
    "created_at",
    "wrong_entries",
    "attempt",
    "closed_at",
)


def micros(moment: datetime) -> int:
    """Return a moment as it is stored. Raises `ValueError` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"must be an aware datetime: {moment!r}")
    return (moment - EPOCH) // MICROSECOND


def moment(stored: int) -> datetime:
    """Return a stored moment, aware, in UTC."""
    return EPOCH + stored * MICROSECOND


def _micros_or_none(value: datetime | None) -> int | None:
    return None if value is None else micros(value)


def _moment_or_none(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


def person_values(person: Person) -> dict[str, Any]:
    """Return the columns of a person but `paused_since`."""
    quiet = person.quiet
    return {
        "chat_id": person.chat_id,
        "locale": person.locale,
        "detected": person.detected,
        "zone": person.zone,
        "quiet_starts": quiet.starts.isoformat() if quiet else None,
        "quiet_ends": quiet.ends.isoformat() if quiet else None,
        "quiet_off": person.quiet_off,
        "seen_at": _micros_or_none(person.seen_at),
    }


def person_from(row: sqlite3.Row) -> Person:
    """Return the person of a row of `people`."""
    quiet = None
    if row["quiet_starts"] is not None:
        quiet = QuietHours(time.fromisoformat(row["quiet_starts"]), time.fromisoformat(row["quiet_ends"]))
    return Person(
        chat_id=row["chat_id"],
        locale=row["locale"],
        detected=row["detected"],
        zone=row["zone"],
        quiet=quiet,
        quiet_off=bool(row["quiet_off"]),
        paused_since=_moment_or_none(row["paused_since"]),
        seen_at=_moment_or_none(row["seen_at"]),
    )


def filing_values(filing: Filing) -> tuple[str | int | None, ...]:
    """Return the values of `FILING_COLUMNS` but the id."""
    # Bare texts are bound a good deal faster than enumerations.
    return (
        filing.chat_id,
        filing.label,
        filing.province,
        filing.filing_type.value,
        None if filing.change is None else filing.change.value,
        filing.same_person,
        _contacts_text(tuple((check.contact.value, _micros_or_none(check.verified_at)) for check in filing.contacts)),
        micros(filing.submitted_at),
        micros(filing.deadline),
        filing.state.value,
        micros(filing.created_at),
        filing.wrong_entries,
        filing.attempt,
        _micros_or_none(filing.closed_at),
    )


@lru_cache
def _contacts_text(contacts: tuple[tuple[str, int | None], ...]) -> str:
    return json.dumps(dict(contacts))


def filing_from(row: sqlite3.Row) -> Filing:
    """Return the filing of a row of `filings`."""
    return Filing(
        id=row["id"],
        chat_id=row["chat_id"],
        label=row["label"],
        province=row["province"],
        filing_type=FilingType(row["filing_type"]),
        change=None if row["change"] is None else Change(row["change"]),
        same_person=None if row["same_person"] is None else bool(row["same_person"]),
        contacts=tuple(
            ContactCheck(Contact(contact), _moment_or_none(verified_at))
            for contact, verified_at in json.loads(row["contacts"]).items()
        ),
        submitted_at=moment(row["submitted_at"]),
        deadline=moment(row["deadline"]),
        state=FilingState(row["state"]),
        created_at=moment(row["created_at"]),
        wrong_entries=row["wrong_entries"],
        attempt=row["attempt"],
        closed_at=_moment_or_none(row["closed_at"]),
    )


def reminder_from(row: sqlite3.Row, state: ReminderState | None = None, tries: int | None = None) -> Reminder:
    """Return the reminder of a row of `reminders` with the `chat_id` of its filing; as it is from now on, if given."""
    return Reminder(
        id=row["id"],
        filing_id=row["filing_id"],
        chat_id=row["chat_id"],
        kind=ReminderKind(row["kind"]),
        due_at=moment(row["due_at"]),
        deadline=moment(row["deadline"]),
        silent=bool(row["silent"]),
        state=state or ReminderState(row["state"]),
        tries=row["tries"] if tries is None else tries,
        reason=row["reason"],
    )


def failed_from(row: sqlite3.Row, filing: Filing) -> FailedReminder:
    """Return the failed reminder of a row as `reminder_from` takes it."""
    return FailedReminder(reminder_from(row), filing, _moment_or_none(row["failed_at"]))
