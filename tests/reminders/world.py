"""A dispatcher with virtual time, a store in memory, and a service whose every mood a test can choose."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.dialog.model import Reply
from bot.filings.filing import ContactCheck, Filing, FilingState
from bot.filings.reminder import PlannedReminder, Reminder, ReminderKind
from bot.reminders.dispatcher import GROUP, Dispatcher
from bot.reminders.limits import Limits
from bot.reminders.sending import SendRetry
from bot.rules.model import Contact, FilingType
from bot.simulation.virtual import VirtualTime
from tests.reminders.memory_store import MemoryStore, is_waiting

START = datetime(2026, 11, 2, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message that reached the service, and what was said to it; None where it was accepted.

    `number` tells in which order they were begun, `at` when by the clock.
    """

    number: int
    at: datetime
    chat_id: int
    text: str
    silent: bool
    paid: bool
    fault: Exception | None

    @property
    def accepted(self) -> bool:
        return self.fault is None


@dataclass(slots=True)
class Service:
    """Takes messages; `moods` of a chat are raised or slept through, one for each message, before all is well again.

    While it is `down` no message gets through, and no mood passes; `answer_takes` is how long every answer takes.
    """

    time: VirtualTime
    down: bool = False
    answer_takes: timedelta = timedelta()
    moods: dict[int, deque[Exception | timedelta]] = field(default_factory=lambda: defaultdict(deque))
    attempts: list[Attempt] = field(default_factory=list)
    begun: int = 0
    under_way: int = 0
    most_under_way: int = 0

    async def send(self, chat_id: int, reply: Reply, *, silent: bool, paid: bool = False) -> None:
        self.begun += 1
        number, at = self.begun, self.time.now()
        mood = self.moods[chat_id].popleft() if self.moods[chat_id] and not self.down else self.answer_takes
        if isinstance(mood, timedelta) and mood:
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            await self.time.sleep(mood.total_seconds())
            self.under_way -= 1
        fault = SendRetry(None, "Bad Gateway") if self.down else mood if isinstance(mood, Exception) else None
        self.attempts.append(Attempt(number, at, chat_id, reply.text, silent, paid, fault))
        if fault:
            raise fault

    def accepted(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.accepted]

    def texts(self) -> list[str]:
        return [attempt.text for attempt in self.accepted()]


class World:
    """All of it together. Used inside of one event loop."""

    def __init__(
        self,
        per_second: int = 30,
        chance: Callable[[], float] = lambda: 1.0,
        group: int = GROUP,
        *,
        paid: bool = False,
    ) -> None:
        self.time = VirtualTime(START)
        self.store = MemoryStore()
        self.service = Service(self.time)
        self.per_second = per_second
        self.paid = paid
        self.group = group
        self.chance = chance
        self.compose_faults: dict[int, list[Exception]] = defaultdict(list)
        self.start()

    def start(self) -> None:
        """Start a dispatcher, as a new process would."""
        self.limits = Limits(self.per_second, paid=self.paid)
        self.dispatcher = self.another()
        self.task = asyncio.get_running_loop().create_task(self.dispatcher.run())

    def another(self) -> Dispatcher:
        """Return one more dispatcher on the same store."""
        return Dispatcher(
            self.store.as_store(),
            self.compose,
            self.service.send,
            self.time.now,
            self.limits,
            sleep=self.time.sleep,
            chance=self.chance,
            group=self.group,
        )

    async def compose(self, reminder: Reminder, _: datetime) -> Reply | None:
        """Say which reminder it is, as long as its filing waits or has just expired."""
        if self.compose_faults[reminder.filing_id]:
            raise self.compose_faults[reminder.filing_id].pop()
        return (
            Reply(f"{reminder.filing_id} {reminder.kind}")
            if is_waiting(self.store.filings[reminder.filing_id])
            else None
        )

    def track(
        self, *minutes: float, chat: int = 7, deadline: float = 48 * 60, silent: bool = False, wake: bool = True
    ) -> int:
        """Track a filing with reminders so many minutes from now; return its id."""
        now = self.time.now()
        filing = Filing(
            id=0,
            chat_id=chat,
            label="example.com",
            province="gansu",
            filing_type=FilingType.NEW_FILING,
            change=None,
            same_person=None,
            contacts=(ContactCheck(Contact.ENTITY),),
            submitted_at=now,
            deadline=now + timedelta(minutes=deadline),
            state=FilingState.WAITING,
            created_at=now,
        )
        plan = [PlannedReminder(ReminderKind.BEFORE, now + timedelta(minutes=each), silent) for each in minutes]
        plan.append(PlannedReminder(ReminderKind.EXPIRED, filing.deadline))
        filing = self.store.add(filing, plan)
        if wake:
            self.dispatcher.wake()
        return filing.id

    async def pass_(self, **span: float) -> None:
        """Let time pass, as `timedelta` takes it."""
        await self.time.pass_(timedelta(**span))

    async def kill(self) -> None:
        """End the process as SIGKILL does: nothing is released, marked or sent any more.

        The store refuses whatever the dying tasks still try on their way out.
        """
        faults, self.store.faults = self.store.faults, 10**9
        moods, self.service.moods = self.service.moods, defaultdict(deque)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.store.faults, self.service.moods = faults, moods


__all__ = ["GROUP", "START", "Attempt", "Service", "World"]
