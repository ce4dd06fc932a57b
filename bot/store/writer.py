"""The one thread that writes. Changes that wait are committed together: one synchronisation of the disk for many."""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

from sqlite_utils import Database

from bot.store.jobs import Job, Worker

ERASE_WAIT_MS = 250
"""How long emptying the log waits for readers; when that is not enough it is tried after the next commit."""

logger = logging.getLogger(__name__)


class Writer(Worker):
    """Does the jobs of its queue in their order, in transactions of its own; nobody is told before the commit."""

    undone: Callable[[], None] = staticmethod(lambda: None)
    """Called in the thread when something that was done has been undone."""
    _full_sync = True  # as the connection was opened
    _erase_log = False

    def serve(self, db: Database) -> None:
        """Do jobs until None comes."""
        for jobs in self.groups():
            for alone, together in groupby(jobs, key=lambda job: job.alone):
                for part in ([job] for job in together) if alone else [list(together)]:
                    self._do(db, part)
                    self.deliver(part)

    def _do(self, db: Database, jobs: Sequence[Job[Any]]) -> None:
        try:
            self._synchronise(db, fully=any(job.durable for job in jobs))
            if jobs[0].alone:
                self._do_alone(db, jobs[0])
            elif not self._all_succeed(db, jobs):
                self._do_apart(db, jobs)
        except sqlite3.Error as error:
            for job in jobs:
                job.error = error
            with suppress(sqlite3.Error):  # should it stay open, the next BEGIN fails and says so
                db.rollback()
        if any(job.error for job in jobs):
            self.undone()
        self._erase_log = self._erase_log or any(job.erasing for job in jobs)
        if self._erase_log:
            self._empty_log(db)

    def _all_succeed(self, db: Database, jobs: Sequence[Job[Any]]) -> bool:
        """Do the jobs as one, which takes a third of the statements; False, and nothing done, where one fails."""
        db.execute("BEGIN IMMEDIATE")
        for job in jobs:
            job.run(db)
            if job.error:
                db.rollback()
                return False
        db.execute("COMMIT")
        return True

    def _do_alone(self, db: Database, job: Job[Any]) -> None:
        """Do one job in a transaction of its own."""
        db.execute("PRAGMA foreign_keys = OFF")  # which is possible between transactions only
        try:
            db.execute("BEGIN IMMEDIATE")
            job.run(db)
            if not job.error:
                db.execute("COMMIT")
        finally:
            if db.conn.in_transaction:
                db.rollback()
            db.execute("PRAGMA foreign_keys = ON")

    def _do_apart(self, db: Database, jobs: Sequence[Job[Any]]) -> None:
        """Do the jobs anew, each so that its failure leaves the others untouched."""
        self.undone()
        db.execute("BEGIN IMMEDIATE")
        for job in jobs:
            job.error = None
            self._try(db, job)
        db.execute("COMMIT")

    def _try(self, db: Database, job: Job[Any]) -> None:
        """Do one job; raises when SQLite has given up the whole transaction, as it may when the disk is full."""
        db.execute("SAVEPOINT job")
        job.run(db)
        if isinstance(job.error, sqlite3.Error) and not db.conn.in_transaction:
            raise job.error
        if job.error:
            db.execute("ROLLBACK TO job")
        db.execute("RELEASE job")

    def _synchronise(self, db: Database, *, fully: bool) -> None:
        if fully != self._full_sync:
            db.execute("PRAGMA synchronous = FULL" if fully else "PRAGMA synchronous = NORMAL")
            self._full_sync = fully

    def _empty_log(self, db: Database) -> None:
        """Move the log into the database and cut it to nothing: it still holds what a deletion has overwritten."""
        try:
            timeout = db.execute("PRAGMA busy_timeout").fetchone()[0]
            db.execute(f"PRAGMA busy_timeout = {ERASE_WAIT_MS}")
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            db.execute(f"PRAGMA busy_timeout = {timeout}")
        except sqlite3.Error as error:
            logger.warning("the log of %s could not be emptied: %s", self._path, error)
            return
        self._erase_log = bool(busy)
