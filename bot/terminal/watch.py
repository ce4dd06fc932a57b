"""The reminders of one chat, for a terminal. It only reads: sending and its book-keeping are the dispatcher's."""

from dataclasses import replace
from datetime import datetime
from typing import cast

from bot.dialog.model import Replies
from bot.dialog.reminding import compose
from bot.dialog.turn import Services
from bot.filings.reminder import Reminder, ReminderState
from bot.store.interface import Handover, Store

UNSENT = frozenset({ReminderState.PLANNED, ReminderState.CLAIMED, ReminderState.FAILED})


class Watch:
    """Tells each due reminder of a chat once, as long as it lives."""

    def __init__(self, services: Services, chat_id: int) -> None:
        self._services = replace(services, store=cast("Store", _Unclaimed(services.store)))
        self._store = services.store
        self._chat_id = chat_id
        self._told: set[int] = set()

    async def due(self, now: datetime) -> Replies:
        """Return what the chat is to be reminded of; of several reminders of one filing only the latest."""
        replies = []
        for filing in await self._store.filings_of(self._chat_id, open_only=True):
            due = [each for each in await self._store.reminders_of(filing.id) if self._is_new(each, now)]
            self._told.update(reminder.id for reminder in due)
            reply = await compose(self._services, due[-1], now) if due else None
            if reply:
                replies.append(reply)
        return replies

    def _is_new(self, reminder: Reminder, now: datetime) -> bool:
        return reminder.due_at <= now and reminder.state in UNSENT and reminder.id not in self._told


class _Unclaimed:
    """What composing a reminder asks of the store, without a claim: nothing is sent from here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handover(self, reminder: Reminder) -> Handover | None:
        filing = await self._store.filing(reminder.filing_id)
        return Handover(filing, await self._store.person(reminder.chat_id)) if filing else None
