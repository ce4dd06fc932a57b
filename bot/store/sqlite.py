"""The store in one SQLite file. What it does is in the modules beside this one; here each operation gets its thread."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.filings.filing import Filing
from bot.filings.person import Person
from bot.filings.reminder import FailedReminder, PlannedReminder, Reminder, ReminderState
from bot.store import failed, filings, importing, inserting, people, reminders
from bot.store.claimants import Claimants
from bot.store.connection import open_reader, open_writer
from bot.store.files import copy_database
from bot.store.frontier import Frontier
from bot.store.interface import ConversationKey, Handover, Overview, Retry, Stats
from bot.store.packing import Packed
from bot.store.readers import Reader
from bot.store.stats import read_overview, read_stats
from bot.store.writer import Writer

BUSY_TIMEOUT = timedelta(seconds=5)
"""How long to wait for another process that writes."""


async def open_store(path: Path, *, busy_timeout: timedelta = BUSY_TIMEOUT) -> "SqliteStore":
    """Open the database at `path`, made if it is not there, upgraded if it is of an earlier version.

    Before an upgrade the database is copied to `NAME.before-MIGRATION-N` beside it. The store belongs to the running
    event loop. `busy_timeout` is how long opening and each change wait for another process that writes.
    Raises `StoreLockedError`, `StoreReadOnlyError`, `StoreTooNewError` or another `StoreError`, each saying what to do.
    """
    store = SqliteStore(path, busy_timeout)
    try:
        await store.open()
    except BaseException:
        await store.close()
        raise
    return store


class SqliteStore:
    """`bot.store.interface.Store` in one SQLite file, for any number of processes of one machine; see `open_store`."""

    def __init__(self, path: Path, busy_timeout: timedelta) -> None:
        self._path = path
        self._writer = Writer("store-writer", path, partial(open_writer, path, busy_timeout))
        self._reader = Reader("store-reader", path, partial(open_reader, path, busy_timeout))
        # What reads a large part of the database has a thread of its own, so that no answer waits for it.
        self._scanner = Reader("store-scanner", path, partial(open_reader, path, busy_timeout))
        self._frontier = Frontier()
        self._writer.undone = self._frontier.forget
        self._workers = (self._writer, self._reader, self._scanner)
        self._claimants = Claimants(path)
        self._pausing: list[int] = []
        """Chats whose pause is not committed yet: a read does not show it, and what comes after it has to end it."""

    async def open(self) -> None:
        """Open the connections; the writer's first, for it prepares the file."""
        for worker in self._workers:
            await worker.start()

    async def close(self) -> None:
        """Finish what is queued and close; may be called twice."""
        for worker in self._workers:
            worker.refuse()
        # The writer goes last: SQLite removes the log with the last connection, if that one may write.
        for worker in reversed(self._workers):
            await worker.end()
        self._claimants.leave()

    # people and conversations

    async def person(self, chat_id: int) -> Person | None:
        """See `Store.person`."""
        return await self._reader.do(lambda db: people.read_person(db, chat_id))

    async def people_with_wishes(self) -> dict[int, Person]:
        """See `Store.people_with_wishes`."""
        return await self._scanner.do(people.people_with_wishes)

    async def save_person(self, person: Person) -> None:
        """See `Store.save_person`."""
        await self._writer.do(lambda db: people.save_person(db, person))

    async def resume(self, chat_id: int) -> bool:
        """See `Store.resume`."""
        # Whoever writes is resumed, and hardly anybody was paused: a look costs no synchronisation of the disk.
        if chat_id not in self._pausing and not await self._reader.do(lambda db: people.is_paused(db, chat_id)):
            return False
        return await self._writer.do(lambda db: people.resume(db, chat_id))

    async def pause(self, chat_id: int, now: datetime) -> None:
        """See `Store.pause`."""
        self._pausing.append(chat_id)
        try:
            await self._writer.do(lambda db: people.pause(db, chat_id, now))
        finally:
            self._pausing.remove(chat_id)

    async def conversation(self, key: ConversationKey) -> str | None:
        """See `Store.conversation`."""
        return await self._reader.do(lambda db: people.read_conversation(db, key))

    async def save_conversation(self, key: ConversationKey, record: str | None, now: datetime) -> None:
        """See `Store.save_conversation`."""
        await self._writer.do(lambda db: people.save_conversation(db, key, record, now), durable=False)

    async def open_chat(self, key: ConversationKey) -> tuple[Person | None, str | None]:
        """See `Store.open_chat`."""
        return await self._reader.do(lambda db: people.open_chat(db, key))

    # filings

    async def track_filing(self, filing: Filing, plan: Sequence[PlannedReminder]) -> Filing:
        """See `Store.track_filing`."""
        return await self._writer.do(lambda db: inserting.insert_filing(db, filing, plan))

    async def import_filings(self, batches: Iterable[Packed]) -> int:
        """See `Store.import_filings`."""
        return await self._writer.do(lambda db: importing.import_filings(db, batches), alone=True)

    async def filing(self, filing_id: int) -> Filing | None:
        """See `Store.filing`."""
        return await self._reader.do(lambda db: filings.read_filing(db, filing_id))

    async def filings_of(self, chat_id: int, *, open_only: bool = False) -> list[Filing]:
        """See `Store.filings_of`."""
        return await self._reader.do(lambda db: filings.filings_of(db, chat_id, open_only=open_only))

    async def open_filings(self, *, limit: int | None = None) -> list[Filing]:
        """See `Store.open_filings`."""
        return await self._scanner.do(lambda db: filings.open_filings(db, limit))

    async def update_filing(self, before: Filing, after: Filing, plan: Sequence[PlannedReminder] | None) -> bool:
        """See `Store.update_filing`."""
        return await self._writer.do(lambda db: filings.update_filing(db, before, after, plan))

    async def replan(self, filing: Filing, plan: Sequence[PlannedReminder], now: datetime) -> bool:
        """See `Store.replan`."""
        return await self._writer.do(lambda db: filings.replan(db, filing, plan, now))

    async def snooze(self, filing_id: int, reminder: PlannedReminder) -> bool:
        """See `Store.snooze`."""
        return await self._writer.do(lambda db: filings.snooze(db, filing_id, reminder))

    async def delete_closed(self, before: datetime) -> int:
        """See `Store.delete_closed`."""
        return await self._writer.do(lambda db: filings.delete_closed(db, before), erasing=True)

    async def forget(self, chat_id: int) -> int:
        """See `Store.forget`."""
        return await self._writer.do(lambda db: people.forget(db, chat_id), erasing=True)

    # reminders

    async def reminders_of(self, filing_id: int) -> list[Reminder]:
        """See `Store.reminders_of`."""
        return await self._reader.do(lambda db: reminders.reminders_of(db, filing_id))

    async def next_due(self) -> datetime | None:
        """See `Store.next_due`."""
        return await self._reader.do(reminders.next_due)

    async def take_over(self, now: datetime, *, lease_until: datetime) -> int:
        """See `Store.take_over`."""
        return await self._writer.do(
            lambda db: reminders.take_over(db, now, lease_until) if self._claimants.join() else 0
        )

    async def claim_due(self, now: datetime, *, limit: int, lease_until: datetime) -> list[Reminder]:
        """See `Store.claim_due`."""
        return await self._writer.do(
            lambda db: reminders.claim_due(db, self._frontier, now, limit, lease_until), durable=False
        )

    async def handover(self, reminder: Reminder) -> Handover | None:
        """See `Store.handover`."""
        return await self._reader.do(lambda db: filings.handover(db, reminder))

    async def mark_sent(self, reminder: Reminder, now: datetime) -> bool:
        """See `Store.mark_sent`."""
        return await self._writer.do(lambda db: reminders.settle(db, reminder, ReminderState.SENT, at=now))

    async def mark_skipped(self, reminder: Reminder, reason: str) -> bool:
        """See `Store.mark_skipped`."""
        return await self._writer.do(lambda db: reminders.settle(db, reminder, ReminderState.SKIPPED, reason=reason))

    async def mark_failed(self, reminder: Reminder, reason: str, now: datetime) -> bool:
        """See `Store.mark_failed`."""
        return await self._writer.do(
            lambda db: reminders.settle(db, reminder, ReminderState.FAILED, reason=reason, at=now)
        )

    async def release(self, reminder: Reminder, retry_at: datetime, reason: str) -> bool:
        """See `Store.release`."""
        return await self._writer.do(lambda db: reminders.release(db, reminder, retry_at, reason))

    async def failed_reminders(self, *, limit: int | None = None) -> list[FailedReminder]:
        """See `Store.failed_reminders`."""
        return await self._scanner.do(lambda db: failed.failed_reminders(db, limit))

    async def retry_failed(self, ids: Sequence[int], now: datetime) -> Mapping[int, Retry]:
        """See `Store.retry_failed`."""
        return await self._writer.do(lambda db: failed.retry_failed(db, ids, now))

    async def expire_filings(self, now: datetime) -> int:
        """See `Store.expire_filings`."""
        return await self._writer.do(lambda db: filings.expire_filings(db, now))

    async def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """See `Store.move_chat`."""
        await self._writer.do(lambda db: people.move_chat(db, old_chat_id, new_chat_id))

    # operation

    async def stats(self) -> Stats:
        """See `Store.stats`."""
        return await self._scanner.do(read_stats)

    async def overview(self, now: datetime, within: Sequence[timedelta]) -> Overview:
        """See `Store.overview`."""
        return await self._scanner.do(lambda db: read_overview(db, now, within))

    async def backup(self, path: str | Path) -> None:
        """See `Store.backup`."""
        await self._scanner.do(lambda db: copy_database(self._path, Path(path)))
