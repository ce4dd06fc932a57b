"""`stats`: how many people, filings and reminders there are."""

import argparse
import asyncio
import json
from collections.abc import Iterator

from bot.filings.reminder import ReminderState
from bot.settings import Settings
from bot.store.interface import Stats
from bot.terminal.common import load
from bot.terminal.opening import opened_store
from bot.terminal.output import table


def main(arguments: argparse.Namespace) -> int:
    """Print the counts."""
    stats = asyncio.run(_stats(load()))
    if arguments.json:
        counts = {"people": stats.people, "filings": dict(stats.filings), "reminders": dict(stats.reminders)}
        print(json.dumps(counts, indent=2))
    else:
        print(table(("WHAT", "STATE", "COUNT"), _rows(stats)))
        if stats.reminders[ReminderState.FAILED]:
            print("\n`beian-bot reminders failed` lists the reminders that have failed, and why.")
    return 0


async def _stats(settings: Settings) -> Stats:
    async with opened_store(settings) as store:
        return await store.stats()


def _rows(stats: Stats) -> Iterator[tuple[str, str, int]]:
    yield "people", "-", stats.people
    for what, counts in (("filings", stats.filings), ("reminders", stats.reminders)):
        for state, count in counts.items():
            yield what, state, count
