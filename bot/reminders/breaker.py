"""A circuit breaker: from what becomes of messages it tells whether the service is down. No waiting is done here.

It opens when messages to several chats in a row meet a fault of the service (a 5xx, a time-out, a broken connection),
and none gets through between. While it is open no reminder is begun, but for one now and then, as a trial. Whatever the
service takes, or refuses with a reason, closes it, be it a reminder or an answer to a person.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.filings.reminder import Reminder
from bot.reminders.retrying import FIRST_RETRY, Chance, backoff

SEVERAL = 5
"""Faults at so many different chats in a row open it: a chat or two at which every message fails never do."""
LONGEST_PAUSE = timedelta(minutes=1)
"""The pause before a trial doubles from `FIRST_RETRY` to this: people wait for their reminders."""
MOST_TRIED = 10
"""After trials at so many chats it is the first one's turn again."""
EPOCH = datetime.fromtimestamp(0, UTC)

logger = logging.getLogger(__name__)


class Breaker:
    """Told what becomes of messages, it says from when on something may be begun, and of what."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._failing: dict[int, datetime] = {}
        self._tried: set[int] = set()
        self._trial: int | None = None
        self._pauses = 0
        self._opened: datetime | None = None
        self._again = EPOCH

    @property
    def is_open(self) -> bool:
        """Whether the service is taken to be down."""
        return self._opened is not None

    @property
    def candidates(self) -> int:
        """How many reminders of different chats are enough to find one for a trial."""
        return len(self._tried) + 1

    def in_doubt(self, chat_id: int) -> bool:
        """Whether nothing got through since a message to the chat met a fault: it may not be the chat's own."""
        return chat_id in self._failing

    def ready_at(self, at: datetime) -> datetime:
        """Return the earliest moment, from `at` on, at which something may be begun."""
        self._again = min(self._again, at + LONGEST_PAUSE)  # the clock may have been set back
        return max(at, self._again) if self.is_open else at

    def trials(self, reminders: Sequence[Reminder]) -> list[Reminder]:
        """Return them in the order in which to try one: a chat whose messages all fail must not be in the way."""
        return sorted(reminders, key=lambda reminder: reminder.chat_id in self._tried)

    def begin_trial(self, chat_id: int) -> None:
        """A reminder is sent to the chat to find out whether it gets through."""
        if len(self._tried) == MOST_TRIED:
            self._tried.clear()
        self._tried.add(chat_id)
        self._trial = chat_id

    def fault(self, reminder: Reminder, at: datetime, reason: str) -> None:
        """A reminder has met a fault of the service."""
        chat_id = reminder.chat_id
        self._failing[chat_id] = min(reminder.deadline, self._failing.get(chat_id, reminder.deadline))
        if self._opened is None and len(self._failing) >= SEVERAL:
            self._opened = at
            self._pause(at)
            logger.warning(
                "nothing gets through to %d chats in a row (%s); no reminders for now, next trial in %s",
                len(self._failing),
                reason,
                self._again - at,
            )
        elif self.is_open and chat_id == self._trial:
            self._pause(at)

    def success(self, at: datetime) -> bool:
        """Something got through; return whether it had been open."""
        opened, self._opened = self._opened, None
        self._failing.clear()
        self._tried.clear()
        self._trial, self._pauses = None, 0
        if opened is not None:
            logger.warning("messages get through again, after %s", at - opened)
        return opened is not None

    def _pause(self, at: datetime) -> None:
        """Wait for the next trial: at most half of the time that is left to the nearest deadline."""
        self._trial = None
        self._pauses += 1
        wait = backoff(self._pauses, self._chance, LONGEST_PAUSE)
        left = min((deadline - at for deadline in self._failing.values() if deadline > at), default=2 * LONGEST_PAUSE)
        self._again = at + min(wait, max(left / 2, FIRST_RETRY))
