"""`track`: what `/track` does in a chat, in one line of the shell."""

import argparse
import asyncio

from bot.clock import system_clock
from bot.dialog.model import Message, Who
from bot.errors import DataError
from bot.settings import Settings
from bot.terminal.common import load
from bot.terminal.opening import opened_for
from bot.terminal.output import text_of


def main(arguments: argparse.Namespace) -> int:
    """Print the bot's replies; `DataError` when nothing new is tracked, because of what is missing or needs no code."""
    if not asyncio.run(_track(arguments, load())):
        raise DataError("nothing new is tracked; complete the line, or go on in `beian-bot chat`")
    return 0


async def _track(arguments: argparse.Namespace, settings: Settings) -> bool:
    """Return whether there is one more filing than before."""
    who = Who(arguments.user, arguments.user)
    async with opened_for(arguments.user, settings) as app:
        before = await app.store.filings_of(who.chat_id)
        line = " ".join(["/track", *arguments.words])
        for reply in await app.engine.handle(who, Message(line), system_clock()):
            print(text_of(reply))
        return len(await app.store.filings_of(who.chat_id)) > len(before)
