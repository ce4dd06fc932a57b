"""Answering: the start of a command, a batch, understanding, and from an update to its reply, one at a time."""

from statistics import median, quantiles

from tests.benchmarks import latency, terminal, understanding
from tests.benchmarks.figures import Figure, Section
from tests.benchmarks.processes import tell


async def measure(rounds: int, runs: int) -> Section:
    """Send `rounds` texts to each bot, and start each command `runs` times."""
    tell("answers, one at a time")
    starts = await terminal.first_answer(runs)
    batches = await terminal.batch(runs)
    read = await understanding.measure(runs)
    times = await latency.measure(rounds)
    ratio = median(times.bot) / median(times.echo)
    return Section(
        "answers, one at a time",
        [
            Figure("beian-bot ask: first answer, median", median(starts), "s", target=1.0),
            Figure("beian-bot ask: 1,000 questions, median", median(batches), "s", target=3.0),
            Figure("import and load the knowledge, median", read["import"] + read["load"], "s", target=0.5),
            Figure("understand a question, median", 1000 * read["question, median"], "ms", target=2.0),
            Figure("understand a question, p99", 1000 * read["question, p99"], "ms"),
            Figure("resident while understanding", read["resident"], "MiB", target=150.0),
            Figure("update to reply, bare echo bot: median", 1000 * median(times.echo), "ms"),
            Figure("update to reply, bare echo bot: p99", 1000 * p99(times.echo), "ms"),
            Figure("update to reply, this bot: median", 1000 * median(times.bot), "ms"),
            Figure("update to reply, this bot: p99", 1000 * p99(times.bot), "ms"),
            Figure("update to reply, ratio of medians", ratio, "x", target=1.5),
            Figure("update to reply, ratio of p99", p99(times.bot) / p99(times.echo), "x"),
            Figure("processes bound to cores of their own", float(times.bound)),
        ],
    )


def p99(times: list[float]) -> float:
    """Return what 99 of 100 stay under."""
    return quantiles(times, n=100)[98]
