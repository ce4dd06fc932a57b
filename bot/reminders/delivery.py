"""One claimed reminder: composed, sent and marked, whatever goes wrong."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.dialog.model import Reply
from bot.errors import StoreError
from bot.filings.reminder import Reminder
from bot.reminders.breaker import LONGEST_PAUSE, Breaker
from bot.reminders.limits import Limits
from bot.reminders.retrying import FIRST_RETRY, LONGEST_RETRY, Chance, Counts, backoff
from bot.reminders.sending import ChatMoved, Send, SendBlocked, SendError, SendRefused, SendRetry
from bot.reminders.time_limit import TimeLimit
from bot.store.interface import Store

SEND_TIMEOUT = timedelta(minutes=1)
"""So long composing and sending may take; what takes longer is tried again."""
ERRORS = 5
"""After so many unexpected errors over one reminder it is given up."""
MARK_TRIES = 5
"""So often a mark is tried. Without it the reminder comes again when its lease ends."""
LATE = timedelta(minutes=2)
"""Beyond this a delivery counts as late and is logged, for operators to see; it is made all the same."""
NOT_NEEDED = "not needed any more"

Compose = Callable[[Reminder, datetime], Awaitable[Reply | None]]
"""Returns what a reminder says at that moment; None when there is nothing to remind of any more."""
Sleep = Callable[[float], Awaitable[object]]
Mark = Callable[[], Awaitable[object]]

logger = logging.getLogger(__name__)


class Delivery:
    """Delivers claimed reminders, each as often as it is called with it."""

    def __init__(
        self,
        store: Store,
        compose: Compose,
        send: Send,
        clock: Clock,
        limits: Limits,
        breaker: Breaker,
        *,
        sleep: Sleep = asyncio.sleep,
        chance: Chance = random.random,
    ) -> None:
        self._store = store
        self._compose = compose
        self._send = send
        self._clock = clock
        self._limits = limits
        self._breaker = breaker
        self._sleep = sleep
        self._chance = chance
        self._time_limit = TimeLimit(SEND_TIMEOUT)
        self._faults = Counts()
        self._errors = Counts()

    async def deliver(self, reminder: Reminder, *, paid: bool = False) -> None:
        """Compose, send and mark; what goes wrong is logged and decides the mark."""
        mark = await self._attempt(reminder, paid=paid)
        for tries in range(1, MARK_TRIES + 1):
            try:
                await mark()
                return
            except StoreError:
                logger.exception("%s: try %d to mark it failed", _name(reminder), tries)
            if tries < MARK_TRIES:
                await self._sleep(backoff(tries, self._chance).total_seconds())

    async def _attempt(self, reminder: Reminder, *, paid: bool) -> Mark:
        """Compose and send; return what is to be noted of it."""
        try:
            with self._time_limit:
                reply = await self._compose(reminder, self._clock())
                if reply is None:
                    self._forget(reminder)
                    return partial(self._store.mark_skipped, reminder, NOT_NEEDED)
                await self._send(reminder.chat_id, reply, silent=reminder.silent, paid=paid)
        except SendRetry as retry:
            if retry.retry_after is None:
                return self._unreached(reminder, retry.reason)
            return self._limited(reminder, timedelta(seconds=retry.retry_after), retry.reason)
        except SendError as error:
            self._breaker.success(self._clock())  # the service works, and has its reasons
            return self._declined(reminder, error, paid=paid)
        except TimeoutError:
            return self._unreached(reminder, f"took more than {SEND_TIMEOUT}")
        except StoreError as error:
            return self._later(reminder, str(error))
        except Exception as error:  # noqa: BLE001 - one faulty reminder must not stop the others
            return self._after_error(reminder, error)
        self._breaker.success(self._clock())
        return self._sent(reminder)

    def _sent(self, reminder: Reminder) -> Mark:
        now = self._clock()
        self._forget(reminder)
        if now - reminder.due_at > LATE:
            logger.info("%s: sent %s late", _name(reminder), now - reminder.due_at)
        return partial(self._store.mark_sent, reminder, now)

    def _declined(self, reminder: Reminder, error: SendError, *, paid: bool) -> Mark:
        match error:
            case SendBlocked():
                return partial(self._pause, reminder)
            case ChatMoved():
                return partial(self._move, reminder, error.new_chat_id)
            case SendRefused() if paid:
                return self._unpaid(reminder, error.reason)
            case SendRefused():
                return self._failed(reminder, f"refused: {error.reason}")
            case _:
                return self._failed(reminder, f"the chat is gone: {error}")

    def _failed(self, reminder: Reminder, reason: str) -> Mark:
        self._forget(reminder)
        logger.error("%s: given up: %s", _name(reminder), reason)
        return partial(self._store.mark_failed, reminder, reason, self._clock())

    def _unpaid(self, reminder: Reminder, reason: str) -> Mark:
        """Perhaps only the payment was refused: it goes out without one."""
        now = self._clock()
        self._limits.payment_refused(now)
        logger.warning("%s: refused as a paid message, it goes out as a free one: %s", _name(reminder), reason)
        return partial(self._store.release, reminder, now, reason)

    def _limited(self, reminder: Reminder, wait: timedelta, reason: str) -> Mark:
        """Give it back for as long as the service says; that it answers at all shows that it can be reached."""
        now = self._clock()
        self._breaker.success(now)
        self._limits.refused(reminder.chat_id, now + wait, now)
        logger.warning("%s: next try in %s: %s", _name(reminder), wait, reason)
        return partial(self._store.release, reminder, now + wait, reason)

    def _unreached(self, reminder: Reminder, reason: str) -> Mark:
        """Give it back after a fault of the service; when nothing gets through, it is due as soon as that is over.

        Only what fails while others get through waits for longer than a pause of the breaker.
        """
        now = self._clock()
        longest = LONGEST_PAUSE if self._breaker.in_doubt(reminder.chat_id) else LONGEST_RETRY
        self._breaker.fault(reminder, now, reason)
        if not self._breaker.is_open:
            return self._later(reminder, reason, longest)
        logger.debug("%s: waits until messages get through: %s", _name(reminder), reason)
        return partial(self._store.release, reminder, now, reason)

    def _later(self, reminder: Reminder, reason: str, longest: timedelta = LONGEST_RETRY) -> Mark:
        """Give it back to be tried again; the wait takes at most half of the time left to the deadline."""
        now = self._clock()
        wait = backoff(self._faults.add(reminder.id), self._chance, longest)
        if reminder.deadline > now:
            wait = min(wait, max((reminder.deadline - now) / 2, FIRST_RETRY))
        logger.warning("%s: next try in %s: %s", _name(reminder), wait, reason)
        return partial(self._store.release, reminder, now + wait, reason)

    def _after_error(self, reminder: Reminder, error: Exception) -> Mark:
        errors = self._errors.add(reminder.id)
        logger.error("%s: unexpected error %d of %d", _name(reminder), errors, ERRORS, exc_info=error)
        reason = f"{type(error).__name__}: {error}"
        return self._failed(reminder, reason) if errors >= ERRORS else self._later(reminder, reason)

    def _forget(self, reminder: Reminder) -> None:
        """It is done with."""
        self._faults.drop(reminder.id)
        self._errors.drop(reminder.id)

    async def _pause(self, reminder: Reminder) -> None:
        """The person has blocked the bot: it waits until they write again."""
        now = self._clock()
        await self._store.pause(reminder.chat_id, now)
        await self._store.release(reminder, now, "the bot is blocked")

    async def _move(self, reminder: Reminder, new_chat_id: int) -> None:
        await self._store.move_chat(reminder.chat_id, new_chat_id)
        await self._store.release(reminder, self._clock(), f"the chat is now {new_chat_id}")


def _name(reminder: Reminder) -> str:
    return f"reminder {reminder.id} ({reminder.kind}) of filing {reminder.filing_id}"
