"""Which failed reminders may be tried again. Pure."""

from datetime import datetime

from bot.filings.filing import FilingState
from bot.filings.reminder import FailedReminder, ReminderKind
from bot.store.interface import Retry


def refusal(failed: FailedReminder, now: datetime) -> Retry | None:
    """Return why a failed reminder is not to be sent any more, None where it may be."""
    filing, reminder = failed.filing, failed.reminder
    if filing.state not in (FilingState.WAITING, FilingState.EXPIRED):
        return Retry.CLOSED
    if reminder.due_at < filing.submitted_at:
        return Retry.RESUBMITTED
    is_over = filing.state is FilingState.EXPIRED or filing.deadline <= now
    if reminder.kind is ReminderKind.EXPIRED:
        return None if is_over else Retry.NOT_EXPIRED
    return Retry.DEADLINE if is_over else None
