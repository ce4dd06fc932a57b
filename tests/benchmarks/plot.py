"""`python -m tests.benchmarks.plot RESULTS.json PICTURE.png`: the engine beside the library's queue, against size."""

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from tests.benchmarks.figures import (
    ENGINE,
    JOBS_IN_MEMORY,
    JOBS_IN_SQLITE,
    PLANNED,
    PROCESS_RATE,
    RATE,
    RESIDENT,
    START,
    WAKE_UP,
)


@dataclass(frozen=True, slots=True)
class Line:
    """How the figures of a section are drawn."""

    section: str
    label: str
    colour: str
    marker: str


OURS = Line(ENGINE, "this bot", "#1f6fb4", "o")
OURS_OVER_HTTP = Line(ENGINE, "this bot, its texts composed and sent over HTTP", "#1f6fb4", "D")
IN_MEMORY = Line(JOBS_IN_MEMORY, "JobQueue, in memory (lost at a restart)", "#e08e0b", "s")
IN_SQLITE = Line(JOBS_IN_SQLITE, "JobQueue, in SQLite (SQLAlchemyJobStore)", "#b3261e", "^")


def _all(what: str) -> list[tuple[Line, str]]:
    return [(line, what) for line in (OURS, IN_MEMORY, IN_SQLITE)]


PANELS = (
    ("Start until it polls", "seconds", _all(START)),
    ("Resident memory when ready", "MiB", _all(RESIDENT)),
    ("A wake-up with nothing due", "milliseconds", _all(WAKE_UP)),
    ("Due reminders gone out", "a second", [*_all(RATE), (OURS_OVER_HTTP, PROCESS_RATE)]),
)


def values(results: dict[str, Any], title: str, what: str) -> dict[int, float | None]:
    """Return what was measured, by size; None where it did not end in time."""
    return {
        figure["size"]: figure["value"]
        for section in results["sections"]
        if section["title"] == title
        for figure in section["figures"]
        if figure["what"] == what
    }


def draw(results: dict[str, Any], picture: Path) -> None:
    """Draw four panels; the sizes of all are in reminders."""
    reminders = values(results, ENGINE, PLANNED)
    figure = Figure(figsize=(12, 8.4), layout="constrained")
    grid = figure.subplots(2, 2)
    for axes, (title, unit, lines) in zip(grid.flat, PANELS, strict=True):
        missing: list[str] = []
        for line, what in lines:
            found = values(results, line.section, what)
            sizes = {size: reminders[size] if line.section == ENGINE else size for size in found}
            points = [(sizes[size], value) for size, value in found.items() if value is not None]
            if points:
                axes.plot(*zip(*points, strict=True), color=line.colour, marker=line.marker, label=line.label)
            missing += [f"{line.label}: not in time at {size:,}" for size in found if found[size] is None]
        axes.set(xscale="log", yscale="log", title=title, ylabel=unit, xlabel="reminders planned")
        bottom, top = axes.get_ylim()
        axes.set_ylim(10 ** math.floor(math.log10(bottom)), 10 ** math.ceil(math.log10(top)))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:,.9g}")
            axis.set_minor_formatter("")
        axes.grid(visible=True, which="major", color="#dddddd")
        axes.text(0.02, 0.02, "\n".join(missing), transform=axes.transAxes, fontsize=8, color="#666666")
    handles, labels = grid.flat[-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    figure.suptitle(f"Reminders at size: this bot beside python-telegram-bot's JobQueue ({results['at']})")
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))
