"""What the store does with people and conversations, on a connection."""

from dataclasses import replace
from datetime import datetime

from sqlite_utils import Database

from bot.filings.person import Person
from bot.store.interface import ConversationKey
from bot.store.reminders import hold, let_go
from bot.store.rows import micros, person_from, person_values


def read_person(db: Database, chat_id: int) -> Person | None:
    """Return the person of a chat."""
    row = db.execute("SELECT * FROM people WHERE chat_id = ?", [chat_id]).fetchone()
    return person_from(row) if row else None


def people_with_wishes(db: Database) -> dict[int, Person]:
    """Return those who have a zone or quiet hours of their own."""
    rows = db.execute("SELECT * FROM people WHERE zone IS NOT NULL OR quiet_starts IS NOT NULL OR quiet_off = 1")
    return {row["chat_id"]: person_from(row) for row in rows}


def save_person(db: Database, person: Person) -> None:
    """Insert or replace all but `paused_since`."""
    db.execute(
        """
        INSERT INTO people (chat_id, locale, detected, zone, quiet_starts, quiet_ends, quiet_off, seen_at)
        VALUES (:chat_id, :locale, :detected, :zone, :quiet_starts, :quiet_ends, :quiet_off, :seen_at)
        ON CONFLICT (chat_id) DO UPDATE SET
            locale = excluded.locale,
            detected = excluded.detected,
            zone = excluded.zone,
            quiet_starts = excluded.quiet_starts,
            quiet_ends = excluded.quiet_ends,
            quiet_off = excluded.quiet_off,
            seen_at = excluded.seen_at
        """,
        person_values(person),
    )


def pause(db: Database, chat_id: int, now: datetime) -> None:
    """Note since when the chat blocks the bot, and hold its reminders."""
    db.execute(
        """
        INSERT INTO people (chat_id, quiet_off, paused_since) VALUES (?, 0, ?)
        ON CONFLICT (chat_id) DO UPDATE SET paused_since = coalesce(paused_since, excluded.paused_since)
        """,
        [chat_id, micros(now)],
    )
    hold(db, chat_id)


def is_paused(db: Database, chat_id: int) -> bool:
    """Whether `paused_since` is set."""
    found = db.execute("SELECT 1 FROM people WHERE chat_id = ? AND paused_since IS NOT NULL", [chat_id])
    return found.fetchone() is not None


def resume(db: Database, chat_id: int) -> bool:
    """Clear `paused_since`; whether it was set."""
    changed = db.execute(
        "UPDATE people SET paused_since = NULL WHERE chat_id = ? AND paused_since IS NOT NULL", [chat_id]
    ).rowcount
    if changed:
        let_go(db, chat_id)
    return bool(changed)


def read_conversation(db: Database, key: ConversationKey) -> str | None:
    """Return the record of a conversation."""
    row = db.execute(
        "SELECT record FROM conversations WHERE chat_id = ? AND user_id = ?", [key.chat_id, key.user_id]
    ).fetchone()
    return row["record"] if row else None


def save_conversation(db: Database, key: ConversationKey, record: str | None, now: datetime) -> None:
    """Insert, replace, or with None delete the record."""
    if record is None:
        db.execute("DELETE FROM conversations WHERE chat_id = ? AND user_id = ?", [key.chat_id, key.user_id])
        return
    db.execute(
        """
        INSERT INTO conversations (chat_id, user_id, record, updated_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (chat_id, user_id) DO UPDATE SET record = excluded.record, updated_at = excluded.updated_at
        """,
        [key.chat_id, key.user_id, record, micros(now)],
    )


def open_chat(db: Database, key: ConversationKey) -> tuple[Person | None, str | None]:
    """Return the person of the chat and the record of the conversation."""
    return read_person(db, key.chat_id), read_conversation(db, key)


def forget(db: Database, chat_id: int) -> int:
    """Delete everything of the chat and of the person whose private chat it is; return how many filings."""
    filings = db.table("filings").count_where("chat_id = ?", [chat_id])
    db.table("filings").delete_where("chat_id = ?", [chat_id])
    db.table("conversations").delete_where("chat_id = ?", [chat_id])
    db.table("conversations").delete_where("user_id = ?", [chat_id])
    db.table("people").delete_where("chat_id = ?", [chat_id])
    return filings


def move_chat(db: Database, old: int, new: int) -> None:
    """Give everything of the chat `old` to `new`."""
    if old == new:
        return
    old_person, new_person = read_person(db, old), read_person(db, new)
    if old_person:
        save_person(db, merged(old_person, new_person or Person(new)))
    db.execute("UPDATE filings SET chat_id = ? WHERE chat_id = ?", [new, old])
    db.execute("UPDATE OR IGNORE conversations SET chat_id = ? WHERE chat_id = ?", [new, old])
    db.table("conversations").delete_where("chat_id = ?", [old])
    db.table("people").delete_where("chat_id = ?", [old])
    if new_person and new_person.paused_since:
        hold(db, new)
    else:
        let_go(db, new)


def merged(old: Person, new: Person) -> Person:
    """Return `new` with the wishes of `old` where it has none of its own."""
    has_quiet = new.quiet is not None or new.quiet_off
    return replace(
        new,
        locale=new.locale or old.locale,
        detected=new.detected or old.detected,
        zone=new.zone or old.zone,
        quiet=new.quiet if has_quiet else old.quiet,
        quiet_off=new.quiet_off if has_quiet else old.quiet_off,
        seen_at=new.seen_at or old.seen_at,
    )
