"""What a reminder is: planned with its filing, claimed by one process, then sent, skipped, failed or cancelled."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from bot.filings.filing import Filing


class ReminderKind(StrEnum):
    """Why a reminder is sent; the text is computed at that moment."""

    SMS_CHECK = "sms_check"
    NOON_RESEND = "noon_resend"
    BEFORE = "before"
    SNOOZED = "snoozed"
    EXPIRED = "expired"


class ReminderState(StrEnum):
    """Where a reminder stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNSENT = frozenset({ReminderState.PLANNED, ReminderState.CLAIMED})
"""The states in which something is still to become of a reminder."""

# Thousands of these are made at a time, which takes dataclasses a multiple of the time.


class PlannedReminder(msgspec.Struct, frozen=True):
    """One entry of a plan: when, why, and whether without a sound."""

    kind: ReminderKind
    due_at: datetime
    silent: bool = False


class Reminder(msgspec.Struct, frozen=True):
    """A reminder as it is stored. `tries` counts the sendings begun, and never goes back.

    `reason` says why it was skipped or has failed, or waits for another try.
    """

    id: int
    filing_id: int
    chat_id: int
    kind: ReminderKind
    due_at: datetime
    deadline: datetime
    silent: bool
    state: ReminderState
    tries: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FailedReminder:
    """A reminder that was given up, with its filing as it stands; `failed_at` is None where that was not noted yet."""

    reminder: Reminder
    filing: Filing
    failed_at: datetime | None
