"""New filings and their plans as plain values: quickly given from one process to another, and quickly stored.

What many filings share is packed once: a `Kind`, all that is neither chat, label nor submission; and a `Plan`, whose
moments may be counted from the submission.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.filings.filing import Filing
from bot.filings.reminder import PlannedReminder, ReminderKind
from bot.store.rows import FILING_COLUMNS, MICROSECOND, filing_values, micros

Value = str | int | None

OWN_COLUMNS = ("id", "chat_id", "label", "submitted_at", "deadline")
"""What each filing has to itself."""
KIND_COLUMNS = tuple(column for column in FILING_COLUMNS if column not in OWN_COLUMNS)
KindValues = tuple[Value, ...]
PlanValues = tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What filings of a kind share: `validity`, the microseconds to the deadline, and the values of `KIND_COLUMNS`."""

    values: KindValues


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The reminders that filings get, each as its kind, whether it moves with the submission, its time, and `silent`.

    The time is in microseconds: since the submission where it moves, since the epoch where it does not.
    """

    values: PlanValues


@dataclass(frozen=True, slots=True)
class Packed:
    """So many filings, and their reminders.

    `filings` has for each of them its chat, label, submission, and the places of its kind and its plan, without a
    break. `kinds` has a row for each kind, beginning with its place; `steps` has one for each reminder of each plan,
    beginning with the place of the plan and its number in it. `languages` says in which one a chat may be written to,
    if it has not shown another one.
    """

    count: int
    filings: list[Value]
    kinds: list[tuple[Value, ...]]
    steps: list[tuple[Value, ...]]
    languages: Mapping[int, str] = field(default_factory=dict)


class Packer:
    """Packs new filings one after the other."""

    def __init__(self) -> None:
        self._count = 0
        self._filings: list[Value] = []
        self._kinds: dict[Kind, int] = {}
        self._plans: dict[Plan, int] = {}

    def add(self, chat_id: int, label: str, submitted_at: datetime, kind: Kind, plan: Plan) -> None:
        """Add a filing with its reminders. Raises `ValueError` for a naive moment."""
        self._count += 1
        self._filings += (
            chat_id,
            label,
            micros(submitted_at),
            self._kinds.setdefault(kind, len(self._kinds)),
            self._plans.setdefault(plan, len(self._plans)),
        )

    def packed(self, languages: Mapping[int, str] | None = None) -> Packed:
        """Return what was added."""
        return Packed(
            self._count,
            self._filings,
            [(place, *kind.values) for kind, place in self._kinds.items()],
            [(place, n, *step) for plan, place in self._plans.items() for n, step in enumerate(plan.values)],
            languages or {},
        )


def kind_of(filing: Filing) -> Kind:
    """Return the kind of a filing. Raises `ValueError` for a naive moment."""
    values = dict(zip(FILING_COLUMNS[1:], filing_values(filing), strict=True))
    validity = micros(filing.deadline) - micros(filing.submitted_at)
    return Kind((validity, *(values[column] for column in KIND_COLUMNS)))


def plan_of(steps: Iterable[tuple[ReminderKind, datetime | timedelta, bool]]) -> Plan:
    """Return a plan of such steps: what it reminds of, its moment or the time since the submission, and `silent`."""
    return Plan(tuple((kind.value, *_time(at), silent) for kind, at, silent in steps))


def _time(at: datetime | timedelta) -> tuple[bool, int]:
    return (True, at // MICROSECOND) if isinstance(at, timedelta) else (False, micros(at))


def pack(batch: Iterable[tuple[Filing, Sequence[PlannedReminder]]]) -> Packed:
    """Return new filings with their plans, packed. Raises `ValueError` for a naive moment."""
    packer = Packer()
    kinds: dict[KindValues, Kind] = {}
    plans: dict[PlanValues, Plan] = {}
    for filing, entries in batch:
        kind = kind_of(filing)
        plan = plan_of((each.kind, each.due_at, each.silent) for each in entries)
        packer.add(
            filing.chat_id,
            filing.label,
            filing.submitted_at,
            kinds.setdefault(kind.values, kind),
            plans.setdefault(plan.values, plan),
        )
    return packer.packed()
