"""What the store does with filings, on a connection."""

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from bot.filings.filing import Filing, FilingState
from bot.filings.reminder import PlannedReminder, Reminder, ReminderKind
from bot.store.inserting import insert_plan
from bot.store.interface import Handover, Reason
from bot.store.reminders import cancel_unsent, set_deadline, skip_expiring
from bot.store.rows import FILING_COLUMNS, filing_from, filing_values, micros, person_from

LARGEST_ID = 2**63 - 1
"""What SQLite can look for; a larger number, as a button made by hand may carry, is nobody's."""


def read_filing(db: Database, filing_id: int) -> Filing | None:
    """Return one filing."""
    if filing_id > LARGEST_ID:
        return None
    row = db.execute("SELECT * FROM filings WHERE id = ?", [filing_id]).fetchone()
    return filing_from(row) if row else None


def filings_of(db: Database, chat_id: int, *, open_only: bool) -> list[Filing]:
    """Return a chat's filings: open ones by deadline, then the others, latest closed first."""
    rows = db.execute(
        "SELECT * FROM filings WHERE chat_id = ? AND closed_at IS NULL ORDER BY deadline, id", [chat_id]
    ).fetchall()
    if not open_only:
        rows += db.execute(
            "SELECT * FROM filings WHERE chat_id = ? AND closed_at IS NOT NULL ORDER BY closed_at DESC, deadline DESC",
            [chat_id],
        ).fetchall()
    return [filing_from(row) for row in rows]


def open_filings(db: Database, limit: int | None) -> list[Filing]:
    """Return all open filings by deadline."""
    rows = db.execute(
        "SELECT * FROM filings WHERE closed_at IS NULL ORDER BY deadline, id LIMIT ?", [-1 if limit is None else limit]
    )
    return [filing_from(row) for row in rows]


def handover(db: Database, claim: Reminder) -> Handover | None:
    """Return the filing and the person of a claim that nobody else has claimed or cancelled since."""
    row = db.execute(
        """
        SELECT filings.*, locale, detected, zone, quiet_starts, quiet_ends, quiet_off, paused_since, seen_at,
            people.chat_id IS NOT NULL AS is_known
        FROM reminders JOIN filings ON filings.id = reminders.filing_id LEFT JOIN people USING (chat_id)
        WHERE reminders.id = ? AND reminders.tries = ? AND reminders.state = 'claimed'
        """,
        [claim.id, claim.tries],
    ).fetchone()
    return Handover(filing_from(row), person_from(row) if row["is_known"] else None) if row else None


def update_filing(db: Database, before: Filing, after: Filing, plan: Sequence[PlannedReminder] | None) -> bool:
    """Replace `before` by `after`, if it is still stored like that, and its unsent reminders by `plan`."""
    if after.id != before.id:
        raise ValueError(f"filing {before.id} cannot become filing {after.id}")
    if read_filing(db, before.id) != before:
        return False
    columns = FILING_COLUMNS[1:]
    db.execute(
        f"UPDATE filings SET ({', '.join(columns)}) = ({', '.join('?' * len(columns))}) WHERE id = ?",  # noqa: S608
        [*filing_values(after), after.id],
    )
    if plan is not None:
        cancel_unsent(db, after.id, Reason.REPLANNED)
        insert_plan(db, after, plan)
    elif after.state is FilingState.EXPIRED:
        cancel_unsent(db, after.id, Reason.CLOSED, but=ReminderKind.EXPIRED)
    elif not after.is_open:
        cancel_unsent(db, after.id, Reason.CLOSED)
    else:
        set_deadline(db, after)
    return True


def replan(db: Database, filing: Filing, plan: Sequence[PlannedReminder], now: datetime) -> bool:
    """Put `plan` in the place of what is ahead of a filing, if it is still stored like that."""
    if read_filing(db, filing.id) != filing:
        return False
    cancel_unsent(db, filing.id, Reason.REPLANNED, after=now)
    insert_plan(db, filing, plan)
    return True


def snooze(db: Database, filing_id: int, reminder: PlannedReminder) -> bool:
    """Add a reminder to an open filing in place of an unsent one of its kind; whether the filing was open."""
    filing = read_filing(db, filing_id)
    if filing is None or not filing.is_open:
        return False
    cancel_unsent(db, filing_id, Reason.REPLACED, only=reminder.kind)
    insert_plan(db, filing, [reminder])
    return True


def expire_filings(db: Database, now: datetime) -> int:
    """Close every waiting filing whose deadline has come, and skip what was still planned for it; return how many."""
    moment = micros(now)
    skip_expiring(db, moment)
    return db.execute(
        "UPDATE filings SET state = 'expired', closed_at = :now WHERE closed_at IS NULL AND deadline <= :now",
        {"now": moment},
    ).rowcount


def delete_closed(db: Database, before: datetime) -> int:
    """Delete filings closed before a moment, and conversations idle since; return how many filings."""
    moment = micros(before)
    db.execute("DELETE FROM conversations WHERE updated_at < ?", [moment])
    return db.execute("DELETE FROM filings WHERE closed_at < ?", [moment]).rowcount
