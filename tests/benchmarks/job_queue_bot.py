"""Reminders on the library's `JobQueue`, one `run_once` each; runs in an environment that has APScheduler.

`python -m … ACTION DATABASE COUNT …`, where DATABASE is the file of an `SQLAlchemyJobStore`, or `-` for jobs in memory:

* `plan`: with so many jobs there for the days to come, plan some more, and look for due ones;
* `serve URL`: start with these jobs, planned anew where they are in memory, and poll;
* `fire`: run jobs that are all due, however late;
* `instant`: run jobs that are due at one instant to come, the usual grace given;
* `down GRACE`: start with jobs that were due while nothing ran; a GRACE of 0 is any.

All but `serve` print their figures as JSON. Only what is measured waits for the disk: filling the database does not.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.job import Job as StoredJob
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from telegram.ext import Application, CallbackContext, Job, JobQueue

from bot.clock import system_clock
from tests.benchmarks.light_api import TOKEN

DAYS = 5
SAMPLES = 100
SETTLE_SECONDS = 0.2
BEAT_SECONDS = 0.005
Grace = dict[str, Any]
USUAL_GRACE: Grace = {}
ANY_LATENESS: Grace = {"misfire_grace_time": None}


async def remind(context: "CallbackContext[Any, Any, Any, Any]") -> None:
    """Take no time: what is measured is the queue."""


class SqliteJobs(SQLAlchemyJobStore):  # type: ignore[misc]  # the library is not here when types are checked
    """Jobs in a database. The library's own jobs hold the application, so what they are made of is kept instead."""

    def __init__(self, queue: "JobQueue[Any]", path: str) -> None:
        super().__init__(url=f"sqlite:///{path}")
        self._queue = queue

    def synchronise(self, how: str) -> None:
        """Set how changes wait for the disk; SQLite's default is FULL."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA synchronous = {how}")

    def add_job(self, job: Any) -> None:
        """See `BaseJobStore.add_job`."""
        kept = StoredJob.__new__(StoredJob)
        kept.__setstate__(job.__getstate__())
        own = job.args[1]
        kept.args = (own.callback, own.data, own.name, own.chat_id, own.user_id)
        super().add_job(kept)

    def _reconstitute_job(self, job_state: bytes) -> Any:
        job = super()._reconstitute_job(job_state)
        own: Job[Any] = Job(*job.args)
        own._job = job
        job._modify(args=(self._queue, own))
        return job


class Queue:
    """The library's queue, as `Application` makes it, and what becomes of its jobs."""

    def __init__(self, database: str, url: str = "http://127.0.0.1:9") -> None:
        self.application = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
        assert self.application.job_queue is not None
        self.queue: JobQueue[Any] = self.application.job_queue
        self.database = None if database == "-" else SqliteJobs(self.queue, database)
        if self.database:
            self.queue.scheduler.add_jobstore(self.database)
        self.ran = self.missed = 0
        self.queue.scheduler.add_listener(self._done, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED)

    def _done(self, event: JobExecutionEvent) -> None:
        if event.code == EVENT_JOB_MISSED:
            self.missed += 1
        else:
            self.ran += 1

    def fill(self, count: int, first: datetime, step: timedelta = timedelta(), grace: Grace = USUAL_GRACE) -> None:
        """Plan so many jobs without waiting for the disk, and look at none of them: the scheduler is left paused."""
        self.queue.scheduler.pause()
        if self.database:
            self.database.synchronise("OFF")
        for number in range(count):
            self.add(number, first + number * step, grace)
        if self.database:
            self.database.synchronise("FULL")

    def fill_ahead(self, count: int) -> None:
        """Plan jobs for the days to come, and go on."""
        self.fill(count, system_clock() + timedelta(days=1), timedelta(days=DAYS) / count)
        self.queue.scheduler.resume()

    def add(self, number: int, when: datetime, grace: Grace = USUAL_GRACE) -> None:
        """Plan one job."""
        self.queue.run_once(remind, when, data=number, name=str(number), chat_id=number, job_kwargs=grace)

    async def until_done(self, count: int) -> tuple[float, float]:
        """Return the seconds until so many jobs have run or were missed, and the longest that nothing else could run.

        It ends as well when nothing happens any more.
        """
        begun = last = time.perf_counter()
        longest, quiet, done = 0.0, 0, self.ran + self.missed
        while self.ran + self.missed < count and quiet < 2 / BEAT_SECONDS:
            await asyncio.sleep(BEAT_SECONDS)
            now = time.perf_counter()
            longest, last = max(longest, now - last - BEAT_SECONDS), now
            quiet = quiet + 1 if done == self.ran + self.missed else 0
            done = self.ran + self.missed
        return last - begun, longest


