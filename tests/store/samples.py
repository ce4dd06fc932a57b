"""Filings and plans for the tests, all around one moment."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.filings.filing import ContactCheck, Filing, FilingState
from bot.filings.reminder import PlannedReminder, Reminder, ReminderKind
from bot.rules.model import Contact, FilingType
from bot.store.interface import Store

NOW = datetime(2026, 11, 21, 12, 58, tzinfo=UTC)
LEASE = timedelta(minutes=1)
VALIDITY = timedelta(hours=48)


def hours(count: float) -> datetime:
    """Return the moment so many hours after the submission of the sample filing."""
    return NOW + timedelta(hours=count)


def sample(chat_id: int = 1, *, submitted: float = 0, label: str = "example.com") -> Filing:
    """Return a waiting filing submitted so many hours after `NOW`."""
    return Filing(
        id=0,
        chat_id=chat_id,
        label=label,
        province="gansu",
        filing_type=FilingType.NEW_FILING,
        change=None,
        same_person=None,
        contacts=(ContactCheck(Contact.ENTITY), ContactCheck(Contact.WEBSITE)),
        submitted_at=hours(submitted),
        deadline=hours(submitted) + VALIDITY,
        state=FilingState.WAITING,
        created_at=NOW,
    )


def before(*due: float) -> list[PlannedReminder]:
    """Return reminders due so many hours after `NOW`."""
    return [PlannedReminder(ReminderKind.BEFORE, hours(count)) for count in due]


def notice(filing: Filing) -> PlannedReminder:
    """Return the notice of the filing's expiry."""
    return PlannedReminder(ReminderKind.EXPIRED, filing.deadline)


async def claim(store: Store, at: datetime, limit: int = 100) -> list[Reminder]:
    """Claim for a minute."""
    return await store.claim_due(at, limit=limit, lease_until=at + LEASE)


async def take_over(store: Store, at: datetime) -> int:
    """Take over what was claimed for a minute."""
    return await store.take_over(at, lease_until=at + LEASE)


async def states(store: Store, filing: Filing) -> Sequence[str]:
    """Return the states of a filing's reminders by due time."""
    return [reminder.state.value for reminder in await store.reminders_of(filing.id)]
