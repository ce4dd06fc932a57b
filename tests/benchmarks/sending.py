"""The real process at work on a database, with a server on loopback in Telegram's place."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles

from bot.app import App, Knowledge, build
from bot.clock import system_clock
from bot.reminders.dispatcher import group_for
from bot.settings import Settings
from tests.benchmarks.figures import PROCESS_RATE, Figure, Section
from tests.benchmarks.latency import questions
from tests.benchmarks.light_api import TOKEN
from tests.benchmarks.planting import FIRST_DUE_CHAT, plant_due
from tests.benchmarks.processes import BOT_CORE, Running, bot_process, busy_seconds
from tests.benchmarks.sink import Sink

START_SECONDS = 60.0
STREAM_SECONDS = 600.0
"""So long starting, and each part of a stream, may take."""
FULL_RATE, USUAL_RATE = 1000, 30
REACHED = 0.975
"""Of a limit that no second may pass: what one second falls short of it the next does not make up for."""
STEADY = 0.1, 0.9
"""From where to where of all reminders their rate is taken."""
BEFORE_DUE = timedelta(seconds=10)
"""So long after the planting the instant comes at which many are due: the bot is up by then."""
ASK_EVERY_SECONDS = 0.5


@asynccontextmanager
async def opened(known: Knowledge, database: Path) -> AsyncIterator[App]:
    """Open a database for planting, or for a look at what became of it."""
    app = await build(Settings(_env_file=None, database=database), known)
    try:
        yield app
    finally:
        await app.close()


def _environment(api: Sink, database: Path, per_second: int) -> dict[str, str]:
    return {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": f"{api.url}/bot",
        "BOT_DATABASE": str(database),
        "BOT_LOG_LEVEL": "WARNING",
        "BOT_MESSAGES_PER_SECOND": str(per_second),
    }


@asynccontextmanager
async def running(database: Path, per_second: int) -> AsyncIterator[tuple[Sink, Running]]:
    """Run the bot on a database, against a server of its own."""
    async with (
        Sink() as sink,
        bot_process(("-m", "bot", "run"), _environment(sink, database, per_second)) as bot,
    ):
        yield sink, bot


async def stream(known: Knowledge, database: Path, size: int, due: int) -> list[Figure]:
    """The real process at its full rate, over HTTP; every reminder has to be marked in the end."""
    now = system_clock()
    async with opened(known, database) as app:
        sent_before = (await app.store.stats()).reminders["sent"]
        await plant_due(app, due, now, now)
    first, last = (round(due * share) for share in STEADY)
    async with running(database, FULL_RATE) as (sink, bot):
        await sink.wait_for(first, STREAM_SECONDS)
        used, own, busy = bot.processor_seconds(), time.process_time(), busy_seconds(BOT_CORE)
        from_message = len(sink.accepted)
        await sink.wait_for(last, STREAM_SECONDS)
        used, own = bot.processor_seconds() - used, time.process_time() - own
        others = busy_seconds(BOT_CORE) - busy - used
        messages = sink.accepted[from_message - 1 :]
        await sink.wait_for(due, STREAM_SECONDS)
    async with opened(known, database) as app:
        sent = (await app.store.stats()).reminders["sent"] - sent_before
    seconds, count = messages[-1][1] - messages[0][1], len(messages) - 1
    return [
        Figure(PROCESS_RATE, count / seconds, "/s", size, target=REACHED * FULL_RATE, at_least=True),
        Figure(f"{PROCESS_RATE}, processor", 1000 * used / count, "ms each", size),
        Figure("meanwhile others on its core", 100 * max(0.0, others) / seconds, "%", size),
        Figure("meanwhile the measuring server on its own core", 100 * own / seconds, "%", size),
        Figure("accepted twice", len(sink.accepted) - len({chat for chat, _ in sink.accepted}), "", size, target=0),
        Figure("not marked in the end", due - sent, "", size, target=0),
    ]


async def at_limit(known: Knowledge, database: Path, due: int) -> Section:
    """Many due at one instant, at the usual rate, while people ask."""
    now = system_clock()
    async with opened(known, database) as app:
        deadlines = await plant_due(app, due, now + BEFORE_DUE, now, FIRST_DUE_CHAT * 3)
    clock = asyncio.get_running_loop().time
    async with running(database, USUAL_RATE) as (sink, _):
        await sink.wait_until_polled(START_SECONDS)
        due_at = clock() + (now + BEFORE_DUE - system_clock()).total_seconds()
        await asyncio.sleep(due_at - clock())
        asking = asyncio.create_task(_ask(sink))
        await sink.wait_for(due, 3 * due / USUAL_RATE + START_SECONDS)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
    late = [at - due_at for _, at in sink.accepted]
    ideal = due / USUAL_RATE
    with_answers = (due + sink.answers) / USUAL_RATE
    wanted = {chat: place for place, chat in enumerate(sorted(deadlines, key=deadlines.__getitem__))}
    moved = [abs(place - wanted[chat]) for place, (chat, _) in enumerate(sink.accepted)]
    window = group_for(USUAL_RATE)
    replies = sorted(sink.reply_seconds)
    return Section(
        f"{due:,} due at one instant, {USUAL_RATE}/s, people asking",
        [
            Figure("the last one's lateness", late[-1], "s"),
            Figure("99 of 100 are less late than", quantiles(late, n=100, method="inclusive")[98], "s"),
            Figure("the limit alone makes the last one late by", ideal, "s"),
            Figure("the limit with the answers alone", with_answers, "s"),
            Figure("the last one's lateness to the limit's with answers", late[-1] / with_answers, "x"),
            Figure(
                f"more than {window} places from the order of deadlines",
                sum(each > window for each in moved),
                "",
                target=0,
            ),
            Figure("farthest from its place", max(moved), "places"),
            Figure("questions answered meanwhile", len(replies)),
            Figure("question to reply: median", 1000 * median(replies), "ms"),
            Figure(
                "question to reply: p99", 1000 * quantiles(replies, n=100, method="inclusive")[98], "ms", target=300.0
            ),
            Figure("question to reply: longest", 1000 * replies[-1], "ms"),
        ],
    )


async def _ask(sink: Sink) -> None:
    for _, text in cycle(questions(500)):
        sink.ask(text)
        await asyncio.sleep(ASK_EVERY_SECONDS)
