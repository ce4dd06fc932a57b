"""Small simulations for the tests, all without a clock."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

from bot.app import Knowledge, load_knowledge
from bot.filings.person import Person
from bot.settings import Settings, load_settings
from bot.simulation.faults import FAULTS
from bot.simulation.population import Case, Population, populate
from bot.simulation.report import Report, evaluate
from bot.simulation.run import START, Conditions, Meters, Outcome, simulate

NO_METERS = Meters(stopwatch=lambda: 0.0, processor=lambda: 0.0)
NO_FILE = Path("there-is-no-such-file")


@cache
def knowledge() -> Knowledge:
    return load_knowledge("pilot", "zh_Hans")


def settings() -> Settings:
    return load_settings(NO_FILE)


def people(filings: int, days: int = 1, seed: int = 1) -> Population:
    return populate(knowledge().rulebook, filings, days, START, seed)


def run(population: Population, faults: str = "none", per_second: int = 30, seed: int = 1) -> Outcome:
    conditions = Conditions(per_second, FAULTS[faults])
    return asyncio.run(simulate(settings(), knowledge(), population, conditions, seed, NO_METERS))


def reported(filings: int, faults: str, seed: int = 1) -> Report:
    return evaluate(run(people(filings, seed=seed), faults, seed=seed))


def crowd(cases: Sequence[Case]) -> Population:
    """Return a population of these cases, each in its own chat."""
    return Population(cases, [Person(case.filing.chat_id, quiet_off=True, seen_at=START) for case in cases])


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
