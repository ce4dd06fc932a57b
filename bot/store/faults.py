"""What SQLite and the file system complain about, said to the person who can mend it: what, where, how."""

import errno
import sqlite3
from pathlib import Path

from bot.errors import StoreError, StoreLockedError, StoreReadOnlyError

_BY_CODE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (
        StoreLockedError,
        "is locked by another process; end that process (a shell or viewer with an open transaction?) and try again",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreReadOnlyError,
        "cannot be written; give this user write permission for the file and its folder",
    ),
    sqlite3.SQLITE_FULL: (StoreError, "cannot grow; free some space on its disk"),
    sqlite3.SQLITE_NOTADB: (StoreError, "is not a SQLite database; choose another path (BOT_DATABASE)"),
    sqlite3.SQLITE_CORRUPT: (StoreError, "is damaged; put a backup in its place"),
    sqlite3.SQLITE_IOERR: (StoreError, "cannot be read or written; check its disk"),
    sqlite3.SQLITE_CANTOPEN: (StoreError, "cannot be opened; check that its folder exists and can be written"),
}

_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def is_busy(error: sqlite3.Error) -> bool:
    """Whether `error` says that another connection holds the database."""
    return _code(error) == sqlite3.SQLITE_BUSY


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """Return the `StoreError` that says what `error` means for the database at `path`."""
    kind, text = _BY_CODE.get(_code(error), (StoreError, "could not do what was asked"))
    return kind(f"database {path} {text} ({error})")


def _code(error: sqlite3.Error) -> int:
    # Errors of the module itself carry no code; the high bits of SQLite's say more than is needed here.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def explain_os(error: OSError, path: Path) -> StoreError:
    """Return the `StoreError` that says why the file or folder at `path` cannot be used."""
    reason = error.strerror or str(error)
    if error.errno in _READ_ONLY:
        return StoreReadOnlyError(f"{path} cannot be written: {reason}; change its permissions or choose another path")
    return StoreError(f"{path} cannot be used: {reason}; choose another path")
