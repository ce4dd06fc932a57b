"""What the store does with reminders, on a connection."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from sqlite3 import Row

from sqlite_utils import Database

from bot.filings.filing import Filing, FilingState
from bot.filings.reminder import Reminder, ReminderKind, ReminderState
from bot.store.choice import Unsent, choose
from bot.store.frontier import Frontier
from bot.store.interface import Reason
from bot.store.rows import micros, moment, reminder_from

# Changing what is planned


def cancel_unsent(
    db: Database,
    filing_id: int,
    reason: Reason,
    *,
    only: ReminderKind | None = None,
    but: ReminderKind | None = None,
    after: datetime | None = None,
) -> None:
    """Cancel what is planned or claimed of a filing: all, `only` one kind, all `but` one, or those due `after`."""
    db.execute(
        """
        UPDATE reminders SET state = 'cancelled', ready_at = NULL, reason = :reason
        WHERE filing_id = :filing_id AND ready_at IS NOT NULL
            AND (:only IS NULL OR kind = :only) AND (:but IS NULL OR kind <> :but)
            AND (:after IS NULL OR due_at > :after)
        """,
        {"filing_id": filing_id, "reason": reason, "only": only, "but": but, "after": after and micros(after)},
    )


def set_deadline(db: Database, filing: Filing) -> None:
    """Carry a filing's deadline over to its unsent reminders."""
    db.execute(
        "UPDATE reminders SET deadline = ? WHERE filing_id = ? AND ready_at IS NOT NULL",
        [micros(filing.deadline), filing.id],
    )


def skip_expiring(db: Database, now: int) -> None:
    """Skip what is planned, but for the notice, of every open filing whose deadline has come."""
    db.execute(
        """
        UPDATE reminders SET state = 'skipped', ready_at = NULL, reason = :reason
        WHERE filing_id IN (SELECT id FROM filings WHERE closed_at IS NULL AND deadline <= :now)
            AND state = 'planned' AND kind <> 'expired'
        """,
        {"now": now, "reason": Reason.DEADLINE},
    )


def hold(db: Database, chat_id: int) -> None:
    """Keep a chat's unsent reminders from being claimed."""
    db.execute(
        """
        UPDATE reminders SET held = 1
        WHERE filing_id IN (SELECT id FROM filings WHERE chat_id = ?) AND ready_at IS NOT NULL
        """,
        [chat_id],
    )


def let_go(db: Database, chat_id: int) -> None:
    """Undo `hold`. What waited for another try need wait no longer: the chat can be reached again."""
    db.execute(
        """
        UPDATE reminders SET held = 0, ready_at = CASE state WHEN 'planned' THEN due_at ELSE ready_at END
        WHERE filing_id IN (SELECT id FROM filings WHERE chat_id = ?) AND ready_at IS NOT NULL
        """,
        [chat_id],
    )


# Looking


def reminders_of(db: Database, filing_id: int) -> list[Reminder]:
    """Return a filing's reminders by due time."""
    rows = db.execute(
        """
        SELECT reminders.*, filings.chat_id FROM reminders JOIN filings ON filings.id = reminders.filing_id
        WHERE reminders.filing_id = ? ORDER BY reminders.due_at, reminders.id
        """,
        [filing_id],
    )
    return [reminder_from(row) for row in rows]


def next_due(db: Database) -> datetime | None:
    """Return when the next reminder is ready or the next filing expires, whichever is first."""
    ready = db.execute("SELECT min(ready_at) FROM reminders WHERE ready_at IS NOT NULL AND held = 0").fetchone()[0]
    expiring = db.execute("SELECT min(deadline) FROM filings WHERE closed_at IS NULL").fetchone()[0]
    return min((moment(stored) for stored in (ready, expiring) if stored is not None), default=None)


# Claiming


def take_over(db: Database, now: datetime, lease_until: datetime) -> int:
    """Give back every claim until `lease_until` at most, whoever made it, to be claimed at `now`; return how many."""
    return db.execute(
        """
        UPDATE reminders SET state = 'planned', ready_at = :now
        WHERE ready_at <= :lease_until AND held = 0 AND state = 'claimed'
        """,
        {"now": micros(now), "lease_until": micros(lease_until)},
    ).rowcount


