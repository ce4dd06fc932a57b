"""The database's file: making it, looking whether it can be used, copying it."""

import os
import sqlite3
import stat
import tempfile
from contextlib import closing
from pathlib import Path

from bot.errors import StoreError, StoreReadOnlyError
from bot.store.faults import explain, explain_os

OWNER_ONLY = 0o600
"""The mode of every file made here: it holds personal data. SQLite gives its log the mode of the database."""


def prepare_file(path: Path) -> None:
    """Make the file with its folders, or look at the one that is there.

    Raises `StoreReadOnlyError` or `StoreError` when a database cannot be kept at `path`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    except FileExistsError:
        _check_existing(path)
    except OSError as error:
        raise explain_os(error, path) from error


def _check_existing(path: Path) -> None:
    # Only looked at, not opened: closing a file drops all locks that this process has on it, also those of SQLite.
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise explain_os(error, path) from error
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise StoreError(f"{path} is {kind}; name a file for the database (BOT_DATABASE)")
    for place in (path, path.parent):
        if not os.access(place, os.W_OK):
            raise StoreReadOnlyError(
                f"database {path} cannot be used: {place} cannot be written; "
                "give this user write permission for the file and its folder"
            )


def copy_database(source: Path, target: Path) -> None:
    """Write a consistent copy of the database at `source` to `target`; other connections may go on writing meanwhile.

    The copy appears under its name when it is complete. Raises `StoreError` when `target` exists or cannot be written.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; choose another name for the copy")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise explain_os(error, target) from error
    os.close(descriptor)
    part = Path(name)
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(part)) as writing,
        ):
            reading.backup(writing)
        part.rename(target)
    except sqlite3.Error as error:
        raise explain(error, target) from error
    except OSError as error:
        raise explain_os(error, target) from error
    finally:
        part.unlink(missing_ok=True)
