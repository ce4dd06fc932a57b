"""`simulate`: how much this machine can hold. The reminders work in accelerated time, against a simulated Telegram."""

import argparse
import asyncio
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bot.app import load_knowledge
from bot.errors import DataError
from bot.rules.model import BEIJING
from bot.simulation.faults import FAULTS
from bot.simulation.picture import draw
from bot.simulation.population import populate
from bot.simulation.report import Late, Report, evaluate
from bot.simulation.run import START, Conditions, Meters, simulate
from bot.terminal.common import load
from bot.terminal.output import table

METERS = Meters(stopwatch=time.perf_counter, processor=time.process_time)


def main(arguments: argparse.Namespace) -> int:
    """Simulate and print the figures; 1 when a reminder was lost, or came twice for no reason."""
    logging.getLogger("bot").addHandler(logging.NullHandler())  # every fault is simulated, and counted in the report
    settings = load(arguments.rulebook)
    knowledge = load_knowledge(settings.rulebook, settings.locale)
    population = populate(knowledge.rulebook, arguments.filings, arguments.days, START, arguments.seed)
    conditions = Conditions(
        per_second=arguments.per_second or settings.messages_per_second,
        faults=FAULTS[arguments.faults],
        answer_seconds=arguments.answer_ms / 1000,
    )
    report = evaluate(asyncio.run(simulate(settings, knowledge, population, conditions, arguments.seed, METERS)))
    if arguments.plot:
        _write(Path(arguments.plot), draw(report))
    print(json.dumps(record(report), indent=2) if arguments.json else text(report))
    return 1 if report.losses or report.duplicates > report.explained_duplicates else 0


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror}") from error


def text(report: Report) -> str:
    """Return the figures for people. All that depends on the machine is in the last lines."""
    return "\n".join([table(("WHAT", "HOW MUCH"), _rows(report)), "", report.verdict])


def _rows(report: Report) -> Iterator[tuple[str, str]]:
    yield "filings", f"{report.filings:,}"
    yield "reminders planned", f"{sum(report.reminders.values()):,}"
    for state in ("sent", "skipped", "failed", "cancelled"):
        yield f"  {state}", f"{report.reminders[state]:,}"
    for reason, count in report.reasons.items():
        yield f"    {reason}", f"{count:,}"
    yield "messages", f"{report.messages:,}, of them {report.answers:,} answers"
    yield (
        "duplicates",
        f"{report.duplicates:,} ({report.explained_duplicates:,} may be, after broken connections and kills)",
    )
    yield "losses", f"{report.losses:,}"
    yield (
        "faults",
        f"{report.troubles:,} errors and time-outs; too many requests: {report.too_many:,}; kills: {report.kills:,}",
    )
    yield "lateness", _late(report.late)
    yield "  by the limit alone", f"{_late(report.limit_late)}: {report.explained:.0%} of it"
    yield "busiest second", f"{report.busiest_second_messages:,} messages of {report.per_second:,} allowed"
    minute = f"{report.busiest_minute.astimezone(BEIJING):%m-%d %H:%M}"
    yield "busiest minute", f"{report.busiest_minute_messages:,} messages, at {minute} in Beijing"
    yield "database", f"{report.database_bytes / 2**20:.1f} MiB"
    yield "real time", f"{report.real_seconds:.1f} s, {report.busiest_real_seconds:.1f} s of it for the busiest minute"
    yield "processor time", f"{report.cpu_seconds:.1f} s, {report.cpu_ms_per_reminder:.1f} ms a reminder sent"


def _late(late: Late) -> str:
    return f"p50 {late.p50:.1f} s, p95 {late.p95:.1f} s, p99 {late.p99:.1f} s, max {late.max:.1f} s"


def record(report: Report) -> dict[str, object]:
    """Return the figures for programs: those that depend on the machine under `machine`."""
    figures = asdict(report)
    del figures["sent"]
    machine = {name: figures.pop(name) for name in ("real_seconds", "cpu_seconds", "busiest_real_seconds")}
    figures["busiest_minute"] = report.busiest_minute.isoformat()
    figures["explained_by_limit"] = report.explained
    machine["cpu_ms_per_reminder"] = report.cpu_ms_per_reminder
    return {**figures, "machine": machine, "verdict": report.verdict}
