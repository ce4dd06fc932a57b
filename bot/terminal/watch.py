"""The reminders of one chat, for a terminal. It only reads: sending and its book-keeping are the dispatcher's."""

from datetime import datetime

from bot.dialog.model import Replies
from bot.dialog.reminding import message
from bot.dialog.turn import Services
from bot.filings.reminder import Reminder, ReminderState
from bot.store.interface import Handover

UNSENT = frozenset({ReminderState.PLANNED, ReminderState.CLAIMED, ReminderState.FAILED})


class Watch:
    """Tells each due reminder of a chat once, as long as it lives."""

    def __init__(self, services: Services, chat_id: int) -> None:
        self._services = services
        self._store = services.store
        self._chat_id = chat_id
        self._told: set[int] = set()

    async def due(self, now: datetime) -> Replies:
        """Return what the chat is to be reminded of; of several reminders of one filing only the latest."""
        replies = []
        person = await self._store.person(self._chat_id)
        for filing in await self._store.filings_of(self._chat_id, open_only=True):
            due = [each for each in await self._store.reminders_of(filing.id) if self._is_new(each, now)]
            self._told.update(reminder.id for reminder in due)
            reply = message(self._services, Handover(filing, person), due[-1].kind, now) if due else None
            if reply:
                replies.append(reply)
        return replies

    def _is_new(self, reminder: Reminder, now: datetime) -> bool:
        return reminder.due_at <= now and reminder.state in UNSENT and reminder.id not in self._told
