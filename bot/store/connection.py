"""The connections to the database file, and how they are set.

* WAL: readers never wait for the writer, nor the writer for them.
* `synchronous`: FULL, so that what was told to be done survives a power failure. The writer lowers it to NORMAL for
  changes that need only survive the end of the process (`bot.store.writer`); the database is consistent either way.
* `foreign_keys`, and `secure_delete`: what is deleted is overwritten.
"""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from bot.errors import StoreError
from bot.store.faults import explain, is_busy
from bot.store.files import prepare_file
from bot.store.upgrade import check_version, upgrade

WRITER_CACHE_KIB = 16 * 1024
"""Page cache of the writer: an import fills indexes at random places."""

LOG_LIMIT_BYTES = 64 * 1024 * 1024
"""To what the log is cut back after a large transaction."""

WAL_ATTEMPTS = 20
"""How often switching a new database to WAL is tried while other processes do the same."""


def open_writer(path: Path, busy_timeout: timedelta) -> Database:
    """Open the database for writing, made or upgraded if need be.

    `busy_timeout` is how long to wait for another process that writes. Raises `StoreError` and its kinds.
    """
    prepare_file(path)
    return _opened(path, "rw", busy_timeout, _set_up_writer)


def open_reader(path: Path, busy_timeout: timedelta) -> Database:
    """Open the database that a writer has prepared, for reading only."""
    return _opened(path, "ro", busy_timeout, lambda db, path: None)


def _opened(path: Path, mode: str, busy_timeout: timedelta, set_up: Callable[[Database, Path], None]) -> Database:
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=busy_timeout.total_seconds(),
            isolation_level=None,
            cached_statements=256,
        )
    except sqlite3.Error as error:
        raise explain(error, path) from error
    try:
        connection.row_factory = sqlite3.Row
        db = Database(connection, recursive_triggers=False, execute_plugins=False)
        set_up(db, path)
    except sqlite3.Error as error:
        connection.close()
        raise explain(error, path) from error
    except BaseException:
        connection.close()
        raise
    return db


def _set_up_writer(db: Database, path: Path) -> None:
    check_version(db, path)
    _use_wal(db, path)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = OFF")
    upgrade(db, path)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA secure_delete = ON")
    db.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
    db.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT_BYTES}")


def _use_wal(db: Database, path: Path) -> None:
    for attempts_left in reversed(range(WAL_ATTEMPTS)):
        try:
            mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if not (is_busy(error) and attempts_left):
                raise
            # The switch needs the file for itself but does not always wait for it; a transaction does (for
            # `busy_timeout`, then it raises).
            db.execute("BEGIN EXCLUSIVE")
            db.execute("COMMIT")
            continue
        if mode != "wal":
            raise StoreError(f"database {path} cannot keep a write-ahead log; choose a path on a local disk")
        return
