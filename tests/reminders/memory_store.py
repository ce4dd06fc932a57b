"""The part of the store that the dispatcher uses, in memory; it chooses what to claim as the real one does."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import cast

from msgspec import structs

from bot.errors import StoreError
from bot.filings.filing import Filing, FilingState, cancel, expire
from bot.filings.reminder import PlannedReminder, Reminder, ReminderKind, ReminderState
from bot.store.choice import Unsent, choose
from bot.store.interface import Store

OPEN = (ReminderState.PLANNED, ReminderState.CLAIMED)
EPOCH = datetime.fromtimestamp(0, UTC)


class MemoryStore:
    """Filings and reminders in dicts. The next `faults` operations fail, the next `mark_faults` of those that mark."""

    def __init__(self) -> None:
        self.filings: dict[int, Filing] = {}
        self.reminders: dict[int, Reminder] = {}
        self.ready_at: dict[int, datetime] = {}
        self.paused: set[int] = set()
        self.faults = 0
        self.mark_faults = 0
        self.claims: list[int] = []
        """How many reminders each claim gave."""

    def as_store(self) -> Store:
        """Return it typed as the whole store; what is not here raises `AttributeError`."""
        return cast("Store", self)

    # for tests

    def add(self, filing: Filing, plan: Iterable[PlannedReminder]) -> Filing:
        filing = replace(filing, id=len(self.filings) + 1)
        self.filings[filing.id] = filing
        for each in plan:
            id_ = len(self.reminders) + 1
            self.reminders[id_] = Reminder(
                id=id_,
                filing_id=filing.id,
                chat_id=filing.chat_id,
                kind=each.kind,
                due_at=each.due_at,
                deadline=filing.deadline,
                silent=each.silent,
                state=ReminderState.PLANNED,
            )
            self.ready_at[id_] = each.due_at
        return filing

    def cancel(self, filing_id: int, now: datetime) -> None:
        self.filings[filing_id] = cancel(self.filings[filing_id], now)
        for reminder in self._unsent(filing_id):
            self._set(reminder, ReminderState.CANCELLED, "closed")

    def of(self, filing_id: int) -> list[Reminder]:
        return [reminder for reminder in self.reminders.values() if reminder.filing_id == filing_id]

    # the store

    async def resume(self, chat_id: int) -> bool:
        was = chat_id in self.paused
        self.paused.discard(chat_id)
        for reminder in self.reminders.values():
            if reminder.chat_id == chat_id and reminder.state is ReminderState.PLANNED:
                self.ready_at[reminder.id] = reminder.due_at
        return was

    async def pause(self, chat_id: int, _: datetime) -> None:
        self._maybe_fail(mark=True)
        self.paused.add(chat_id)

    async def next_due(self) -> datetime | None:
        self._maybe_fail()
        ready = [
            self.ready_at[reminder.id]
            for reminder in self.reminders.values()
            if reminder.state in OPEN and reminder.chat_id not in self.paused
        ]
        expiring = [filing.deadline for filing in self.filings.values() if filing.is_open]
        return min([*ready, *expiring], default=None)

    async def claim_due(self, now: datetime, *, limit: int, lease_until: datetime) -> list[Reminder]:
        self._maybe_fail()
        claimed: list[Reminder] = []
        ready = sorted(
            (
                reminder
                for reminder in self.reminders.values()
                if reminder.state in OPEN and self.ready_at[reminder.id] <= now and reminder.chat_id not in self.paused
            ),
            key=lambda reminder: (reminder.deadline, reminder.filing_id),
        )
        for filing_id, _ in groupby(ready, key=lambda reminder: reminder.filing_id):
            if len(claimed) == limit:
                break
            filing, unsent = self.filings[filing_id], self._unsent(filing_id)
            choice = choose(
                [self._choosable(each) for each in unsent], filing.state, _micros(filing.deadline), _micros(now)
            )
            for id_, reason in choice.skip:
                self._set(self.reminders[id_], ReminderState.SKIPPED, reason)
            if choice.claim is not None:
                reminder = self.reminders[choice.claim]
                reminder = structs.replace(reminder, state=ReminderState.CLAIMED, tries=reminder.tries + 1)
                self.reminders[reminder.id] = reminder
                self.ready_at[reminder.id] = lease_until
                claimed.append(reminder)
        self.claims.append(len(claimed))
        return claimed

    async def mark_sent(self, reminder: Reminder, _: datetime) -> bool:
        return self._settle(reminder, ReminderState.SENT, "")

    async def mark_skipped(self, reminder: Reminder, reason: str) -> bool:
        return self._settle(reminder, ReminderState.SKIPPED, reason)

    async def mark_failed(self, reminder: Reminder, reason: str, _: datetime) -> bool:
        return self._settle(reminder, ReminderState.FAILED, reason)

    async def release(self, reminder: Reminder, retry_at: datetime, reason: str) -> bool:
        held = self._settle(reminder, ReminderState.PLANNED, reason)
        if held:
            self.ready_at[reminder.id] = retry_at
        return held

    async def expire_filings(self, now: datetime) -> int:
        self._maybe_fail()
        expiring = [filing for filing in self.filings.values() if filing.is_open and filing.deadline <= now]
        for filing in expiring:
            self.filings[filing.id] = expire(filing, now)
            for reminder in self._unsent(filing.id):
                if reminder.kind is not ReminderKind.EXPIRED and reminder.state is ReminderState.PLANNED:
                    self._set(reminder, ReminderState.SKIPPED, "deadline")
        return len(expiring)

    async def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        self._maybe_fail(mark=True)
        for id_, filing in self.filings.items():
            if filing.chat_id == old_chat_id:
                self.filings[id_] = replace(filing, chat_id=new_chat_id)
        for id_, reminder in self.reminders.items():
            if reminder.chat_id == old_chat_id:
                self.reminders[id_] = structs.replace(reminder, chat_id=new_chat_id)

    # inside

    def _maybe_fail(self, *, mark: bool = False) -> None:
        if self.faults:
            self.faults -= 1
            raise StoreError("the disk is full")
        if mark and self.mark_faults:
            self.mark_faults -= 1
            raise StoreError("the disk is full")

    def _unsent(self, filing_id: int) -> list[Reminder]:
        return [reminder for reminder in self.of(filing_id) if reminder.state in OPEN]

    def _choosable(self, reminder: Reminder) -> Unsent:
        return Unsent(
            id=reminder.id,
            kind=reminder.kind,
            due_at=_micros(reminder.due_at),
            ready_at=_micros(self.ready_at[reminder.id]),
            claimed=reminder.state is ReminderState.CLAIMED,
        )

    def _set(self, reminder: Reminder, state: ReminderState, reason: str) -> None:
        self.reminders[reminder.id] = structs.replace(self.reminders[reminder.id], state=state, reason=reason)

    def _settle(self, claim: Reminder, state: ReminderState, reason: str) -> bool:
        self._maybe_fail(mark=True)
        stored = self.reminders[claim.id]
        if stored.state is not ReminderState.CLAIMED or stored.tries != claim.tries:
            return False
        self._set(stored, state, reason)
        return True


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def is_waiting(filing: Filing) -> bool:
    """Whether a filing is still to be reminded of."""
    return filing.state in (FilingState.WAITING, FilingState.EXPIRED)
