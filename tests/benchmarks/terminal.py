"""`beian-bot ask`: how soon the first answer is there, and how long a thousand questions take."""

import json

from tests.benchmarks.latency import questions
from tests.benchmarks.processes import timed_run

BATCH = 1000


async def first_answer(runs: int) -> list[float]:
    """Return the seconds from the process's start to its answer, for each run."""
    return [(await timed_run(("-m", "bot", "ask", "甘肃新增备案在哪个网站核验？")))[0] for _ in range(runs)]


async def batch(runs: int) -> list[float]:
    """Return the seconds that a thousand questions on stdin take, start and end of the process included."""
    lines = "".join(json.dumps({"id": number, "q": text}) + "\n" for number, text in questions(BATCH))
    times = []
    for _ in range(runs):
        _, seconds, printed = await timed_run(("-m", "bot", "ask", "--json"), lines.encode())
        answered = len(printed.splitlines())
        if answered != BATCH:
            raise RuntimeError(f"{BATCH} questions, {answered} answers")
        times.append(seconds)
    return times
