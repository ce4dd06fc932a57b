"""Which filings have something due, nearest deadline first, without sorting all that is due at every look.

After a long stop, or at noon when the portals send their codes again, hundreds of thousands of reminders may be due,
and some dozens are claimed at a time. So what was found is kept: what becomes ready later is added to it, and a new
look at everything is taken only after a good part of it has been handed out. It is a hint: whoever takes a filing from
here looks at its rows before doing anything, and what another process or a person has set back is met at the next look.
"""

from heapq import heapify, heappop, heappush

from sqlite_utils import Database

KEPT = 10_000
"""So many of the nearest are kept at most."""
SHARE = 8
"""A new look comes after one in so many of what was found has been handed out."""

Entry = tuple[int, int]
"""The deadline, as it is stored, and the filing."""


class Frontier:
    """The filings with something ready up to a moment. Used in the writer's thread only."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._last: Entry | None = None
        """Beyond it there may be others that were not kept."""
        self._found = 0
        self._taken = 0
        self._ready_until: int | None = None

    def forget(self) -> None:
        """Take a new look at the next asking."""
        self._ready_until = None

    def take(self, db: Database, now: int, limit: int) -> list[int]:
        """Return up to `limit` filings that have something ready at `now`, nearest deadline first; none if none has."""
        known = self._ready_until
        if known is None or now < known or not self._entries or self._taken * SHARE >= self._found:
            self._look(db, now)
        elif now > known:
            self._add(db, known, now)
        filings: dict[int, None] = {}
        while self._entries and len(filings) < limit:
            filings[heappop(self._entries)[1]] = None
            self._taken += 1
        return list(filings)

    def _look(self, db: Database, now: int) -> None:
        """Find everything that is ready."""
        found = _ready(db, None, now)
        self._entries = list(dict.fromkeys(found))
        heapify(self._entries)
        self._last = found[-1] if len(found) == KEPT else None
        self._found, self._taken = len(found), 0
        self._ready_until = now

    def _add(self, db: Database, known: int, now: int) -> None:
        """Add what has become ready since."""
        found = _ready(db, known, now)
        if len(found) == KEPT:
            self._look(db, now)
            return
        for entry in found:
            if self._last is None or entry <= self._last:
                heappush(self._entries, entry)
        self._ready_until = now


def _ready(db: Database, after: int | None, until: int) -> list[Entry]:
    """Return the nearest with a reminder that became ready `after` one moment and up to another."""
    looking = db.conn.cursor()
    looking.row_factory = None  # tuples as they come
    looking.execute(
        """
        SELECT deadline, filing_id FROM reminders
        WHERE ready_at > coalesce(:after, -9223372036854775808) AND ready_at <= :until AND held = 0
        ORDER BY deadline, filing_id LIMIT :kept
        """,
        {"after": after, "until": until, "kept": KEPT},
    )
    return looking.fetchall()
