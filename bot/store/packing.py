"""New filings and their plans as plain values: quickly given from one process to another, and quickly stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.filings.filing import Filing
from bot.filings.reminder import PlannedReminder
from bot.store.rows import filing_values, micros

Value = str | int | None

REMINDER_COLUMNS = ("filing_id", "kind", "due_at", "deadline", "silent")


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


def pack(
    batch: Iterable[tuple[Filing, Sequence[PlannedReminder]]], languages: Mapping[int, str] | None = None
) -> Packed:
    """Return new filings with their plans, packed. Raises `ValueError` for a naive moment."""
    filings: list[Value] = []
    reminders: list[Value] = []
    place = -1
    for place, (filing, plan) in enumerate(batch):
        filings += (place, *filing_values(filing))
        reminders += reminder_values(place, filing, plan)
    return Packed(place + 1, filings, reminders, languages or {})


def reminder_values(id_: int, filing: Filing, plan: Sequence[PlannedReminder]) -> list[Value]:
    """Return the values of `REMINDER_COLUMNS` for each reminder of a plan, `id_` being that of the filing."""
    deadline = micros(filing.deadline)
    return [
        value
        for reminder in plan
        for value in (id_, reminder.kind.value, micros(reminder.due_at), deadline, reminder.silent)
    ]
