"""`filings`: what is tracked, the nearest deadline first."""

import argparse
import asyncio
import json
from collections.abc import Sequence

from bot.clock import system_clock
from bot.filings.filing import Filing
from bot.settings import Settings
from bot.store.interface import Store
from bot.terminal.common import load
from bot.terminal.opening import opened
from bot.terminal.records import filing_record, filing_table


def main(arguments: argparse.Namespace) -> int:
    """Print the open filings of all chats, or all filings of one."""
    asyncio.run(_list(arguments, load()))
    return 0


async def _list(arguments: argparse.Namespace, settings: Settings) -> None:
    now = system_clock()
    async with opened(settings, existing=True) as app:
        filings = await chosen(app.store, arguments.user)
        if arguments.json:
            print(json.dumps([filing_record(filing) for filing in filings], ensure_ascii=False, indent=2))
        elif filings:
            print(filing_table(filings, app.catalogs["en"], settings.timezone, now))
        else:
            print("Nothing is tracked.")


async def chosen(store: Store, chat_id: int | None) -> Sequence[Filing]:
    """Return all filings of one chat, or with None the open ones of all."""
    return await store.open_filings() if chat_id is None else await store.filings_of(chat_id)
