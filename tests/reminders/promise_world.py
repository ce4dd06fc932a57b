"""People, processes and a service around one database, in time that passes at once."""

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialog.actions import join_action
from bot.dialog.model import Event, Press, Who
from bot.filings.filing import Filing, FilingState
from bot.filings.person import QuietHours
from bot.filings.reminder import Reminder, ReminderKind, ReminderState
from bot.reminders.dispatcher import GROUP, LEASE
from bot.reminders.retrying import LONGEST_RETRY
from bot.rules.model import Contact
from bot.simulation.virtual import VirtualTime
from bot.store.sqlite import SqliteStore, open_store
from bot.texts import plain
from tests.reminders.promise_process import Call, Process, Reminding, start
from tests.reminders.promise_service import Service

START = datetime(2026, 11, 3, 7, 30, tzinfo=UTC)
CHUNK = timedelta(minutes=20)
"""The longest sleep of a dispatcher here: shorter ones only make a day longer to test."""
CALM = LEASE + LONGEST_RETRY + CHUNK + timedelta(minutes=2)
"""When nothing went wrong for so long, nothing is left undone."""
VALIDITY = timedelta(hours=48)
PEOPLE = (7, 8)
FINISHED = {FilingState.VERIFIED, FilingState.RETURNED, FilingState.CANCELLED}


@dataclass
class Person:
    """What a person has chosen, and whether they are away: they blocked the bot, and have not written since."""

    chat: int
    quiet: QuietHours | None = field(default_factory=lambda: QuietHours(time(22), time(8)))
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    away: bool = False

    def is_quiet(self, moment: datetime) -> bool:
        wall = moment.astimezone(self.zone).time()
        if self.quiet is None:
            return False
        starts, ends = self.quiet.starts, self.quiet.ends
        return starts <= wall < ends if starts < ends else wall >= starts or wall < ends


@dataclass
class Tracked:
    """A filing as its person knows it, and its reminders as they were when last looked at."""

    id: int
    person: Person
    submitted_at: datetime
    waiting_for: set[Contact]
    state: FilingState = FilingState.WAITING
    reminders: dict[int, Reminder] = field(default_factory=dict)

    @property
    def deadline(self) -> datetime:
        return self.submitted_at + VALIDITY


