"""`reminders failed | retry`: what could not be delivered, and having it tried again."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.clock import system_clock
from bot.errors import DataError
from bot.filings.reminder import FailedReminder
from bot.reminders.dispatcher import CHUNK
from bot.settings import Settings
from bot.store.interface import Retry
from bot.terminal.common import load
from bot.terminal.opening import opened_store
from bot.terminal.records import failed_record, failed_table
from bot.texts import load_catalogs

AT_ONCE = 500
"""So many are planned again in one transaction: what else is written waits for no longer than that."""


def main(arguments: argparse.Namespace) -> int:
    """Do what `arguments.action` says; 1 when a reminder was not to be tried again, `DataError` for one unknown."""
    settings = load()
    if arguments.action == "failed":
        _print_failed(asyncio.run(_failed(settings, arguments.limit)), settings.timezone, as_json=arguments.json)
        return 0
    return _told(asyncio.run(_retry(settings, None if arguments.all else arguments.ids)))


async def _failed(settings: Settings, limit: int | None) -> list[FailedReminder]:
    async with opened_store(settings) as store:
        return await store.failed_reminders(limit=limit)


def _print_failed(failed: Sequence[FailedReminder], zone: ZoneInfo, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([failed_record(each) for each in failed], ensure_ascii=False, indent=2))
    elif failed:
        print(failed_table(failed, load_catalogs()["en"], zone))
        print("\n`beian-bot reminders retry ID...` has them tried again, `--all` all of them.")
    else:
        print("No reminder has failed.")


async def _retry(settings: Settings, ids: Sequence[int] | None) -> Mapping[int, Retry]:
    """Plan these again, with None all that have failed; return what became of each."""
    async with opened_store(settings) as store:
        if ids is None:
            ids = [failed.reminder.id for failed in await store.failed_reminders()]
        became: dict[int, Retry] = {}
        for start in range(0, len(ids), AT_ONCE):
            became |= await store.retry_failed(ids[start : start + AT_ONCE], system_clock())
        return became


def _told(became: Mapping[int, Retry]) -> int:
    """Print what became of each, and return the exit code."""
    unknown = [id_ for id_, outcome in became.items() if outcome is Retry.UNKNOWN]
    for id_, outcome in became.items():
        if outcome is not Retry.UNKNOWN:
            print(f"reminder {id_}: {'' if outcome.is_planned else 'not tried again: '}{outcome}")
    if any(outcome.is_planned for outcome in became.values()):
        print(f"A running bot finds what is due within {CHUNK.seconds} s; without one it waits for the next start.")
    elif not became:
        print("No reminder has failed.")
    sys.stdout.flush()
    if unknown:
        raise DataError(
            f"there is no reminder {', '.join(map(str, unknown))}; `beian-bot reminders failed` lists what has failed"
        )
    return 0 if all(outcome.is_planned for outcome in became.values()) else 1
