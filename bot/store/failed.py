"""What the store does with reminders that were given up, on a connection."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.filings.reminder import FailedReminder, ReminderState
from bot.store.filings import LARGEST_ID, read_filing
from bot.store.interface import Retry
from bot.store.people import read_person
from bot.store.retrying import refusal
from bot.store.rows import failed_from, micros


def failed_reminders(db: Database, limit: int | None) -> list[FailedReminder]:
    """Return the latest that failed."""
    rows = db.execute(
        """
        SELECT reminders.*, filings.chat_id FROM reminders CROSS JOIN filings ON filings.id = reminders.filing_id
        WHERE reminders.state = 'failed' ORDER BY reminders.failed_at DESC, reminders.id DESC LIMIT ?
        """,
        [-1 if limit is None else limit],
    ).fetchall()
    return [failed_from(row, filing) for row in rows if (filing := read_filing(db, row["filing_id"]))]


def retry_failed(db: Database, ids: Sequence[int], now: datetime) -> Mapping[int, Retry]:
    """Plan each again that may be; return what became of each."""
    return {id_: _retry(db, id_, now) for id_ in dict.fromkeys(ids)}


def _retry(db: Database, id_: int, now: datetime) -> Retry:
    failed = _read(db, id_)
    if failed is None:
        return Retry.UNKNOWN
    if failed.reminder.state is not ReminderState.FAILED:
        return Retry.NOT_FAILED
    refused = refusal(failed, now)
    if refused:
        return refused
    person = read_person(db, failed.filing.chat_id)
    held = person is not None and person.paused_since is not None
    # The deadline may have been corrected since; what has failed had no share in that.
    db.execute(
        """
        UPDATE reminders SET state = 'planned', ready_at = ?, deadline = ?, held = ?, failed_at = NULL WHERE id = ?
        """,
        [micros(now), micros(failed.filing.deadline), held, id_],
    )
    return Retry.HELD if held else Retry.PLANNED


def _read(db: Database, id_: int) -> FailedReminder | None:
    if abs(id_) > LARGEST_ID:
        return None
    row = db.execute(
        """
        SELECT reminders.*, filings.chat_id FROM reminders JOIN filings ON filings.id = reminders.filing_id
        WHERE reminders.id = ?
        """,
        [id_],
    ).fetchone()
    filing = read_filing(db, row["filing_id"]) if row else None
    return failed_from(row, filing) if filing else None
