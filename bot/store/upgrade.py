"""Bringing a database to this version's schema, with a copy beside it first; refusing one of a later version."""

import logging
from itertools import count
from pathlib import Path

from sqlite_utils import Database, Migrations

from bot.errors import StoreError, StoreTooNewError
from bot.store.files import copy_database
from bot.store.migrations import known_migrations, migrations

logger = logging.getLogger(__name__)


def check_version(db: Database, path: Path) -> None:
    """Raise when the database is of a later version (`StoreTooNewError`) or of another program. Writes nothing."""
    applied = {migration.name for migration in migrations.applied(db)}
    unknown = sorted(applied - known_migrations())
    if unknown:
        raise StoreTooNewError(
            f"database {path} was written by a later version of beian-bot (it has {', '.join(unknown)}); "
            "install that version or a later one, or put back a backup from before the upgrade"
        )
    strange = sorted(set(db.table_names()) - {Migrations.migrations_table})
    if strange and not applied:
        raise StoreError(
            f"database {path} belongs to another program (it has the table {strange[0]}); choose another path"
        )


def upgrade(db: Database, path: Path) -> None:
    """Apply the migrations that are still to come: all of them, or with an error none.

    A database that was in use before is first copied to `NAME.before-MIGRATION-N`. `db` must not be in a transaction,
    nor enforce foreign keys, for a migration may have to rebuild a table.
    """
    db.execute("BEGIN IMMEDIATE")  # only one process at a time gets to look what is pending
    copy: Path | None = None
    try:
        pending = [migration.name for migration in migrations.pending(db)]
        if pending and migrations.applied(db):
            copy = _copy_before(path, pending[0])
        migrations.apply(db)
        _check_references(db, path, pending)
        db.commit()
    except BaseException:
        db.rollback()
        if copy:
            # The database is as it was, and a start that is tried again and again must not fill the disk.
            copy.unlink()
        raise
    if copy:
        logger.info("database %s upgraded by %s; the earlier one is in %s", path, ", ".join(pending), copy)


def _copy_before(path: Path, migration: str) -> Path:
    names = (path.with_name(f"{path.name}.before-{migration}-{number}") for number in count(1))
    target = next(name for name in names if not name.exists())
    copy_database(path, target)
    return target


def _check_references(db: Database, path: Path, pending: list[str]) -> None:
    if pending and db.execute("PRAGMA foreign_key_check").fetchone():
        raise StoreError(
            f"database {path} has rows that belong to nothing after {', '.join(pending)}; it stays as it was"
        )
