"""`filings`: what is tracked, the nearest deadline first."""

import argparse
import asyncio
import json

from bot.clock import system_clock
from bot.filings.filing import Filing
from bot.settings import Settings
from bot.terminal.common import load
from bot.terminal.opening import opened_store
from bot.terminal.records import filing_record, filing_table
from bot.texts import load_catalogs


def main(arguments: argparse.Namespace) -> int:
    """Print the open filings of all chats, or all filings of one."""
    settings = load()
    filings = asyncio.run(chosen(settings, arguments.user))
    if arguments.json:
        print(json.dumps([filing_record(filing) for filing in filings], ensure_ascii=False, indent=2))
    elif filings:
        print(filing_table(filings, load_catalogs()["en"], settings.timezone, system_clock()))
    else:
        print("Nothing is tracked.")
    return 0


async def chosen(settings: Settings, chat_id: int | None) -> list[Filing]:
    """Return all filings of one chat, or with None the open ones of all."""
    async with opened_store(settings) as store:
        return await store.open_filings() if chat_id is None else await store.filings_of(chat_id)
