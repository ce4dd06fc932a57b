"""From an update's arrival at the bot to its reply's arrival at Telegram: this bot beside a bare echo bot.

Both are processes of their own and get the same texts, in turn, one at a time. The clock is the emulator's: it starts
when `getUpdates` is answered with the text and stops when `sendMessage` comes in. So both ways over loopback count.
"""

import json
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.processes import ROOT, SERVER_CORE, bind, bot_process
from tests.emulator import BotApi

WARM_UP = 40
PEOPLE = 10
LONGEST_START_SECONDS = 30.0
QUESTIONS = ROOT / "tests" / "questions" / "dev.jsonl"


@dataclass(frozen=True, slots=True)
class Latencies:
    """Seconds for each text, in the same order for both."""

    echo: list[float]
    bot: list[float]
    bound: bool
    """Whether the processes had a core each."""


async def measure(rounds: int) -> Latencies:
    """Send `rounds` texts to both bots."""
    bound = [bind(0, SERVER_CORE)]
    async with AsyncExitStack() as stack:
        echo_api = await stack.enter_async_context(BotApi(deadline=LONGEST_START_SECONDS))
        bot_api = await stack.enter_async_context(BotApi(deadline=LONGEST_START_SECONDS))
        echo = ("-m", "tests.benchmarks.echo_bot", echo_api.token, echo_api.base_url)
        bound.append((await stack.enter_async_context(bot_process(echo, {}))).bound)
        environment = {"BOT_TOKEN": bot_api.token, "BOT_API_URL": bot_api.base_url, "BOT_LOG_LEVEL": "WARNING"}
        bound.append((await stack.enter_async_context(bot_process(("-m", "bot", "run"), environment))).bound)
        await echo_api.wait_until_polled()
        await bot_api.wait_until_polled()
        texts = questions(WARM_UP + rounds)
        measured = [
            (await answer(echo_api, text, number), await answer(bot_api, text, number)) for number, text in texts
        ]
    echo_times, bot_times = zip(*measured[WARM_UP:], strict=True)
    return Latencies(list(echo_times), list(bot_times), all(bound))


async def answer(api: BotApi, text: str, number: int) -> float:
    """Send one text; return the seconds until its (first) reply came in."""
    user = api.user(1 + number % PEOPLE)
    await api.wait_until_polled()
    user.chat.fresh.clear()
    before = len(api.calls)
    update_id = await user.send(text)
    assert update_id is not None
    await user.reply()
    came_in = next(call.at for call in api.calls[before:] if call.method == "sendMessage")
    return came_in - api.world.updates.delivered[update_id]


def questions(count: int, file: Path = QUESTIONS) -> list[tuple[int, str]]:
    """Return so many questions as people ask them, numbered."""
    with file.open(encoding="utf-8") as lines:
        asked = [str(json.loads(line)["q"]) for line in lines]
    return [(number, asked[number % len(asked)]) for number in range(count)]
