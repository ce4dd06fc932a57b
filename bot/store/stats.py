"""Counts over the whole database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlite_utils import Database

from bot.filings.filing import FilingState
from bot.filings.reminder import ReminderState
from bot.store.interface import Overview, Stats
from bot.store.rows import micros


def read_stats(db: Database) -> Stats:
    """Count people, and filings and reminders by state."""
    return Stats(
        people=db.table("people").count,
        filings=_filings(db),
        reminders=_by_state(ReminderState, db.execute("SELECT state, count(*) FROM reminders GROUP BY state")),
    )


def read_overview(db: Database, now: datetime, within: Sequence[timedelta]) -> Overview:
    """Count what staff look at, by indexes alone but for people."""
    filings, reminders = db.table("filings"), db.table("reminders")
    ahead = "closed_at IS NULL AND deadline > ? AND deadline <= ?"
    return Overview(
        people=db.table("people").count,
        filings=_filings(db),
        deadlines={span: filings.count_where(ahead, [micros(now), micros(now + span)]) for span in within},
        waiting=reminders.count_where("ready_at IS NOT NULL AND held = 0"),
        overdue=reminders.count_where("ready_at <= ? AND held = 0", [micros(now)]),
        failed=reminders.count_where("state = 'failed'"),
    )


def _filings(db: Database) -> Mapping[str, int]:
    # Left to itself SQLite reads an index of all filings.
    waiting = db.execute("SELECT count(*) FROM filings INDEXED BY filings_open WHERE closed_at IS NULL").fetchone()[0]
    closed = db.execute("SELECT state, count(*) FROM filings WHERE closed_at IS NOT NULL GROUP BY state")
    return _by_state(FilingState, [(FilingState.WAITING, waiting), *closed])


def _by_state(states: type[StrEnum], rows: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    return {state.value: 0 for state in states} | dict(rows)
