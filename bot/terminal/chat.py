"""`chat`: the bot itself, over the same engine and database as in Telegram, without a token."""

import argparse
import asyncio
import json
import sys
from functools import partial

from bot.clock import Clock, system_clock
from bot.dialog.model import Replies, Who
from bot.settings import Settings
from bot.terminal.common import in_zone, load
from bot.terminal.files import keep_document
from bot.terminal.opening import opened_for
from bot.terminal.output import flat, reply_record, text_of
from bot.terminal.session import NoSuchButtonError, Session


def main(arguments: argparse.Namespace) -> int:
    """Talk until the input ends."""
    asyncio.run(_chat(arguments, load(arguments.rulebook)))
    return 0


async def _chat(arguments: argparse.Namespace, settings: Settings) -> None:
    clock = _clock(arguments, settings)
    who = Who(arguments.user, arguments.user, language_code=_language_tag(arguments.locale))
    async with opened_for(arguments.user, settings) as app:
        if arguments.json:
            await _json_lines(Session(app.engine, who, clock))
        elif sys.stdin.isatty() and sys.stdout.isatty():
            # prompt_toolkit takes longer to import than a pipe takes to answer.
            from bot.terminal.prompt import converse  # noqa: PLC0415

            await converse(app, who, clock)
        else:
            await _lines(Session(app.engine, who, clock, by_number=True))


def _clock(arguments: argparse.Namespace, settings: Settings) -> Clock:
    """Return the machine's clock, or one that stands still at `--now`."""
    if arguments.now is None:
        return system_clock
    return partial(in_zone, arguments.now, settings.timezone)


def _language_tag(locale: str | None) -> str | None:
    """Return the locale as a client tells it: `zh-Hans`."""
    return locale and locale.replace("_", "-")


async def _json_lines(session: Session) -> None:
    """Print one object with the replies for each line, with `error` where it presses a button that is not there."""
    for line in sys.stdin:
        record: dict[str, object] = {}
        try:
            record["replies"] = [reply_record(reply) for reply in await session.say(line)]
        except NoSuchButtonError as error:
            record = {"replies": [], "error": str(error)}
        print(json.dumps(record, ensure_ascii=False), flush=True)


async def _lines(session: Session) -> None:
    """Print the replies to each line as text, the buttons with their numbers."""
    for line in sys.stdin:
        try:
            replies = await session.say(line)
        except NoSuchButtonError as error:
            print(f"beian-bot: {error}", file=sys.stderr)
            continue
        _print(replies)


def _print(replies: Replies) -> None:
    number = 0
    for reply in replies:
        print(text_of(reply))
        for button in flat(reply.buttons):
            number += 1
            print(f"  [{number}] {button.label}")
        if reply.document:
            print(f"  ({keep_document(reply.document)})")
        print(flush=True)
