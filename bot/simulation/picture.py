"""A picture of a simulation (SVG): what was due and what was sent, over all of it and where most had to wait. Pure."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from bot.rules.model import BEIJING
from bot.simulation.report import Report, Sent
from bot.simulation.telegram import MINUTE

WIDTH, HEIGHT = 960, 620
LEFT, RIGHT, PANEL = 76, 36, 190
DUE, SENT, LIMIT, INK, GRID = "#e08e0b", "#1f6fb4", "#b3261e", "#222222", "#dddddd"
STYLE = (
    f"text{{font:13px sans-serif;fill:{INK}}}.title{{font-size:15px;font-weight:bold}}"
    f".grid{{stroke:{GRID}}}.axis{{stroke:{INK}}}.line{{fill:none;stroke-width:1.6}}"
)
COLUMNS = 420
"""So many values at most are drawn from left to right."""
CROWDED = timedelta(seconds=20), timedelta(hours=6)
"""The least and the longest span of the second panel."""
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class _Panel:
    """An area with a time axis from `begins` to `ends`, and values from 0 to `top`."""

    y: float
    begins: datetime
    ends: datetime
    top: float

    def x_of(self, moment: datetime) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((moment - self.begins) / (self.ends - self.begins))

    def y_of(self, value: float) -> float:
        return self.y + PANEL * (1 - value / self.top)

    def line(self, points: Iterable[tuple[datetime, float]], colour: str, more: str = "") -> str:
        path = " ".join(f"{self.x_of(at):.1f},{self.y_of(value):.1f}" for at, value in points)
        return f'<polyline class="line" stroke="{colour}" {more} points="{path}"/>'

    def area(self, points: Sequence[tuple[datetime, float]], colour: str) -> str:
        first, last = points[0][0], points[-1][0]
        outline = [(first, 0.0), *points, (last, 0.0)]
        path = " ".join(f"{self.x_of(at):.1f},{self.y_of(value):.1f}" for at, value in outline)
        return f'<polygon fill="{colour}" fill-opacity="0.3" points="{path}"/>\n{self.line(points, colour)}'

    def frame(self, title: str, unit: str, step: timedelta, shown: str) -> Iterator[str]:
        """Yield the title, the grid and the axes; `shown` is how a moment of the time axis is written."""
        yield _text(LEFT, self.y - 16, title, 'class="title"')
        rise = round_step(self.top / 4)
        for value in (rise * number for number in range(int(self.top / rise) + 1)):
            y = self.y_of(value)
            yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield _text(LEFT - 8, y + 4, f"{value:,g}", 'text-anchor="end"')
        for moment in _ticks(self.begins, self.ends, step):
            x = self.x_of(moment)
            yield f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{self.y + PANEL}" y2="{self.y + PANEL + 5}"/>'
            yield _text(x, self.y + PANEL + 20, moment.astimezone(BEIJING).strftime(shown), 'text-anchor="middle"')
        yield f'<path class="axis" fill="none" d="M{LEFT},{self.y} V{self.y + PANEL} H{WIDTH - RIGHT}"/>'
        middle = self.y + PANEL / 2
        yield _text(18, middle, unit, f'text-anchor="middle" transform="rotate(-90 18 {middle})"')


def draw(report: Report) -> str:
    """Return the picture as an SVG document."""
    parts = [*_whole(report), *_crowded(report)] if report.sent else [_text(LEFT, 80, "No reminder was sent.")]
    body = "\n".join([*_legend(), *parts])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">\n'
        f'<style>{STYLE}</style>\n<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


def _legend() -> Iterator[str]:
    for x, colour, label in ((LEFT, DUE, "reminders due"), (220, SENT, "reminders sent"), (370, LIMIT, "the limit")):
        dashes = 'stroke-dasharray="6 4"' if colour is LIMIT else ""
        yield f'<line x1="{x}" x2="{x + 26}" y1="24" y2="24" stroke="{colour}" stroke-width="3" {dashes}/>'
        yield _text(x + 32, 28, label)


def _whole(report: Report) -> Iterator[str]:
    """Yield the panel of the whole simulation: of each column its fullest minute."""
    begins = min(each.wanted for each in report.sent)
    ends = max(each.arrived for each in report.sent) + MINUTE
    due = _fullest_minutes([each.wanted for each in report.sent], begins, ends)
    sent = _fullest_minutes([each.arrived for each in report.sent], begins, ends)
    top = max(value for _, value in (*due, *sent))
    limit = 60.0 * report.per_second
    panel = _Panel(84, begins, ends, max(1.0, min(top, 3 * limit)) * 1.08)
    days = max(1, math.ceil((ends - begins) / timedelta(days=12)))
    yield from panel.frame(
        "The whole time: the fullest minutes (dates in Beijing)", "reminders a minute", timedelta(days=days), "%m-%d"
    )
    yield panel.area([(at, min(value, panel.top)) for at, value in due], DUE)
    yield panel.line(sent, SENT)
    if limit <= panel.top:
        yield panel.line([(begins, limit), (ends, limit)], LIMIT, 'stroke-dasharray="6 4"')


def _fullest_minutes(times: Iterable[datetime], begins: datetime, ends: datetime) -> list[tuple[datetime, float]]:
    """Return for each column, which are of equal length, the number of times in its fullest minute."""
    length = max(1, math.ceil((ends - begins) / MINUTE / COLUMNS))
    minutes = [0] * (math.ceil((ends - begins) / MINUTE / length) * length)
    for time in times:
        minutes[(time - begins) // MINUTE] += 1
    return [
        (begins + (column + 0.5) * MINUTE, float(max(minutes[column : column + length])))
        for column in range(0, len(minutes), length)
    ]


def _crowded(report: Report) -> Iterator[str]:
    """Yield the panel of the time around the latest reminder: all that was due until then, and all that was sent."""
    latest = max(report.sent, key=lambda each: (each.arrived - each.wanted, each.wanted))
    shortest, longest = CROWDED
    span = min(longest, max(shortest, 2 * (latest.arrived - latest.wanted)))
    begins, ends = latest.wanted - span / 8, latest.wanted + span
    near = [each for each in report.sent if begins <= each.wanted < ends]
    due, sent = _risen([each.wanted for each in near], begins, ends), _risen(_arrivals(near, ends), begins, ends)
    panel = _Panel(374, begins, ends, max(1, len(near)) * 1.08)
    title = f"Around the latest one, {(latest.arrived - latest.wanted).total_seconds():.1f} s late: reminders added up"
    step = _nice_span(span / 8)
    yield from panel.frame(title, "reminders", step, "%m-%d %H:%M" if step >= MINUTE else "%H:%M:%S")
    risen = max(1, len(near))
    slope_ends = min(ends, latest.wanted + timedelta(seconds=risen / report.per_second))
    reached = (slope_ends - latest.wanted).total_seconds() * report.per_second
    yield panel.line([(latest.wanted, 0.0), (slope_ends, reached)], LIMIT, 'stroke-dasharray="6 4"')
    yield panel.area(due, DUE)
    yield panel.line(sent, SENT)


def _arrivals(sent: Iterable[Sent], ends: datetime) -> list[datetime]:
    return [each.arrived for each in sent if each.arrived < ends]


def _risen(times: Iterable[datetime], begins: datetime, ends: datetime) -> list[tuple[datetime, float]]:
    """Return how many of the times have come by each moment, as steps."""
    points = [(begins, 0.0)]
    for number, time in enumerate(sorted(times)):
        points += [(time, float(number)), (time, number + 1.0)]
    return [*points, (ends, points[-1][1])]


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20, 50, … that is not less."""
    power = 10.0 ** max(0, math.floor(math.log10(least))) if least > 1 else 1.0
    return next(step * power for step in (*STEPS, 10) if step * power >= least)


def _nice_span(least: timedelta) -> timedelta:
    """Return a step for a time axis that is not less: full seconds, minutes, or hours."""
    seconds = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    return timedelta(seconds=next((step for step in seconds if step >= least.total_seconds()), 7200))


def _ticks(begins: datetime, ends: datetime, step: timedelta) -> Iterator[datetime]:
    """Yield the moments of the axis: multiples of the step since midnight in Beijing."""
    midnight = begins.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + math.ceil((begins - midnight) / step) * step
    while moment <= ends:
        yield moment
        moment += step


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(words)}</text>'
