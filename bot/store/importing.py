"""Storing a million new filings with their reminders, in one transaction.

A batch is put into temporary tables, and SQLite itself makes the rows from there: what filings share is given once.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from sqlite_utils import Database

from bot.store.inserting import next_id
from bot.store.packing import KIND_COLUMNS, Packed

ROWS = 60
"""Filings that one statement takes at most: far cheaper than a statement for each."""
WIDTH = 5
"""Values of a filing in `Packed.filings`."""
LARGE = 20_000
WEIGHT = 10
"""An import of so many filings, and of one for `WEIGHT` there are, has its scattered indexes made anew at its end."""
SCATTERED = ("filings_of_chat", "filings_open", "reminders_of_filing", "reminders_ready")
"""Indexes in which filings tracked together lie far apart: keeping them row by row is most of the work."""
SORT_CACHE_KIB = 2 * 1024
SORT_THREADS = 2
"""Making an index sorts so much at a time, in so many threads: with more than a processor's own cache holds it takes
twice as long."""

_KINDS = ", ".join(KIND_COLUMNS)
_TABLES = {
    "batch": "place INTEGER PRIMARY KEY, chat_id, label, submitted_at, kind, plan",
    "kinds": f"kind INTEGER PRIMARY KEY, validity, {_KINDS}",
    "steps": "plan, number, reminds_of, moves, at, silent, PRIMARY KEY (plan, number)",
}
_INSERT_KINDS = f"INSERT INTO kinds VALUES (?, ?, {', '.join('?' * len(KIND_COLUMNS))})"  # noqa: S608 - only placeholders
_INSERT_FILINGS = f"""
    INSERT INTO filings (id, chat_id, label, submitted_at, deadline, {_KINDS})
    SELECT ? + place, chat_id, label, submitted_at, submitted_at + validity, {_KINDS}
    FROM batch CROSS JOIN kinds USING (kind)
"""  # noqa: S608 - only names of this project's own
_INSERT_REMINDERS = """
    INSERT INTO reminders (filing_id, kind, due_at, deadline, silent, state, ready_at, held)
    SELECT ? + batch.place, reminds_of, at + moves * submitted_at, submitted_at + validity, silent,
        'planned', at + moves * submitted_at, paused_since IS NOT NULL
    FROM batch CROSS JOIN kinds USING (kind) LEFT JOIN people USING (chat_id) CROSS JOIN steps USING (plan)
"""


def import_filings(db: Database, batches: Iterable[Packed]) -> int:
    """Insert filings with their plans as they come; return how many."""
    first = following = next_id(db)
    dropped: list[str] = []
    with _tables(db):
        for packed in batches:
            _insert(db, packed, following)
            following += packed.count
            if not dropped and following - first >= max(LARGE, first // WEIGHT):
                dropped = _drop_scattered(db)
    _make_indexes(db, dropped)
    return following - first


@contextmanager
def _tables(db: Database) -> Iterator[None]:
    """Have the temporary tables. Where it fails the transaction is undone, and they with it."""
    for name, columns in _TABLES.items():
        db.execute(f"CREATE TEMP TABLE {name} ({columns})")
    yield
    for name in _TABLES:
        db.execute(f"DROP TABLE temp.{name}")


def _insert(db: Database, packed: Packed, id_: int) -> None:
    """Insert filings, the first of which gets the id `id_`, and their reminders."""
    for name in _TABLES:
        db.execute(f"DELETE FROM temp.{name}")  # noqa: S608 - as above
    for start in range(0, len(packed.filings), WIDTH * ROWS):
        part = packed.filings[start : start + WIDTH * ROWS]
        db.execute(_filing_rows(len(part) // WIDTH), part)
    db.conn.executemany(_INSERT_KINDS, packed.kinds)
    db.conn.executemany("INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?)", packed.steps)
    db.execute(_INSERT_FILINGS, [id_ - 1])  # places begin with 1
    with _unchecked(db):
        db.execute(_INSERT_REMINDERS, [id_ - 1])
    db.conn.executemany(
        """
        INSERT INTO people (chat_id, detected, quiet_off) VALUES (?, ?, 0)
        ON CONFLICT (chat_id) DO UPDATE SET detected = excluded.detected WHERE locale IS NULL AND detected IS NULL
        """,
        packed.languages.items(),
    )


@cache
def _filing_rows(rows: int) -> str:
    """Return the statement that puts so many filings into the batch."""
    values = ", ".join([f"({', '.join('?' * WIDTH)})"] * rows)
    return f"INSERT INTO batch (chat_id, label, submitted_at, kind, plan) VALUES {values}"  # noqa: S608 - as above


@contextmanager
def _unchecked(db: Database) -> Iterator[None]:
    """Leave CHECK constraints out: of reminders, whose state is given here, they are half the work and find nothing."""
    db.execute("PRAGMA ignore_check_constraints = ON")
    try:
        yield
    finally:
        db.execute("PRAGMA ignore_check_constraints = OFF")


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