def claim_due(db: Database, frontier: Frontier, now: datetime, limit: int, lease_until: datetime) -> list[Reminder]:
    """Claim what is due, nearest deadline first, and skip what is not needed any more."""
    at, lease_end = micros(now), micros(lease_until)
    if lease_end <= at:
        raise ValueError(f"a lease until {lease_until} has ended at {now}")
    claimed: list[Reminder] = []
    while len(claimed) < limit and (filings := frontier.take(db, at, limit - len(claimed))):
        claim, skip = _choices(db, filings, at)
        _skip(db, skip)
        claimed += _claim(db, claim, lease_end)
    return claimed


def _choices(db: Database, filings: Sequence[int], at: int) -> tuple[list[Row], list[tuple[int, Reason]]]:
    """Return which unsent reminders of some filings to claim, and which to skip."""
    claim: list[Row] = []
    skip: list[tuple[int, Reason]] = []
    for rows in _unsent_of(db, filings):
        state, deadline = FilingState(rows[0]["filing_state"]), rows[0]["deadline"]
        choice = choose([_unsent(row) for row in rows], state, deadline, at)
        claim += [row for row in rows if row["id"] == choice.claim]
        skip += choice.skip
    return claim, skip


def _unsent_of(db: Database, filings: Sequence[int]) -> list[list[Row]]:
    """Return the unsent reminders of each of some filings, nearest deadline first, but for those that are held."""
    # CROSS JOIN is SQLite's way to keep this order of looking.
    rows = db.execute(
        """
        SELECT reminders.*, filings.chat_id, filings.state AS filing_state
        FROM json_each(?) AS taken
        CROSS JOIN filings ON filings.id = taken.value
        CROSS JOIN reminders ON reminders.filing_id = filings.id
        WHERE reminders.ready_at IS NOT NULL AND reminders.held = 0
        ORDER BY reminders.deadline, reminders.filing_id
        """,
        [json.dumps(filings)],
    )
    return [list(group) for _, group in groupby(rows, key=lambda row: row["filing_id"])]


def _unsent(row: Row) -> Unsent:
    return Unsent(
        id=row["id"],
        kind=ReminderKind(row["kind"]),
        due_at=row["due_at"],
        ready_at=row["ready_at"],
        claimed=row["state"] == ReminderState.CLAIMED,
    )


def _skip(db: Database, skip: Sequence[tuple[int, Reason]]) -> None:
    db.conn.executemany(
        "UPDATE reminders SET state = 'skipped', ready_at = NULL, reason = ? WHERE id = ?",
        [(reason, id_) for id_, reason in skip],
    )


def _claim(db: Database, rows: Sequence[Row], lease_end: int) -> list[Reminder]:
    db.conn.executemany(
        "UPDATE reminders SET state = 'claimed', ready_at = ?, tries = tries + 1 WHERE id = ?",
        [(lease_end, row["id"]) for row in rows],
    )
    return [reminder_from(row, ReminderState.CLAIMED, row["tries"] + 1) for row in rows]


# What becomes of a claim. `tries` counts the claims of a reminder, so that it tells one claim from another.


def settle(
    db: Database, claim: Reminder, state: ReminderState, *, reason: str = "", at: datetime | None = None
) -> bool:
    """End a claim: sent or failed `at` a moment, skipped or failed for a `reason`; whether it still held."""
    changed = db.execute(
        """
        UPDATE reminders SET
            state = :state, ready_at = NULL, reason = :reason,
            sent_at = CASE :state WHEN 'sent' THEN :at END, failed_at = CASE :state WHEN 'failed' THEN :at END
        WHERE id = :id AND tries = :tries AND state = 'claimed'
        """,
        {"id": claim.id, "tries": claim.tries, "state": state, "reason": reason, "at": at and micros(at)},
    ).rowcount
    return bool(changed)


def release(db: Database, claim: Reminder, retry_at: datetime, reason: str) -> bool:
    """Give a claim back until `retry_at`; whether it still held."""
    changed = db.execute(
        """
        UPDATE reminders SET state = 'planned', ready_at = :retry_at, reason = :reason
        WHERE id = :id AND tries = :tries AND state = 'claimed'
        """,
        {"id": claim.id, "tries": claim.tries, "retry_at": micros(retry_at), "reason": reason},
    ).rowcount
    return bool(changed)
