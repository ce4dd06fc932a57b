"""The store's named operations. The contract tests hold every implementation to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.filings.filing import Filing
from bot.filings.person import Person
from bot.filings.reminder import PlannedReminder, Reminder


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """One person's conversation in one chat; in a private chat both numbers are the same."""

    chat_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts for staff and health checks."""

    people: int
    filings: Mapping[str, int]
    """Filings by state."""
    reminders: Mapping[str, int]
    """Reminders by state."""


class Store(Protocol):
    """Everything that is kept. Every method may raise `StoreError`; moments are aware, in UTC.

    A method that changes something does all of it in one transaction, or nothing.
    """

    async def close(self) -> None:
        """Finish what is queued and close; may be called twice."""

    # people and conversations

    async def person(self, chat_id: int) -> Person | None:
        """Return what is kept about the chat."""

    async def save_person(self, person: Person) -> None:
        """Insert or replace."""

    async def resume(self, chat_id: int) -> bool:
        """Clear `paused_since`; whether it was set. The reminders that waited are due again."""

    async def pause(self, chat_id: int, now: datetime) -> None:
        """Telegram says that this chat blocks the bot: claim nothing for it until `resume`."""

    async def conversation(self, key: ConversationKey) -> str | None:
        """Return the dialog's own record (JSON), if there is one."""

    async def save_conversation(self, key: ConversationKey, record: str | None, now: datetime) -> None:
        """Insert, replace, or with None delete the record."""

    async def open_chat(self, key: ConversationKey) -> tuple[Person | None, str | None]:
        """Return `person` and `conversation` in one read: what every message needs."""

    # filings

    async def track_filing(self, filing: Filing, plan: Sequence[PlannedReminder]) -> Filing:
        """Insert the filing and its reminders; return it with its id."""

    async def track_filings(self, batch: Sequence[tuple[Filing, Sequence[PlannedReminder]]]) -> int:
        """Insert many at once (an import), all or none; return how many."""

    async def filing(self, filing_id: int) -> Filing | None:
        """Return one filing."""

    async def filings_of(self, chat_id: int, *, open_only: bool = False) -> list[Filing]:
        """Return a chat's filings: open ones first by deadline, then the others, latest first."""

    async def open_filings(self, *, limit: int | None = None) -> list[Filing]:
        """Return all open filings by deadline."""

    async def update_filing(
        self, before: Filing, after: Filing, plan: Sequence[PlannedReminder] | None, now: datetime
    ) -> bool:
        """Replace `before` by `after`; False, and nothing changed, when the stored one is no longer as `before`.

        With a `plan`, reminders not yet sent are cancelled and those of the plan take their place. Without one they
        stay, unless the filing is no longer open: then they are cancelled.
        """

    async def snooze(self, filing_id: int, reminder: PlannedReminder) -> None:
        """Add one reminder to an open filing; an unsent one of the same kind is replaced."""

    async def delete_closed(self, before: datetime) -> int:
        """Delete filings closed before that moment, and conversations idle since; return how many filings."""

    async def forget(self, chat_id: int) -> int:
        """Delete all that is kept of the chat; return the number of filings deleted."""

    # reminders

    async def reminders_of(self, filing_id: int) -> list[Reminder]:
        """Return a filing's reminders by due time."""

    async def next_due(self) -> datetime | None:
        """Return the earliest moment with something to do, None if there is none.

        That is: a planned reminder of a chat that is not paused is due, a claim's lease ends, an open filing expires.
        """

    async def claim_due(self, now: datetime, *, limit: int, lease_until: datetime) -> list[Reminder]:
        """Claim up to `limit` due reminders for this process until `lease_until`; nearest deadline first.

        Of several due reminders of one filing only the most urgent is claimed (the latest due), and the others are
        marked skipped; past the deadline only the expiry notice. Reminders whose lease has ended are claimed again.
        Chats that are paused are passed over.
        """

    async def mark_sent(self, reminder: Reminder, now: datetime) -> None:
        """It was delivered."""

    async def mark_skipped(self, reminder: Reminder, reason: str) -> None:
        """It was not needed any more."""

    async def mark_failed(self, reminder: Reminder, reason: str) -> None:
        """It cannot be delivered; the row stays for staff to see."""

    async def release(self, reminder: Reminder, retry_at: datetime, reason: str) -> None:
        """Give a claim back: planned again, due at `retry_at`."""

    async def expire_filings(self, now: datetime) -> int:
        """Close as expired every waiting filing whose deadline has come; return how many.

        Their unsent reminders are marked skipped, but for the expiry notice, which stays planned.
        """

    async def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup: everything of the old chat belongs to the new one."""

    # operation

    async def stats(self) -> Stats:
        """Return counts for staff and health checks."""

    async def backup(self, path: str) -> None:
        """Write a consistent copy to `path`, which must not exist yet."""
