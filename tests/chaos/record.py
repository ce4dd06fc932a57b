"""What is known of a run in the end, and what is kept of it for those who look into it later."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.filings.filing import Filing
from bot.filings.reminder import Reminder, ReminderKind


@dataclass(frozen=True, slots=True)
class Life:
    """One process from its start to its end. `code` is what it returned if it ended by itself or was told to."""

    name: str
    begun: datetime
    ended: datetime
    killed: bool
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A reminder that the service took. `life` sent it; `broke`: the connection ended without an answer."""

    at: datetime
    life: str
    filing_id: int
    kind: ReminderKind
    locale: str
    html: str
    broke: bool = False

    @property
    def key(self) -> tuple[int, ReminderKind]:
        """Which reminder it is: here a filing has no two of a kind."""
        return self.filing_id, self.kind


@dataclass(frozen=True, slots=True)
class Tracked:
    """A filing as it is stored in the end, with its reminders."""

    filing: Filing
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One run. `group` is how many reminders a process has in flight at most; `integrity` is what SQLite finds."""

    arrivals: tuple[Arrival, ...]
    lives: tuple[Life, ...]
    tracked: tuple[Tracked, ...]
    group: int
    began: datetime
    ended: datetime
    taken_over: int
    integrity: str

    @property
    def kills(self) -> int:
        """How often a process was killed."""
        return sum(life.killed for life in self.lives)


def keep(record: Record, folder: Path) -> None:
    """Write the messages and the lives into `folder`, one JSON object a line; the database and the log are there."""
    _write(folder / "arrivals.jsonl", map(asdict, record.arrivals))
    _write(folder / "lives.jsonl", map(asdict, record.lives))


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(f"{json.dumps(line, ensure_ascii=False, default=str)}\n")
