"""The database's schema as a list of named steps. Steps are only ever added: what was released is never edited.

Moments are integers: microseconds since 1970-01-01T00:00Z. They keep every moment exactly, take half the space of text
and half the time to write; `datetime(deadline / 1000000, 'unixepoch')` shows one to people.

`reminders.ready_at` says when a row next needs somebody: a planned one when it is due or to be tried again, a claimed
one when its lease ends; all others have none. So one partial index holds exactly what there is to do, in its order.
`reminders.deadline` repeats that of the filing for the sake of this order.
"""

from contextlib import closing

from sqlite_utils import Database, Migrations

migrations = Migrations("beian-bot")


def known_migrations() -> frozenset[str]:
    """Return the names of all steps that this version knows."""
    with closing(Database(memory=True, execute_plugins=False)) as empty:
        return frozenset(migration.name for migration in migrations.pending(empty))


@migrations(name="0001_people_filings_reminders")
def _people_filings_reminders(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE people (
            chat_id INTEGER PRIMARY KEY,
            locale TEXT,
            detected TEXT,
            zone TEXT,
            quiet_starts TEXT,
            quiet_ends TEXT,
            quiet_off INTEGER NOT NULL CHECK (quiet_off IN (0, 1)),
            paused_since INTEGER,
            seen_at INTEGER,
            CHECK ((quiet_starts IS NULL) = (quiet_ends IS NULL))
        ) STRICT;

        CREATE TABLE conversations (
            chat_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            record TEXT NOT NULL,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (chat_id, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX conversations_by_user ON conversations (user_id);
        CREATE INDEX conversations_by_age ON conversations (updated_at);

        -- Chats are known by Telegram's number. One may have filings before it has ever spoken (an import),
        -- so there need not be a row of people for it.
        CREATE TABLE filings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            chat_id INTEGER NOT NULL,
            label TEXT NOT NULL,
            province TEXT NOT NULL,
            filing_type TEXT NOT NULL,
            change TEXT,
            same_person INTEGER CHECK (same_person IN (0, 1)),
            contacts TEXT NOT NULL,
            submitted_at INTEGER NOT NULL,
            deadline INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'verified', 'returned', 'expired', 'cancelled')),
            created_at INTEGER NOT NULL,
            wrong_entries INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            closed_at INTEGER,
            CHECK ((state = 'waiting') = (closed_at IS NULL))
        ) STRICT;
        CREATE INDEX filings_of_chat ON filings (chat_id, closed_at, deadline);
        CREATE INDEX filings_open ON filings (deadline) WHERE closed_at IS NULL;
        CREATE INDEX filings_closed ON filings (closed_at) WHERE closed_at IS NOT NULL;

        CREATE TABLE reminders (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            filing_id INTEGER NOT NULL REFERENCES filings (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            deadline INTEGER NOT NULL,
            silent INTEGER NOT NULL CHECK (silent IN (0, 1)),
            state TEXT NOT NULL CHECK (state IN ('planned', 'claimed', 'sent', 'skipped', 'failed', 'cancelled')),
            ready_at INTEGER,
            tries INTEGER NOT NULL DEFAULT 0,
            reason TEXT NOT NULL DEFAULT '',
            sent_at INTEGER,
            CHECK ((state IN ('planned', 'claimed')) = (ready_at IS NOT NULL)),
            CHECK (state <> 'sent' OR sent_at IS NOT NULL)
        ) STRICT;
        CREATE INDEX reminders_of_filing ON reminders (filing_id, due_at);
        CREATE INDEX reminders_ready ON reminders (ready_at, deadline, filing_id) WHERE ready_at IS NOT NULL;
        """
    )


@migrations(name="0002_reminders_held")
def _reminders_held(db: Database) -> None:
    """Take the reminders of paused chats out of the index, so that looking for what is due does not meet them."""
    db.executescript(
        """
        ALTER TABLE reminders ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
        UPDATE reminders SET held = 1 WHERE ready_at IS NOT NULL AND filing_id IN (
            SELECT filings.id FROM filings JOIN people USING (chat_id) WHERE people.paused_since IS NOT NULL
        );
        DROP INDEX reminders_ready;
        -- `held` is the same in every entry, but with it the index answers without a look at the table.
        CREATE INDEX reminders_ready ON reminders (ready_at, deadline, filing_id, held)
            WHERE ready_at IS NOT NULL AND held = 0;
        """
    )


@migrations(name="0003_reminders_failed")
def _reminders_failed(db: Database) -> None:
    """Note when a reminder has failed. What has, and how many filings are in which state, is told by indexes alone."""
    db.executescript(
        """
        ALTER TABLE reminders ADD COLUMN failed_at INTEGER;
        CREATE INDEX reminders_failed ON reminders (failed_at) WHERE state = 'failed';
        DROP INDEX filings_closed;
        CREATE INDEX filings_closed ON filings (closed_at, state) WHERE closed_at IS NOT NULL;
        """
    )
