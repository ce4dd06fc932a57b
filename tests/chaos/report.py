"""The figures of runs, as a table."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from tests.chaos.judge import Verdict
from tests.chaos.record import Record

Column = tuple[Record, Verdict]

_ROWS: Mapping[str, Callable[[Record, Verdict], str]] = {
    "kills": lambda record, _: f"{record.kills:,}",
    "filings": lambda record, _: f"{len(record.tracked):,}",
    "reminders due": lambda _, verdict: f"{verdict.due:,}",
    "of them arrived": lambda _, verdict: f"{verdict.arrived:,}",
    "messages a second": lambda record, _: f"{len(record.arrivals) / _seconds(record):,.0f}",
    "lost": lambda _, verdict: f"{verdict.lost:,}",
    "duplicates": lambda _, verdict: f"{verdict.duplicates:,}",
    "at most": lambda _, verdict: f"{verdict.bound:,}",
    "answers that broke": lambda record, _: f"{sum(arrival.broke for arrival in record.arrivals):,}",
    "claims taken over": lambda record, _: f"{record.taken_over:,}",
    "late, median": lambda _, verdict: _share(verdict, 0.5),
    "late, 99 of 100": lambda _, verdict: _share(verdict, 0.99),
    "late, at most": lambda _, verdict: _share(verdict, 1.0),
    "seconds": lambda record, _: f"{_seconds(record):,.0f}",
    "promises broken": lambda _, verdict: f"{len(verdict.broken):,}",
}


def table(columns: Mapping[str, Column]) -> str:
    """Return the figures, a column for each run."""
    lines = ["".ljust(20) + "".join(f"{name:>12}" for name in columns)]
    for name, figure in _ROWS.items():
        lines.append(f"{name:<20}" + "".join(f"{figure(*column):>12}" for column in columns.values()))
    return "\n".join(lines)


def _seconds(record: Record) -> float:
    return (record.ended - record.began).total_seconds()


def _share(verdict: Verdict, share: float) -> str:
    """Return the lateness that so many of all reminders do not exceed."""
    late = verdict.late or (timedelta(),)
    return f"{late[min(int(share * len(late)), len(late) - 1)].total_seconds():.1f} s"
