"""The store's named operations. The contract tests hold every implementation to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.filings.filing import Filing
from bot.filings.person import Person
from bot.filings.reminder import FailedReminder, PlannedReminder, Reminder
from bot.store.packing import Packed


@dataclass(frozen=True, slots=True)
class ConversationKey:
    """One person's conversation in one chat; in a private chat both numbers are the same."""

    chat_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Handover:
    """What is needed to send a reminder, as it is at this moment. `person` is None where nothing is kept about them."""

    filing: Filing
    person: Person | None


class Reason(StrEnum):
    """Why the store itself skips or cancels a reminder, as `Reminder.reason` shows it."""

    LATER_ONE = "a later reminder was due"
    DEADLINE = "the deadline had passed"
    CLOSED = "the filing was no longer open"
    REPLANNED = "the plan was made anew"
    REPLACED = "another of its kind took its place"


class Retry(StrEnum):
    """What becomes of a failed reminder that is to be tried again; all but the first two leave it as it was."""

    PLANNED = "planned again, due at once"
    HELD = "planned again; it waits until the chat no longer blocks the bot"
    UNKNOWN = "there is no such reminder"
    NOT_FAILED = "it has not failed"
    CLOSED = "the filing is no longer open"
    RESUBMITTED = "it belongs to an earlier submission of the filing"
    DEADLINE = "the deadline has passed"
    NOT_EXPIRED = "the filing has not expired"

    @property
    def is_planned(self) -> bool:
        """Whether it is tried again."""
        return self in (Retry.PLANNED, Retry.HELD)


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts for staff and health checks; every state is there, with 0 where nothing is in it."""

    people: int
    filings: Mapping[str, int]
    """Filings by state."""
    reminders: Mapping[str, int]
    """Reminders by state."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Where everything stands at a moment, for staff; every state is there, with 0 where nothing is in it."""

    people: int
    filings: Mapping[str, int]
    """Filings by state."""
    deadlines: Mapping[timedelta, int]
    """How many open filings have their deadline within such a span."""
    waiting: int
    """Reminders that are to be sent, but for those of chats that block the bot."""
    overdue: int
    """Those of them whose time has come and that nobody is sending."""
    failed: int
    """Reminders that were given up."""


