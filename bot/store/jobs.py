"""Work for a thread that owns a database connection, and the way its outcome comes back to the event loop."""

import asyncio
import logging
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from sqlite_utils import Database

from bot.errors import BeianBotError, StoreError
from bot.store.faults import explain

T = TypeVar("T")

GROUP_LIMIT = 500
"""When so many jobs are to be done together no more join them, so that the first does not wait for ever more."""

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Outcome(Generic[T]):
    """What a thread tells the event loop. `future` belongs to the loop; the thread sets `result` or `error`."""

    future: asyncio.Future[T]
    result: T | None = None
    error: Exception | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Job(Outcome[T]):
    """Something to do with a connection. `work` may be done again after it was undone, unless it is done `alone`."""

    work: Callable[[Database], T]
    durable: bool = True
    """Whether it has to survive a power failure."""
    erasing: bool = False
    """Whether it deletes what must not stay in the log either."""
    alone: bool = False
    """Whether it is a transaction of its own, done once, in which foreign keys are taken on trust: a large import."""

    def run(self, db: Database) -> None:
        """Do the work and keep its outcome."""
        try:
            self.result = self.work(db)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is for whoever asked
            self.error = error


class Worker(ABC):
    """A thread with a connection of its own, fed by a queue. Made and used in one event loop."""

    def __init__(self, name: str, path: Path, connect: Callable[[], Database]) -> None:
        self._path = path
        self._connect = connect
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[list[Job[Any]] | None] = SimpleQueue()
        self._asked: list[Job[Any]] = []
        """What this step of the event loop asks for; it goes to the thread in one piece, which so is woken once."""
        self._refusing = False
        self._opened = Outcome[None](self._loop.create_future())
        self._ended = Outcome[None](self._loop.create_future())
        # A daemon, so that a program that ends without closing the store does end.
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)

    async def start(self) -> None:
        """Start the thread and wait for its connection; raises what opening it raised."""
        self._thread.start()
        await self._opened.future

    async def do(
        self, work: Callable[[Database], T], *, durable: bool = True, erasing: bool = False, alone: bool = False
    ) -> T:
        """Have `work` done in the thread and return what it returns; see `Job`."""
        if self._refusing:
            raise StoreError(f"database {self._path} is closed already")
        job: Job[T] = Job(self._loop.create_future(), work=work, durable=durable, erasing=erasing, alone=alone)
        if not self._asked:
            self._loop.call_soon(self._hand_over)
        self._asked.append(job)
        return await job.future

    def refuse(self) -> None:
        """Take no more jobs."""
        self._refusing = True

    async def end(self) -> None:
        """Let the thread do what is queued and end, and wait for it; after `refuse`."""
        if self._thread.ident is not None:
            self._hand_over()
            self._queue.put(None)
            await asyncio.shield(self._ended.future)
            self._thread.join()

    def _hand_over(self) -> None:
        if self._asked:
            jobs, self._asked = self._asked, []
            self._queue.put(jobs)

    @abstractmethod
    def serve(self, db: Database) -> None:
        """In the thread: do and deliver all `groups`."""

    def groups(self) -> Iterator[list[Job[Any]]]:
        """In the thread: wait for a job and return it with those that wait behind it, again and again until `end`."""
        while jobs := self._queue.get():
            with suppress(Empty):
                while len(jobs) < GROUP_LIMIT:
                    following = self._queue.get_nowait()
                    if following is None:
                        self._queue.put(None)  # to be met again after this group
                        break
                    jobs += following
            yield jobs

    def deliver(self, outcomes: Sequence[Outcome[Any]]) -> None:
        """From the thread: tell whoever waits how it went, all in one step of the event loop."""
        with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
            self._loop.call_soon_threadsafe(self._settle, outcomes)

    def _settle(self, outcomes: Sequence[Outcome[Any]]) -> None:
        for outcome in outcomes:
            if outcome.future.done():  # the waiting was cancelled
                if outcome.error:
                    told = isinstance(outcome.error, BeianBotError)  # it says what is amiss by itself
                    logger.error(
                        "a database operation failed after its caller had gone: %s",
                        outcome.error,
                        exc_info=None if told else outcome.error,
                    )
            elif outcome.error:
                outcome.future.set_exception(self._explained(outcome.error))
            else:
                outcome.future.set_result(outcome.result)

    def _explained(self, error: Exception) -> Exception:
        if not isinstance(error, sqlite3.Error):
            return error
        explained = explain(error, self._path)
        explained.__cause__ = error
        return explained

    def _main(self) -> None:
        try:
            db = self._connect()
        except Exception as error:  # noqa: BLE001 - for whoever waits for the opening
            self._opened.error = error
            self.deliver([self._opened, self._ended])
            return
        self.deliver([self._opened])
        try:
            self.serve(db)
        finally:
            db.close()
            self.deliver([self._ended])
