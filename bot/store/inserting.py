"""Storing new filings and reminders: one, or a million."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

from sqlite_utils import Database

from bot.filings.filing import Filing
from bot.filings.reminder import PlannedReminder
from bot.store.packing import REMINDER_COLUMNS, Packed, Value, pack, reminder_values
from bot.store.rows import FILING_COLUMNS

ROWS = 30
"""Rows that one statement inserts at most: far cheaper than a statement for each."""
LARGE = 20_000
WEIGHT = 10
"""An import of so many filings, and of one for `WEIGHT` there are, has its scattered indexes made anew at its end."""
SCATTERED = ("filings_of_chat", "filings_open", "reminders_of_filing", "reminders_ready")
"""Indexes in which filings tracked together lie far apart: keeping them row by row is most of the work."""
SORT_CACHE_KIB = 64 * 1024
SORT_THREADS = 2
"""What making an index of millions of entries is given: with more memory it sorts all of it at once, in one thread."""


def insert_filing(db: Database, filing: Filing, plan: Sequence[PlannedReminder]) -> Filing:
    """Insert a filing with its plan; return it with its id."""
    id_ = _next_id(db)
    _insert_packed(db, pack([(filing, plan)]), id_)
    _hold_where_paused(db, id_, id_)
    return replace(filing, id=id_)


def insert_plan(db: Database, filing: Filing, plan: Sequence[PlannedReminder]) -> None:
    """Insert reminders of a filing; held where the chat is paused."""
    values = [value for reminder in reminder_values(filing.deadline, plan) for value in (filing.id, *reminder)]
    _insert(db, _reminder_rows, len(REMINDER_COLUMNS), values, 0)
    _hold_where_paused(db, filing.id, filing.id)


def import_filings(db: Database, batches: Iterable[Packed]) -> int:
    """Insert filings with their plans as they come; return how many."""
    first = following = _next_id(db)
    dropped: list[str] = []
    for packed in batches:
        _insert_packed(db, packed, following)
        following += packed.count
        if not dropped and following - first >= max(LARGE, first // WEIGHT):
            dropped = _drop_scattered(db)
    _hold_where_paused(db, first, following - 1)
    _make_indexes(db, dropped)
    return following - first


def _next_id(db: Database) -> int:
    """Return an id that no filing has had."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'filings'").fetchone()
    return int(row["seq"]) + 1 if row else 1


def _insert_packed(db: Database, packed: Packed, id_: int) -> None:
    """Insert filings, the first of which gets the id `id_`, and their reminders."""
    _insert(db, _filing_rows, len(FILING_COLUMNS), packed.filings, id_)
    with _unchecked(db):
        _insert(db, _reminder_rows, len(REMINDER_COLUMNS), packed.reminders, id_)
    db.conn.executemany(
        """
        INSERT INTO people (chat_id, detected, quiet_off) VALUES (?, ?, 0)
        ON CONFLICT (chat_id) DO UPDATE SET detected = excluded.detected WHERE locale IS NULL AND detected IS NULL
        """,
        packed.languages.items(),
    )


def _insert(db: Database, statement: Callable[[int], str], width: int, values: Sequence[Value], id_: int) -> None:
    for start in range(0, len(values), width * ROWS):
        part = values[start : start + width * ROWS]
        db.execute(statement(len(part) // width), [id_, *part])


@contextmanager
def _unchecked(db: Database) -> Iterator[None]:
    """Leave CHECK constraints out: of reminders, whose state is given here, they are half the work and find nothing."""
    db.execute("PRAGMA ignore_check_constraints = ON")
    try:
        yield
    finally:
        db.execute("PRAGMA ignore_check_constraints = OFF")


@cache
def _filing_rows(rows: int) -> str:
    """Return the statement that inserts so many filings; its first parameter is added to their ids."""
    others = ", ".join(f"column{number}" for number in range(2, len(FILING_COLUMNS) + 1))
    return (
        f"INSERT INTO filings ({', '.join(FILING_COLUMNS)}) "  # noqa: S608 - only names of this module's own
        f"SELECT ?1 + column1, {others} FROM ({_values(len(FILING_COLUMNS), rows)})"
    )


@cache
def _reminder_rows(rows: int) -> str:
    """Return the statement that inserts so many reminders; its first parameter is added to their filings' ids."""
    return (
        f"INSERT INTO reminders ({', '.join(REMINDER_COLUMNS)}, state, ready_at) "  # noqa: S608 - as above
        "SELECT ?1 + column1, column2, column3, column4, column5, 'planned', column3 "
        f"FROM ({_values(len(REMINDER_COLUMNS), rows)})"
    )


def _values(width: int, rows: int) -> str:
    return "VALUES " + ", ".join([f"({', '.join('?' * width)})"] * rows)


def _hold_where_paused(db: Database, first: int, last: int) -> None:
    """Keep what is unsent of some filings from being claimed, where their chat is paused."""
    db.execute(
        """
        UPDATE reminders SET held = 1
        WHERE ready_at IS NOT NULL AND filing_id IN (
            SELECT filings.id FROM filings CROSS JOIN people USING (chat_id)
            WHERE filings.id BETWEEN ? AND ? AND people.paused_since IS NOT NULL
        )
        """,
        [first, last],
    )


def _drop_scattered(db: Database) -> list[str]:
    """Drop the scattered indexes; return the statements that make them anew."""
    statements = [
        db.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", [name]).fetchone()["sql"]
        for name in SCATTERED
    ]
    for name in SCATTERED:
        db.execute(f"DROP INDEX {name}")
    return statements


def _make_indexes(db: Database, statements: Sequence[str]) -> None:
    if not statements:
        return
    cache_size, threads = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("cache_size", "threads"))
    db.execute(f"PRAGMA cache_size = -{SORT_CACHE_KIB}")
    db.execute(f"PRAGMA threads = {SORT_THREADS}")
    for statement in statements:
        db.execute(statement)
    db.execute(f"PRAGMA threads = {threads}")
    db.execute(f"PRAGMA cache_size = {cache_size}")
