"""Sending the reminders that are due: claim, compose, send, mark.

Nothing is sent for which this process holds no claim, and a reminder is marked sent only after the service has accepted
it. So delivery is at least once: what was between sending and marking when the process ended, at most `GROUP`
reminders, is sent again by the next one; or, while other processes work on the same database, when its lease ends.

No reminder is dropped for being late. Of several overdue ones of a filing the store hands out the most urgent only,
from the deadline on the notice of the expiry only, however long ago it was; and the text is computed when it is sent.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import StoreError
from bot.filings.reminder import Reminder
from bot.reminders.breaker import Breaker
from bot.reminders.delivery import Compose, Delivery, Sleep
from bot.reminders.limits import Limits
from bot.reminders.retrying import Chance, backoff
from bot.reminders.sending import Send
from bot.store.interface import Store

GROUP = 48
"""So many reminders are claimed at most at a time, and may come twice after the process was killed.

Those under way while the service takes a second to answer are 30; the others are the next claim and what waits.
"""
REFILL = 4
"""More are claimed when fewer than one in so many of the group wait and there is room for as many: few claims do."""
LEASE = timedelta(minutes=3)
"""So long a claim holds: longer than sending and all tries to mark may take, lest another process send it as well."""
PATIENCE = timedelta(seconds=2)
"""So long a claimed reminder waits for its turn; one whose chat is served later is given back until then."""
CHUNK = timedelta(seconds=30)
"""The longest sleep: a clock that is set forward is noticed after it."""
IDLE = timedelta(seconds=1)
"""The wait where something seems due but cannot be had, as while another process works on it."""
TICK = timedelta(milliseconds=20)
"""The shortest wait for a turn: at a high rate several reminders are begun after it."""
UNREACHED = "waits until messages get through"
STOP_PATIENCE = timedelta(seconds=10)
"""So long a stop waits for what is being sent."""

logger = logging.getLogger(__name__)


def group_for(per_second: int) -> int:
    """Return the group for those who may send so many messages a second.

    At a higher rate it is what goes out in two fifths of a second: each may take a quarter, and the rate is kept.
    """
    return max(GROUP, per_second * 2 // 5)


class Dispatcher:
    """Sends what is due until it is stopped. Made and used in one event loop.

    `sleep` waits so many seconds of `clock`; `chance` spreads the retries; `group` takes the place of `GROUP` where
    more than some dozen messages a second are allowed, `chunk` that of `CHUNK` where nobody sets the clock.
    """

    def __init__(
        self,
        store: Store,
        compose: Compose,
        send: Send,
        clock: Clock,
        limits: Limits,
        *,
        sleep: Sleep = asyncio.sleep,
        chance: Chance = random.random,
        group: int = GROUP,
        chunk: timedelta = CHUNK,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self._sleep = sleep
        self._chance = chance
        self._group = group
        self._chunk = chunk
        self._breaker = Breaker(chance)
        self._delivery = Delivery(store, compose, send, clock, limits, self._breaker, sleep=sleep, chance=chance)
        self._waiting: dict[int, Reminder] = {}
        """Claimed and not begun, most urgent first."""
        self._leases: dict[int, datetime] = {}
        """Until when those are claimed that wait."""
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._trial: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()

    def wake(self) -> None:
        """Look at once what is due: a plan has changed."""
        self._news.set()

    def answered(self, chat_id: int) -> None:
        """An answer to a person went out: it counts, and shows that messages get through."""
        self._limits.note(chat_id, self._clock())
        self.reached()

    def reached(self) -> None:
        """Something but a reminder got through: if nothing did before, go on at once."""
        if self._breaker.success(self._clock()):
            self.wake()

    def answer_refused(self, chat_id: int, seconds: float) -> None:
        """The service wants an answer to a person to wait for so many seconds (429)."""
        now = self._clock()
        self._limits.refused(chat_id, now + timedelta(seconds=seconds), now)

    async def run(self) -> None:
        """Send what is due, when it is due, until `stop`; faults of the store, of composing and sending are borne."""
        self._ended.clear()
        faults = 0
        try:
            while not self._stopping:
                try:
                    again = await self._turn()
                    faults = 0
                except StoreError:
                    faults += 1
                    again = self._clock() + backoff(faults, self._chance)
                    logger.exception("the reminders cannot use the database; next try at %s", again)
                await self._rest(again - self._clock())
        finally:
            await self._wind_down()
            self._ended.set()

    async def stop(self) -> None:
        """End `run`: what was not begun is given back, what is being sent is waited for, within bounds."""
        self._stopping = True
        self._news.set()
        await self._ended.wait()

    async def _turn(self) -> datetime:
        """Do what can be done now; return when to look again if nothing happens before."""
        now = self._clock()
        # What waited beyond its lease, as when the clock is set forward, may be another process's by now: it is claimed
        # anew, lest it go out twice.
        self._waiting = {id_: reminder for id_, reminder in self._waiting.items() if self._leases[id_] > now}
        ready = self._breaker.ready_at(now)
        if ready > now:
            await self._give_back_all(now, UNREACHED)
            await self._store.expire_filings(now)
            return min(ready, now + self._chunk)
        if self._breaker.is_open:
            return await self._try_one(now)
        again = [now + self._chunk, await self._begin(now)]
        free = self._group - len(self._waiting) - len(self._sending)
        if free * REFILL >= self._group > len(self._waiting) * REFILL:
            again.append(await self._refill(now, free))
        return min(again)

    async def _begin(self, now: datetime) -> datetime:
        """Start sending what may be sent now, most urgent first; give back what would have to wait for long.

        Of one chat only one waits here, lest a chat with many reminders hold up the others. Return when the next of
        those that wait may go.
        """
        turns: dict[int, datetime] = {}
        later: list[tuple[Reminder, datetime]] = []
        turn = self._limits.turn_at(now)
        for reminder in list(self._waiting.values()):
            if now < turn <= now + PATIENCE:
                break  # it is nobody's turn before
            chat_id = reminder.chat_id
            ready = self._limits.ready_at(chat_id, now)
            if ready <= now:
                self._start(reminder, now)
                turn = self._limits.turn_at(now)
            elif chat_id in turns or ready > now + PATIENCE:
                later.append((reminder, self._limits.book(chat_id, now, behind=chat_id in turns)))
            else:
                turns[chat_id] = ready
        await self._give_back(later, "waits for its turn")
        if not self._waiting:
            return now + self._chunk
        return max(turn if turn > now else min(turns.values()), now + TICK)

    async def _try_one(self, now: datetime) -> datetime:
        """Start sending one reminder to see whether messages get through again; return when to look again."""
        if self._trial is not None and not self._trial.done():  # its end is news
            return now + self._chunk
        missing = self._breaker.candidates - len(self._waiting)
        again = [now + self._chunk, *([await self._refill(now, missing)] if missing > 0 else [])]
        for reminder in self._breaker.trials(list(self._waiting.values())):
            ready = self._limits.ready_at(reminder.chat_id, now)
            if ready <= now:
                self._breaker.begin_trial(reminder.chat_id)
                self._trial = self._start(reminder, now)
                await self._give_back_all(now, UNREACHED)
                return now + self._chunk
            again.append(ready)
        return min(again)

    async def _give_back(self, reminders: Sequence[tuple[Reminder, datetime]], reason: str) -> None:
        """Release reminders that were not begun, each to be claimed from a moment on."""
        outcomes = await asyncio.gather(
            *(self._release(reminder, until, reason) for reminder, until in reminders), return_exceptions=True
        )
        for outcome in outcomes:
            if outcome:
                raise outcome

    async def _give_back_all(self, until: datetime, reason: str) -> None:
        await self._give_back([(reminder, until) for reminder in self._waiting.values()], reason)

    async def _release(self, reminder: Reminder, until: datetime, reason: str) -> None:
        await self._store.release(reminder, until, reason)
        del self._waiting[reminder.id]

    def _start(self, reminder: Reminder, now: datetime) -> asyncio.Task[None]:
        paid = self._limits.take(reminder.chat_id, now)
        del self._waiting[reminder.id]
        task = asyncio.create_task(self._delivery.deliver(reminder, paid=paid), name=f"reminder {reminder.id}")
        self._sending[reminder.id] = task
        task.add_done_callback(lambda task: self._sent(reminder.id, task))
        return task

    def _sent(self, reminder_id: int, task: asyncio.Task[None]) -> None:
        del self._sending[reminder_id]
        self._news.set()
        if not task.cancelled() and (error := task.exception()):
            logger.error("reminder %d keeps its claim until its lease ends", reminder_id, exc_info=error)

    async def _refill(self, now: datetime, free: int) -> datetime:
        """Expire what has expired and claim what is due; return when to look again."""
        due = await self._store.next_due()
        if due is None or due > now:
            return due or now + self._chunk
        expired = await self._store.expire_filings(now)
        held_until = self._limits.held_until(now)
        if held_until > now:
            return held_until
        claimed = await self._store.claim_due(now, limit=free, lease_until=now + LEASE)
        waiting_until = {id_: self._leases[id_] for id_ in self._waiting}
        self._leases = waiting_until | {reminder.id: now + LEASE for reminder in claimed}
        # What is still being sent comes again only when the clock jumps over its lease.
        waiting = [*self._waiting.values(), *(reminder for reminder in claimed if reminder.id not in self._sending)]
        waiting.sort(key=lambda reminder: (reminder.deadline, reminder.due_at, reminder.id))
        self._waiting = {reminder.id: reminder for reminder in waiting}
        return now if claimed or expired else now + IDLE

    async def _rest(self, span: timedelta) -> None:
        """Wait for so long, or until something happens."""
        if span > timedelta():
            timer = asyncio.ensure_future(self._sleep(span.total_seconds()))
            timer.add_done_callback(lambda timer: None if timer.cancelled() else self._news.set())
            try:
                await self._news.wait()
            finally:
                timer.cancel()
        self._news.clear()

    async def _wind_down(self) -> None:
        try:
            await self._give_back_all(self._clock(), "the process has stopped")
        except StoreError:
            logger.exception("claims could not be given back; they end with their lease")
        self._waiting = {}
        timer = asyncio.ensure_future(self._sleep(STOP_PATIENCE.total_seconds()))
        while self._sending and not timer.done():
            await asyncio.wait({timer, *self._sending.values()}, return_when=asyncio.FIRST_COMPLETED)
        timer.cancel()
        unfinished = list(self._sending.values())
        for task in unfinished:
            task.cancel()
        await asyncio.gather(timer, *unfinished, return_exceptions=True)
