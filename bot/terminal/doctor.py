"""`doctor`: looks at everything that the bot needs, and says of each fault how to mend it."""

import argparse
import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from bot.clock import Clock, system_clock
from bot.errors import BeianBotError
from bot.rules import load_rulebook
from bot.settings import Settings, load_settings, unknown_variables
from bot.terminal.opening import opened_store
from bot.texts import load_catalogs
from bot.understanding import Understanding

API_TIMEOUT = 10
"""Seconds to wait for the Bot API."""

SKEW_LIMIT = timedelta(seconds=30)
"""How wrong the machine's clock may be; reminders come that much too late or early."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands, and for a fault how to mend it."""

    what: str
    state: str
    remedy: str = ""


def main(_: argparse.Namespace) -> int:
    """Print one line a finding; the exit code is 1 when there is a fault."""
    faults = 0
    for finding in findings(system_clock):
        faults += bool(finding.remedy)
        verdict = "FAULT" if finding.remedy else "ok"
        state = " ".join(finding.state.split())
        print(f"{verdict:<6}{finding.what}: {state}{f' -> {finding.remedy}' if finding.remedy else ''}")
    return 1 if faults else 0


def findings(clock: Clock) -> Iterator[Finding]:
    """Yield what is found, one part after the other; without good settings nothing more can be looked at.

    `clock` is the machine's, which is compared with the Bot API's.
    """
    try:
        settings = load_settings()
    except BeianBotError as error:
        yield Finding("settings", str(error), "correct the variables; .env.example explains each")
        return
    unknown = unknown_variables()
    yield Finding("settings", "; ".join(unknown) or "all understood", "correct the names" if unknown else "")
    yield _tried(
        "rulebook", lambda: _rulebook(settings, clock()), "`beian-bot rules check FILE` says the same after each change"
    )
    yield _tried("texts", lambda: _texts(settings), "install the bot again; its catalogs are damaged")
    yield _tried("understanding", _understanding, "install the bot again; its data are damaged")
    yield _tried(
        "database", lambda: _database(settings), "see that BOT_DATABASE is right, writable and not in other use"
    )
    yield from _bot_api(settings, clock)


def _tried(what: str, look: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(what, look())
    except BeianBotError as error:
        return Finding(what, str(error), remedy)


def _rulebook(settings: Settings, now: datetime) -> str:
    state = load_rulebook(settings.rulebook).at_moment(now)
    return f"{settings.rulebook}, {sum(len(batch.provinces) for batch in state.batches)} provinces verify today"


def _texts(settings: Settings) -> str:
    return ", ".join(load_catalogs(settings.locale).locales)


def _understanding() -> str:
    Understanding.load()
    return "all data read"


def _database(settings: Settings) -> str:
    if not settings.database.exists():
        return f"{settings.database} does not exist yet and will be made"
    return asyncio.run(_counts(settings))


async def _counts(settings: Settings) -> str:
    async with opened_store(settings) as store:
        stats = await store.stats()
    return f"{settings.database}, {stats.people} people, {sum(stats.filings.values())} filings"


def _bot_api(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Ask the Bot API who the bot is, and what time it is."""
    if settings.token is None:
        yield Finding("Bot API", "not asked: BOT_TOKEN is not set, and only `run` needs it")
        return
    began = clock()
    try:
        with urlopen(f"{settings.api_url}{settings.token.get_secret_value()}/getMe", timeout=API_TIMEOUT) as response:  # noqa: S310 - the settings allow http and https only
            bot = json.load(response)["result"]["username"]
            answered = response.headers["Date"]
    except HTTPError as error:
        refused = error.code in (401, 404)
        remedy = "ask @BotFather for the token" if refused else "try again later"
        yield Finding("Bot API", f"{settings.api_url} answers {error.code} {error.reason}", remedy)
        return
    except (URLError, OSError, ValueError, KeyError) as error:
        reason = error.reason if isinstance(error, URLError) else type(error).__name__
        yield Finding("Bot API", f"{settings.api_url}: {reason}", "see to the network, or to BOT_API_URL")
        return
    yield Finding("Bot API", f"{settings.api_url}, the bot is @{bot}")
    if answered:
        yield _skew(parsedate_to_datetime(answered), began, clock())


def _skew(theirs: datetime, began: datetime, ended: datetime) -> Finding:
    """Compare the clocks; their moment, given to the second, lies between ours unless one is wrong."""
    skew = max(began - theirs - timedelta(seconds=1), theirs - ended, timedelta())
    if skew > SKEW_LIMIT:
        return Finding("clock", f"differs by {skew.total_seconds():.0f} s from the Bot API's", "let NTP set the clock")
    return Finding("clock", "agrees with the Bot API's")
