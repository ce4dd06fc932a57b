"""Storing a new filing, and reminders of one."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from sqlite_utils import Database

from bot.filings.filing import Filing
from bot.filings.reminder import PlannedReminder
from bot.store.rows import FILING_COLUMNS, filing_values, micros


def insert_filing(db: Database, filing: Filing, plan: Sequence[PlannedReminder]) -> Filing:
    """Insert a filing with its plan; return it with its id."""
    filing = replace(filing, id=next_id(db))
    db.execute(
        f"INSERT INTO filings ({', '.join(FILING_COLUMNS)}) VALUES ({', '.join('?' * len(FILING_COLUMNS))})",  # noqa: S608 - only names of this module's own
        [filing.id, *filing_values(filing)],
    )
    insert_plan(db, filing, plan)
    return filing


def insert_plan(db: Database, filing: Filing, plan: Sequence[PlannedReminder]) -> None:
    """Insert reminders of a filing; held where the chat is paused."""
    if plan:
        times = [value for each in plan for value in (each.kind.value, micros(each.due_at), each.silent)]
        db.execute(_reminder_rows(len(plan)), [filing.id, filing.chat_id, micros(filing.deadline), *times])


def next_id(db: Database) -> int:
    """Return an id that no filing has had."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'filings'").fetchone()
    return int(row["seq"]) + 1 if row else 1


@cache
def _reminder_rows(rows: int) -> str:
    """Return the statement that inserts so many reminders: far cheaper than a statement for each."""
    return (
        "INSERT INTO reminders (filing_id, kind, due_at, deadline, silent, state, ready_at, held) "  # noqa: S608 - as above
        "SELECT ?1, column1, column2, ?3, column3, 'planned', column2, "
        "EXISTS (SELECT 1 FROM people WHERE chat_id = ?2 AND paused_since IS NOT NULL) "
        f"FROM (VALUES {', '.join(['(?, ?, ?)'] * rows)})"
    )