class Store(Protocol):
    """Everything that is kept. Every method may raise `StoreError`; moments are aware, a naive one raises `ValueError`.

    A method that changes something does all of it in one transaction, or nothing. When it returns, the change is there
    for every later read, here and in other processes; it survives the end of the process, and all but those of
    `save_conversation` and `claim_due` a power failure as well. Cancelling the wait does not cancel the change.
    """

    async def close(self) -> None:
        """Finish what is queued and close; may be called twice. Any later call of another method raises."""

    # people and conversations

    async def person(self, chat_id: int) -> Person | None:
        """Return what is kept about the chat."""

    async def people_with_wishes(self) -> dict[int, Person]:
        """Return, by chat, those with a zone or quiet hours of their own. Reads everybody: for an import."""

    async def save_person(self, person: Person) -> None:
        """Insert or replace, but for `paused_since`: only `pause` and `resume` change that."""

    async def resume(self, chat_id: int) -> bool:
        """Clear `paused_since`; whether it was set. The reminders that waited are due again."""

    async def pause(self, chat_id: int, now: datetime) -> None:
        """Telegram says that this chat blocks the bot: claim nothing for it until `resume`.

        Of a chat that is paused already, `paused_since` stays as it is.
        """

    async def conversation(self, key: ConversationKey) -> str | None:
        """Return the dialog's own record (JSON), if there is one."""

    async def save_conversation(self, key: ConversationKey, record: str | None, now: datetime) -> None:
        """Insert, replace, or with None delete the record."""

    async def open_chat(self, key: ConversationKey) -> tuple[Person | None, str | None]:
        """Return `person` and `conversation` in one read: what every message needs."""

    # filings

    async def track_filing(self, filing: Filing, plan: Sequence[PlannedReminder]) -> Filing:
        """Insert the filing and its reminders; return it with its id. An id is never given twice."""

    async def import_filings(self, batches: Iterable[Packed]) -> int:
        """Insert many with their reminders, all or none; return how many.

        The batches are asked for as they can be stored, in another thread; what they raise undoes everything and is
        raised. Until the last of them is stored, no other change is made to the database.
        """

    async def filing(self, filing_id: int) -> Filing | None:
        """Return one filing."""

    async def filings_of(self, chat_id: int, *, open_only: bool = False) -> list[Filing]:
        """Return a chat's filings: open ones first by deadline, then the others, latest closed first."""

    async def open_filings(self, *, limit: int | None = None) -> list[Filing]:
        """Return all open filings by deadline."""

    async def update_filing(self, before: Filing, after: Filing, plan: Sequence[PlannedReminder] | None) -> bool:
        """Replace `before` by `after`; False, and nothing changed, when the stored one is no longer as `before`.

        With a `plan`, reminders not yet sent are cancelled and those of the plan take their place. Without one they
        stay, unless the filing is no longer open: then they are cancelled, but for the notice of an expired one.
        """

    async def replan(self, filing: Filing, plan: Sequence[PlannedReminder], now: datetime) -> bool:
        """Cancel the filing's reminders that are ahead at `now`, and put `plan` in their place; what is due stays.

        Return False, and change nothing, when the stored filing is no longer as `filing`.
        """

    async def snooze(self, filing_id: int, reminder: PlannedReminder) -> bool:
        """Add one reminder to an open filing; an unsent one of the same kind is cancelled.

        Return False, and change nothing, when the filing is not open.
        """

    async def delete_closed(self, before: datetime) -> int:
        """Delete filings closed before that moment, and conversations idle since; return how many filings."""

    async def forget(self, chat_id: int) -> int:
        """Delete all that is kept of the chat; return the number of filings deleted.

        That includes the conversations that this person leads in other chats.
        """

    # reminders

    async def reminders_of(self, filing_id: int) -> list[Reminder]:
        """Return a filing's reminders by due time."""

    async def next_due(self) -> datetime | None:
        """Return the earliest moment with something to do, None if there is none.

        That is: a planned reminder of a chat that is not paused is due, a claim's lease ends, an open filing expires.
        """

    async def take_over(self, now: datetime, *, lease_until: datetime) -> int:
        """From here on this process claims; what processes that have ended still had claimed is due again at `now`.

        To be called once, before the first claim. Return how many were given back: all that are claimed until
        `lease_until` at most, which is as long as a claim made by now can hold. While another process lives whose store
        has done this and is not closed, nothing is given back: then leases decide, as they do where it cannot be known.
        """

    async def claim_due(self, now: datetime, *, limit: int, lease_until: datetime) -> list[Reminder]:
        """Claim up to `limit` due reminders for this process until `lease_until`; nearest deadline first.

        Of several due reminders of one filing only the most urgent is claimed (the latest due), and the others are
        marked skipped; from the deadline on only the expiry notice. Reminders whose lease has ended are claimed again.
        Chats that are paused are passed over; of a filing that is not open only the notice of its expiry is claimed.
        What is returned is the claim: `tries` has gone up by one, and tells this claim from an earlier or later one.
        A lease that has ended at `now` raises `ValueError`.
        """

    async def handover(self, reminder: Reminder) -> Handover | None:
        """Return what is needed to send a claimed reminder.

        None when the claim no longer holds: meanwhile the reminder was cancelled or claimed by another process.
        """

    # The following act only while the claim holds, and return whether it did. A lease that has ended still holds as
    # long as nobody else has claimed the reminder.

    async def mark_sent(self, reminder: Reminder, now: datetime) -> bool:
        """It was delivered."""

    async def mark_skipped(self, reminder: Reminder, reason: str) -> bool:
        """It was not needed any more."""

    async def mark_failed(self, reminder: Reminder, reason: str, now: datetime) -> bool:
        """It cannot be delivered; the row stays for staff to see."""

    async def release(self, reminder: Reminder, retry_at: datetime, reason: str) -> bool:
        """Give a claim back: planned again, to be claimed from `retry_at` on; `due_at` stays as planned."""

    async def failed_reminders(self, *, limit: int | None = None) -> list[FailedReminder]:
        """Return what was given up, latest first; where it is not known when, last."""

    async def retry_failed(self, ids: Sequence[int], now: datetime) -> Mapping[int, Retry]:
        """Plan failed reminders again, due at once; return what became of each.

        Refused is what would say nothing, or nothing true: an open filing is reminded of before its deadline, an
        expired one of its expiry, and of no earlier submission. `tries` goes on, so that no earlier claim holds again.
        """

    async def expire_filings(self, now: datetime) -> int:
        """Close as expired every waiting filing whose deadline has come; return how many.

        Their planned reminders are marked skipped, but for the expiry notice. Claimed ones stay with their claim.
        """

    async def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup: everything of the old chat belongs to the new one.

        Where both chats have a wish or a conversation, the new one's stays.
        """

    # operation

    async def stats(self) -> Stats:
        """Return counts for staff and health checks. Counts everything: not for every few seconds."""

    async def overview(self, now: datetime, within: Sequence[timedelta]) -> Overview:
        """Return where everything stands, deadlines counted `within` such spans.

        Counts what is open, what is to be sent, and what was closed and not deleted yet: a second or so for a million
        filings.
        """

    async def backup(self, path: str | Path) -> None:
        """Write a consistent copy to `path`, which must not exist yet."""