async def plan(database: str, count: int) -> dict[str, float]:
    """See the module."""
    queue = Queue(database)
    await queue.queue.start()
    queue.fill_ahead(count)
    await asyncio.sleep(SETTLE_SECONDS)
    adds = [await _seconds(lambda: queue.add(0, system_clock() + timedelta(days=2))) for _ in range(SAMPLES)]
    looks = [await _seconds(queue.queue.scheduler.wakeup) for _ in range(SAMPLES)]
    return {"add": median(adds), "look": median(looks)}


async def _seconds(work: Callable[[], object]) -> float:
    """Return how long it takes with the look at what is due that it asks for."""
    begun = time.perf_counter()
    work()
    await asyncio.sleep(0)
    return time.perf_counter() - begun


async def serve(database: str, count: int, url: str) -> None:
    """See the module."""
    queue = Queue(database, url)
    async with queue.application:
        await queue.application.start()
        if database == "-":
            queue.fill_ahead(count)
        assert queue.application.updater is not None
        await queue.application.updater.start_polling(timeout=25)
        await asyncio.Event().wait()


async def fire(database: str, count: int) -> dict[str, float]:
    """See the module."""
    queue = Queue(database)
    await queue.queue.start()
    queue.fill(count, system_clock(), grace=ANY_LATENESS)
    queue.queue.scheduler.resume()
    seconds, blocked = await queue.until_done(count)
    return {"seconds": seconds, "blocked": blocked, "ran": queue.ran}


async def instant(database: str, count: int) -> dict[str, float]:
    """See the module."""
    queue = Queue(database)
    await queue.queue.start()
    begun = time.perf_counter()
    queue.fill(SAMPLES, system_clock() + timedelta(days=1))
    at = system_clock() + timedelta(seconds=2 + 2 * count * (time.perf_counter() - begun) / SAMPLES)
    queue.fill(count, at)
    queue.queue.scheduler.resume()
    left = (at - system_clock()).total_seconds()
    if left < 0:
        return {}  # planning them took too long by far
    await asyncio.sleep(left)
    _, blocked = await queue.until_done(count)
    return {"ran": queue.ran, "missed": queue.missed, "blocked": blocked}


async def down(database: str, count: int, grace: float) -> dict[str, float]:
    """See the module."""
    before = Queue(database)
    await before.queue.start()
    before.fill(count, system_clock(), grace=USUAL_GRACE if grace else ANY_LATENESS)
    await before.queue.stop(wait=False)
    await asyncio.sleep(1.5 * grace)
    after = Queue(database)
    await after.queue.start()
    await after.until_done(count)
    return {"ran": after.ran, "missed": after.missed}


async def main(action: str, database: str, count: str, *more: str) -> None:
    """Do one of the actions."""
    match action:
        case "serve":
            await serve(database, int(count), more[0])
            return
        case "plan":
            figures = await plan(database, int(count))
        case "fire":
            figures = await fire(database, int(count))
        case "instant":
            figures = await instant(database, int(count))
        case "down":
            figures = await down(database, int(count), float(more[0]))
        case _:
            raise ValueError(action)
    print(json.dumps(figures))


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # each missed job would be told of
    asyncio.run(main(*sys.argv[1:]))
