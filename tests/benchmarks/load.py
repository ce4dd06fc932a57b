"""Many chats at once, and what a reply costs.

Echo bots on the library with its own requests, over httpx, and with this project's, over aiohttp; this bot, whose reply
is a question understood, answered, and kept; and an echo bot on aiogram, where a Python is given that has it.
Each is a process of its own. Linux only.

This bot remembers for the day what messages say, so it is asked twice: some hundred questions in turn, and thousands
of which hardly any comes again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.crowd import Crowd
from tests.benchmarks.figures import Figure, Section
from tests.benchmarks.latency import QUESTIONS, questions
from tests.benchmarks.light_api import TOKEN
from tests.benchmarks.processes import bot_process, tell

DEADLINE_SECONDS = 300.0
HTTPX, IN_TURN, AIOGRAM = "echo bot, library on httpx", "this bot, 500 questions in turn", "echo bot, aiogram"


@dataclass(frozen=True, slots=True)
class Contender:
    """A bot under measurement; in its arguments and environment `{url}` is the server's address."""

    name: str
    arguments: Sequence[str]
    python: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    texts: Callable[[], list[str]] = field(default=lambda: [text for _, text in questions(500)])
    """What it is asked, in turn."""


def distinct_questions() -> list[str]:
    """Return all questions of the sets, each once."""
    lines = [line for file in sorted(QUESTIONS.parent.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return list(dict.fromkeys(question["q"] for line in lines if "q" in (question := json.loads(line))))


def contenders(chats: int, aiogram: str | None) -> list[Contender]:
    """Return what is to be measured. The echo bots have a connection for each chat."""
    echo = ("-m", "tests.benchmarks.echo_bot", TOKEN, "{url}/bot")
    settings = {"BOT_TOKEN": TOKEN, "BOT_API_URL": "{url}/bot", "BOT_LOG_LEVEL": "WARNING"}
    all_of_them = [
        Contender(HTTPX, (*echo, "httpx", str(chats))),
        Contender("echo bot, library on aiohttp", (*echo, "aiohttp", str(chats))),
        Contender(IN_TURN, ("-m", "bot", "run"), environment=settings),
        Contender("this bot, other questions each time", ("-m", "bot", "run"), None, settings, distinct_questions),
    ]
    if aiogram is not None:
        arguments = ("-m", "tests.benchmarks.aiogram_bot", TOKEN, "{url}", str(chats))
        all_of_them.append(Contender(AIOGRAM, arguments, aiogram))
    return all_of_them


async def _talk(contender: Contender, chats: int, replies: int) -> tuple[float, float]:
    """Return the seconds and the processor's seconds that so many replies took."""
    async with Crowd(chats, contender.texts()) as crowd:
        arguments = [argument.format(url=crowd.url) for argument in contender.arguments]
        environment = {name: value.format(url=crowd.url) for name, value in contender.environment.items()}
        python = {} if contender.python is None else {"python": contender.python}
        async with bot_process(arguments, environment, **python) as bot:
            return await crowd.measure(bot, 2 * chats, replies, DEADLINE_SECONDS)


async def measure(chats: int, replies: int, runs: int, aiogram: str | None) -> Section:
    """Have each bot give so many replies in each run, the bots in turn; the figures are medians of the runs."""
    measured: dict[str, list[tuple[float, float]]] = {}
    for _ in range(runs):
        for contender in contenders(chats, aiogram):
            tell(f"{chats} chats at once: {contender.name}")
            measured.setdefault(contender.name, []).append(await _talk(contender, chats, replies))
    medians = {
        name: (median(seconds for seconds, _ in taken), median(processor for _, processor in taken))
        for name, taken in measured.items()
    }
    figures = []
    for name, (seconds, processor) in medians.items():
        figures += [
            Figure(f"{name}: replies", replies / seconds, "/s"),
            Figure(f"{name}: processor", 1000 * processor / replies, "ms each"),
        ]
    return Section(f"answers, {chats} chats at once", [*figures, *_compared(medians)])


def _compared(medians: Mapping[str, tuple[float, float]]) -> list[Figure]:
    """Return what this bot's questions in turn take, and how many it answers, beside the echo bots."""
    seconds, processor = medians[IN_TURN]
    figures = [Figure(f"{IN_TURN}: processor, to {HTTPX}", processor / medians[HTTPX][1], "x", target=0.5)]
    if AIOGRAM in medians:
        ratio = medians[AIOGRAM][0] / seconds
        figures.append(Figure(f"{IN_TURN}: replies, to {AIOGRAM}", ratio, "x", target=2.0, at_least=True))
    return figures
