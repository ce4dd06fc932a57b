"""New filings and their plans as plain values: quickly given from one process to another, and quickly stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.filings.filing import Filing
from bot.filings.reminder import PlannedReminder
from bot.store.rows import FILING_COLUMNS, filing_values, micros

Value = str | int | None

REMINDER_COLUMNS = ("filing_id", "kind", "due_at", "deadline", "silent")
FilingValues = tuple[Value, ...]
ReminderValues = tuple[str, int, int, bool]
SUBMITTED_AT = FILING_COLUMNS.index("submitted_at") - 1
"""Its place among the values of a filing, which have no id."""


@dataclass(frozen=True, slots=True)
class Packed:
    """So many filings, and their reminders.

    The values stand row by row, without a break; a filing's id, and a reminder's filing, is the place among the
    filings. `languages` says in which one a chat may be written to, if it has not shown another one.
    """

    count: int
    filings: list[Value]
    reminders: list[Value]
    languages: Mapping[int, str] = field(default_factory=dict)


class Packer:
    """Packs new filings one after the other."""

    def __init__(self) -> None:
        self._count = 0
        self._filings: list[Value] = []
        self._reminders: list[Value] = []

    def add(self, filing: FilingValues, reminders: Iterable[ReminderValues]) -> None:
        """Add a filing with its reminders."""
        place = self._count
        self._count += 1
        self._filings.append(place)
        self._filings += filing
        for reminder in reminders:
            self._reminders.append(place)
            self._reminders += reminder

    def packed(self, languages: Mapping[int, str] | None = None) -> Packed:
        """Return what was added."""
        return Packed(self._count, self._filings, self._reminders, languages or {})


def pack(batch: Iterable[tuple[Filing, Sequence[PlannedReminder]]]) -> Packed:
    """Return new filings with their plans, packed. Raises `ValueError` for a naive moment."""
    packer = Packer()
    for filing, plan in batch:
        packer.add(filing_values(filing), reminder_values(filing.deadline, plan))
    return packer.packed()


def reminder_values(deadline: datetime, plan: Iterable[PlannedReminder]) -> list[ReminderValues]:
    """Return the values of `REMINDER_COLUMNS` but the filing, for each reminder of a plan."""
    end = micros(deadline)
    return [(reminder.kind.value, micros(reminder.due_at), end, reminder.silent) for reminder in plan]


def values_like(
    like: FilingValues, chat_id: int, label: str, submitted_at: datetime, deadline: datetime
) -> FilingValues:
    """Return the values of a filing that differs in these alone from the one with the values `like`."""
    return (chat_id, label, *like[2:SUBMITTED_AT], micros(submitted_at), micros(deadline), *like[SUBMITTED_AT + 2 :])
