"""What was measured: figures in sections. Pure, and of the standard library alone: the plot is drawn elsewhere."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

PLANNED = "reminders planned"
START = "start to ready"
RESIDENT = "resident when ready"
WAKE_UP = "a wake-up with nothing due"
RATE = "due reminders, sent at once"
PROCESS_RATE = "due reminders, sent over HTTP"
"""The figures that the plot shows."""

ENGINE = "this bot, by open filings"
JOBS_IN_MEMORY = "JobQueue in memory, by reminders"
JOBS_IN_SQLITE = "JobQueue in SQLite, by reminders"
"""The sections that the plot shows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement, perhaps at one of several sizes; no `value` where it did not come to its end in time.

    `target` is what `value` may be at most, or with `at_least` must reach.
    """

    what: str
    value: float | None
    unit: str = ""
    size: int | None = None
    target: float | None = None
    at_least: bool = False

    @property
    def missed(self) -> bool:
        """Whether the target is missed."""
        if self.target is None:
            return False
        return self.value is None or (self.value < self.target if self.at_least else self.value > self.target)


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that are shown together: all of them with a size, or none."""

    title: str
    figures: Sequence[Figure]

    @property
    def sizes(self) -> list[int]:
        """The sizes, from the smallest on."""
        return sorted({figure.size for figure in self.figures if figure.size is not None})


def grid(section: Section) -> list[list[str]]:
    """Return the cells of a table, headings first: a row for each thing measured, a column for each size."""
    sizes: list[int | None] = [*section.sizes] or [None]
    rows: dict[str, list[Figure]] = {}
    for figure in section.figures:
        rows.setdefault(figure.what, []).append(figure)
    headings = [section.title, *("" if size is None else f"{size:,}" for size in sizes), "unit", "target"]
    return [headings, *(_row(what, figures, sizes) for what, figures in rows.items())]


def _row(what: str, figures: Sequence[Figure], sizes: Sequence[int | None]) -> list[str]:
    by_size = {figure.size: figure for figure in figures}
    values = [_number(by_size[size].value) if size in by_size else "" for size in sizes]
    return [what, *values, figures[0].unit, _target(figures)]


def _number(value: float | None) -> str:
    if value is None:
        return "not in time"
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3f}" if value < 10 else f"{value:,.1f}"


def _target(figures: Sequence[Figure]) -> str:
    aimed = [figure for figure in figures if figure.target is not None]
    if not aimed:
        return ""
    verdict = "MISSED" if any(figure.missed for figure in aimed) else "met"
    return f"{'at least' if aimed[0].at_least else 'at most'} {aimed[0].target:,g}: {verdict}"


def record(at: str, machine: dict[str, Any], sections: Sequence[Section]) -> dict[str, Any]:
    """Return all of it as JSON holds it."""
    return {"at": at, "machine": machine, "sections": [asdict(section) for section in sections]}


def markdown(at: str, machine: dict[str, Any], sections: Sequence[Section]) -> str:
    """Return all of it as tables in Markdown."""
    lines = [f"Measured {at}", "", *(f"* {name}: {value}" for name, value in machine.items())]
    for section in sections:
        headings, *rows = grid(section)
        ruler = ["---", *("---:" for _ in headings[1:-2]), "---", "---"]
        lines += ["", *(f"| {' | '.join(cells)} |" for cells in (headings, ruler, *rows))]
    return "\n".join(lines) + "\n"
