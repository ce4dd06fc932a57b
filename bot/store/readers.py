"""A thread that reads, with a read-only connection of its own, so that no read waits for a write."""

import sqlite3

from sqlite_utils import Database

from bot.store.jobs import Worker


class Reader(Worker):
    """Does the jobs of its queue; those that wait together see the database at one moment, begun after they came."""

    def serve(self, db: Database) -> None:
        """Do jobs until None comes."""
        for jobs in self.groups():
            try:
                with db.atomic():
                    for job in jobs:
                        job.run(db)
            except sqlite3.Error as error:
                for job in jobs:
                    job.error = error
            self.deliver(jobs)
