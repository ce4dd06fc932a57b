"""The bot but for its front end, as a process that can be held up or killed whenever it waits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

from bot.app import App, build
from bot.dialog.engine import Engine
from bot.dialog.model import Event, Replies, Reply, Who
from bot.dialog.reminding import compose
from bot.errors import StoreError, StoreLockedError
from bot.filings.reminder import Reminder
from bot.reminders.dispatcher import STOP_PATIENCE, Dispatcher
from bot.reminders.limits import Limits
from bot.simulation.orderly import READS
from bot.simulation.virtual import VirtualTime
from bot.store.interface import Store
from tests.dialog.talk import knowledge, settings

MARKS = frozenset({"mark_sent", "mark_skipped", "mark_failed", "release"})
FAILING = MARKS | {"next_due", "claim_due", "handover", "pause"}
"""What a busy database refuses here: the operations of the reminders, which have to bear it."""


class Reminding(Reply, frozen=True):
    """The message of a reminder, with what it is the message of."""

    reminder: Reminder | None = None


@dataclass(eq=False)
class Call:
    """An operation of the store that a process waits for."""

    name: str
    arguments: tuple[Any, ...]
    begin: Callable[[], Awaitable[Any]]
    outcome: asyncio.Future[Any]


class Outside(Protocol):
    """What is around a process."""

    time: VirtualTime
    path: Path

    def chance(self) -> float:
        """Return a number from 0 to 1."""

    async def send(self, process: "Process", message: Reminding, *, silent: bool) -> None:
        """Take a message to the service."""

    def refused(self, name: str, *args: Any) -> None:
        """Hear of an operation that a busy database refused."""

    async def done(self, process: "Process", call: Call, result: Any) -> None:
        """Hear of an operation that was done."""


class Process:
    """The parts that `bot.running` puts together. One that is killed goes no further, nor does it clean up.

    `under_way` are the reminders that it is at: composing, sending, or marking them.
    """

    def __init__(self, app: App, outside: Outside, chunk: timedelta) -> None:
        self._outside = outside
        self._store = app.store
        self._calls: list[Call] = []
        self._going_on = asyncio.Event()
        self._going_on.set()
        self._refusing = False
        self._calls_left, self._deadly = 0, False
        self.alive = True
        self.faults = 0
        self.halts = 0
        self.under_way: set[int] = set()
        self.services = replace(app.services, store=cast("Store", self))
        self.engine = Engine(self.services)
        self.dispatcher = Dispatcher(
            self.services.store,
            self._compose,
            self._send,
            outside.time.now,
            Limits(),
            sleep=self.sleep,
            chance=outside.chance,
            chunk=chunk,
        )
        self.services.plan_changed = self.dispatcher.wake
        self.task = asyncio.create_task(self.dispatcher.run())

    @property
    def awake(self) -> bool:
        """Whether it goes on."""
        return self.alive and self._going_on.is_set()

    # what is done to it

    def halt(self) -> None:
        """Hold it up, as SIGSTOP does, or a machine that is put to sleep."""
        self.halts += 1
        self._going_on.clear()

    def go_on(self) -> None:
        """Let it go on, and not end soon."""
        self._calls_left = 0
        if self.alive:
            self._going_on.set()

    def ends_after(self, calls: int, deadly: bool) -> None:
        """Kill it, or hold it up, so many operations of its store later: the last is done, but it does not know yet."""
        self._calls_left, self._deadly = calls, deadly

    async def kill(self) -> None:
        """End it as SIGKILL does."""
        self.alive = False
        self._going_on.clear()
        self._calls.clear()
        await self._store.close()

    async def stop(self) -> None:
        """End it as SIGTERM does, and SIGKILL where that does not help; time passes meanwhile."""
        stopping = asyncio.create_task(self.dispatcher.stop())
        await self._outside.time.pass_(2 * STOP_PATIENCE)
        assert stopping.done() or not self.awake
        if self.alive:
            await self.kill()

    def refuse(self) -> None:
        """Refuse every operation from now on, so that its tasks can be ended."""
        self._refusing = True

    # what it does

    async def handle(self, who: Who, event: Event) -> Replies:
        """Answer an event; whoever writes can be reached again."""
        replies = await self.engine.handle(who, event, self._outside.time.now())
        if await self.services.store.resume(who.chat_id):
            self.dispatcher.wake()
        return replies

    async def sleep(self, seconds: float) -> None:
        """Sleep, and no shorter than it is held up."""
        await self._outside.time.sleep(seconds)
        await self._going_on.wait()

    async def _compose(self, reminder: Reminder, now: datetime) -> Reply | None:
        self.under_way.add(reminder.id)
        halts = self.halts
        reply = await compose(self.services, reminder, now)
        if self.halts != halts:
            raise TimeoutError  # as `asyncio.timeout` does it, whose time goes on
        return Reminding(reply.text, reply.buttons, silent=reply.silent, reminder=reminder) if reply else None

    async def _send(self, chat_id: int, reply: Reply, *, silent: bool, paid: bool = False) -> None:
        assert isinstance(reply, Reminding)
        assert reply.reminder is not None
        assert reply.reminder.chat_id == chat_id
        await self._outside.send(self, reply, silent=silent or reply.silent)

    # its store

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        operation = getattr(self._store, name)

        async def call(*args: Any, **options: Any) -> Any:
            if self._refusing:
                raise StoreError("the process is ended")
            if self.faults and name in FAILING:
                self.faults -= 1
                self._outside.refused(name, *args)
                raise StoreLockedError("the database is busy")
            outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._calls.append(Call(name, args, partial(operation, *args, **options), outcome))
            result = await outcome
            await self._going_on.wait()
            return result

        return call

    def next_calls(self) -> list[Call]:
        """Return the operations that may be done next: of those that read and of those that write the first."""
        reads = [call for call in self._calls if call.name in READS]
        writes = [call for call in self._calls if call.name not in READS]
        return [*reads[:1], *writes[:1]] if self.awake else []

    async def do(self, call: Call) -> None:
        """Do one of `next_calls`."""
        self._calls.remove(call)
        result: Any = (await asyncio.gather(call.begin(), return_exceptions=True))[0]
        if call.name in MARKS:
            self.under_way.discard(call.arguments[0].id)
        await self._outside.done(self, call, result)
        self._calls_left -= 1
        if self._calls_left == 0:
            if self._deadly:
                await self.kill()
                return
            self.halt()
        if isinstance(result, BaseException):
            call.outcome.set_exception(result)
        elif not call.outcome.done():
            call.outcome.set_result(result)


async def start(outside: Outside, chunk: timedelta) -> Process:
    """Start a process on the database."""
    chosen = settings(outside.path)
    return Process(await build(chosen, knowledge(chosen.rulebook, chosen.locale)), outside, chunk)
