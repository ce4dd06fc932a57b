"""Counts over the whole database."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from sqlite_utils import Database

from bot.filings.filing import FilingState
from bot.filings.reminder import ReminderState
from bot.store.interface import Stats


def read_stats(db: Database) -> Stats:
    """Count people, and filings and reminders by state."""
    return Stats(
        people=db.table("people").count,
        filings=_by_state(FilingState, db.execute("SELECT state, count(*) FROM filings GROUP BY state")),
        reminders=_by_state(ReminderState, db.execute("SELECT state, count(*) FROM reminders GROUP BY state")),
    )


def _by_state(states: type[StrEnum], rows: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    return {state.value: 0 for state in states} | dict(rows)