class World:
    """All of it. `finished` are the filings of which nothing may be sent any more, `untrue` what went wrong unseen.

    `may_come_again` counts for each reminder how often a message may have arrived without anybody's noting it. `latest`
    is the latest moment that the clock has shown, `calm` how long nothing has gone wrong, `set_back` how far the clock
    was set back in all. `store` is for looking only.
    """

    store: SqliteStore

    def __init__(self, path: Path) -> None:
        self.path = path
        self.loop = asyncio.new_event_loop()
        self.time = VirtualTime(START, self.work)
        self.random = random.Random()
        self.service = Service(self.time)
        self.processes: list[Process] = []
        self.people = {chat: Person(chat) for chat in PEOPLE}
        self.filings: dict[int, Tracked] = {}
        self.finished: set[int] = set()
        self.untrue: list[str] = []
        self.may_come_again: Counter[int] = Counter()
        self.latest = START
        self.calm = timedelta()
        self.set_back = timedelta()
        self.told_again = False

    def open(self, seed: int) -> None:
        """Begin, with one process; `seed` is for all that is left to chance."""
        self.random.seed(seed)
        self.run(self.start_process())
        self.store = self.run(open_store(self.path))

    def close(self) -> None:
        """End all that is left."""
        self.run(self.end())
        self.loop.close()

    async def end(self) -> None:
        for process in self.processes:
            process.refuse()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for process in self.processes:
            if process.alive:
                await process.kill()
        if hasattr(self, "store"):
            await self.store.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    # as processes meet it

    def chance(self) -> float:
        return self.random.random()

    async def work(self) -> bool:
        """Do any of the operations that processes wait for."""
        calls = [(process, call) for process in self.processes for call in process.next_calls()]
        if not calls:
            return False
        process, call = self.random.choice(calls)
        await process.do(call)
        if not process.awake:
            self.interrupted(process)
        return True

    async def send(self, process: Process, message: Reminding, *, silent: bool) -> None:
        assert message.reminder is not None
        if message.reminder.filing_id in self.finished:
            self.untrue.append(f"{message.reminder} was sent after its filing was finished")
        await self.service.send(process, message, silent=silent)

    def refused(self, name: str, *args: Any) -> None:
        if name == "mark_sent":
            self.may_come_again[args[0].id] += 1

    async def done(self, process: Process, call: Call, result: Any) -> None:
        if call.name == "claim_due" and isinstance(result, list):
            now = call.arguments[0]
            if self.time.now() - now >= LEASE:  # held up in the moment of claiming: the lease has ended already
                self.may_come_again.update(claim.id for claim in result)
            for claim in result:
                await self.check_claim(claim, now)
        if call.name == "update_filing" and result is True:
            after: Filing = call.arguments[1]
            (self.finished.add if after.state in FINISHED else self.finished.discard)(after.id)

    async def check_claim(self, claim: Reminder, now: datetime) -> None:
        """Only the most urgent goes out, and only of what is open, to those who can be reached."""
        filing, person = await self.store.filing(claim.filing_id), await self.store.person(claim.chat_id)
        others = [other for other in await self.store.reminders_of(claim.filing_id) if other.id != claim.id]
        late = [other for other in others if other.state is ReminderState.PLANNED and other.due_at <= now]
        assert filing is not None
        assert claim.due_at <= max(now, self.latest), "claimed too early"
        assert filing.state in (FilingState.WAITING, FilingState.EXPIRED), "claimed of a finished filing"
        assert person is None or person.paused_since is None, "claimed for somebody who blocks the bot"
        assert (claim.kind is ReminderKind.EXPIRED) == (filing.deadline <= now or filing.state is FilingState.EXPIRED)
        assert late == [], "another one was overdue as well"
        assert not [other for other in others if other.state is ReminderState.CLAIMED and other.due_at == claim.due_at]

    # processes and time

    async def start_process(self) -> Process:
        self.somebody_comes()
        process = await start(self, CHUNK)
        self.processes.append(process)
        return process

    @property
    def front(self) -> Process:
        """The process that answers people."""
        awake = [process for process in self.processes if process.awake]
        return awake[0] if awake else self.run(self.start_process())

    def go_on(self, process: Process) -> None:
        self.somebody_comes()
        process.go_on()
        self.run(self.time.settle())

    def somebody_comes(self) -> None:
        """Where nobody was at work, what was left undone begins to be done only now."""
        if not any(process.awake for process in self.processes):
            self.calm = timedelta()

    def interrupted(self, process: Process) -> None:
        """What was under way may have arrived without anybody's noting it."""
        assert len(process.under_way) <= GROUP
        self.may_come_again.update(process.under_way)
        self.calm = timedelta()

    def pass_(self, span: timedelta) -> None:
        self.run(self.time.pass_(span))
        self.calm += span

    def hurry(self, rush: str | None) -> None:
        """Come to such a moment with everybody about to see that something is due."""
        due = self.next_deadline() if rush == "deadline" else self.run(self.store.next_due()) if rush else None
        ahead = due - self.time.now() if due else timedelta()
        if timedelta() < ahead < VALIDITY:
            blink = min(ahead, timedelta(milliseconds=10))
            self.pass_(ahead - blink)
            self.time.jump(blink)
            for process in self.processes:
                process.dispatcher.wake()

    def next_deadline(self) -> datetime:
        """Return the deadline that comes first; now, where there is none."""
        open_filings: list[Filing] = self.run(self.store.open_filings(limit=1))
        return open_filings[0].deadline if open_filings else self.time.now()

    # people

    def tell(self, chat: int, event: Event) -> str:
        """Let an event be handled, again when the process dies over it, as the service does; return what was said."""
        self.service.blocked.discard(chat)
        self.told_again = False
        while True:
            process = self.front
            handling = self.loop.create_task(process.handle(Who(chat, chat, "zh-hans"), event))
            self.run(self.time.settle())
            if not handling.done():
                process.go_on()
                self.run(self.time.settle())
            if handling.done():
                if self.people[chat].away:  # what waited for them begins to go out only now
                    self.calm = timedelta()
                # Such an answer on its way pauses them after all.
                self.people[chat].away = bool(self.service.bouncing[chat])
                return "\n".join(plain(reply.text) for reply in handling.result())
            assert not process.alive
            self.told_again = True

    def press(self, filing: Tracked, verb: str, value: str = "") -> str:
        return self.tell(filing.person.chat, Press(join_action("filing", filing.id, verb, value)))

    def stored(self, filing: Tracked) -> Filing:
        stored: Filing | None = self.run(self.store.filing(filing.id))
        assert stored is not None
        return stored
