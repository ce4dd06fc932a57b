"""Filings as people in China make them: in office hours, some at night; ticked off after a while, late, or never. Pure.

The figures are assumptions, each a named constant here. They make a population with bursts, as the real one has: a
third of the times are full half hours, and the portal's own resend at noon is the same moment for everybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.errors import FilingError
from bot.filings.filing import Filing, new_filing
from bot.filings.person import Person
from bot.rules.model import BEIJING, Change, FilingType
from bot.rules.rulebook import Rulebook

HOURS = {8: 4, 9: 9, 10: 12, 11: 9, 12: 4, 13: 5, 14: 10, 15: 12, 16: 10, 17: 8, 18: 4, 19: 3}
"""The weight of each hour of the day in Beijing in which a filing is submitted."""
AT_NIGHT = 0.04
"""The share that is submitted at any other hour."""
ON_THE_HALF_HOUR = 1 / 3
"""The share of times that are full half hours; the others are full minutes."""
TOLD_LATE = 0.15
"""The share of which the bot hears up to `LATEST_TOLD` after the submission, and not within the hour."""
LATEST_TOLD = timedelta(hours=20)
NEVER_TICKED, TICKED_LATE = 0.1, 0.06
"""The shares that nobody ticks off, and that are ticked off when the deadline has passed."""
FIRST_TICK_HOURS, NEXT_TICK_HOURS, LATE_TICK_HOURS = 6.0, 3.0, 5.0
"""The means until the first contact is ticked off, from one to the next, and after the deadline."""
SLEEP = range(1, 8)
"""The hours of the day in which nobody ticks anything off."""
TO_AGENTS, TO_GROUPS = 0.2, 0.05
"""The shares of filings tracked by people with many of them, and in groups; all others have a chat with few."""
FEW, MANY = 1.5, 40
"""How many filings a person, and an agent or group, has on average."""
LOCALES = ("zh_Hans",) * 8 + ("zh_Hant", "en")
TYPES = (
    *(FilingType.NEW_FILING,) * 4,
    *(FilingType.NEW_WEBSITE, FilingType.NEW_ACCESS) * 2,
    *(FilingType.CHANGE,) * 2,
)
FIRST_PERSON, FIRST_GROUP = 1_000_000, -1_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """A filing, when the bot hears of it, and when its contacts are ticked off, one after the other."""

    filing: Filing
    told_at: datetime
    ticks: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """The cases in the order in which the bot hears of them, and their people."""

    cases: Sequence[Case]
    people: Sequence[Person]


def populate(rulebook: Rulebook, filings: int, days: int, start: datetime, seed: int) -> Population:
    """Return so many filings submitted in the days from `start` on; `FilingError` where the rules verify none."""
    random = Random(f"{seed} people")
    chats = list(_chats(filings))
    cases = [_case(rulebook, random.choice(_of_kind(chats, random)), days, start, random) for _ in range(filings)]
    cases.sort(key=lambda case: case.told_at)
    used = {case.filing.chat_id for case in cases}
    people = [Person(chat, locale=random.choice(LOCALES), seen_at=start) for chat in sorted(used)]
    return Population(cases, people)


def _chats(filings: int) -> Iterator[range]:
    """Yield the chats of people, agents and groups; at least one of each."""
    people = max(1, round(filings * (1 - TO_AGENTS - TO_GROUPS) / FEW))
    agents = max(1, round(filings * TO_AGENTS / MANY))
    groups = max(1, round(filings * TO_GROUPS / MANY))
    yield range(FIRST_PERSON, FIRST_PERSON + people)
    yield range(FIRST_PERSON + people, FIRST_PERSON + people + agents)
    yield range(FIRST_GROUP, FIRST_GROUP - groups, -1)


def _of_kind(chats: Sequence[range], random: Random) -> range:
    [kind] = random.choices(chats, weights=(1 - TO_AGENTS - TO_GROUPS, TO_AGENTS, TO_GROUPS))
    return kind


def _case(rulebook: Rulebook, chat_id: int, days: int, start: datetime, random: Random) -> Case:
    submitted = _submission(days, start, random)
    late = random.random() < TOLD_LATE
    told = submitted + (random.random() * LATEST_TOLD if late else timedelta(minutes=1 + 59 * random.random() ** 2))
    filing = _filing(rulebook, chat_id, submitted, told, random)
    return Case(filing, told, _ticks(filing, told, random))


def _submission(days: int, start: datetime, random: Random) -> datetime:
    if random.random() < AT_NIGHT:
        [hour] = random.choices([hour for hour in range(24) if hour not in HOURS])
    else:
        [hour] = random.choices(list(HOURS), weights=list(HOURS.values()))
    minute = random.choice((0, 30)) if random.random() < ON_THE_HALF_HOUR else random.randrange(60)
    midnight = start.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=random.randrange(days), hours=hour, minutes=minute)).astimezone(start.tzinfo)


def _filing(rulebook: Rulebook, chat_id: int, submitted: datetime, told: datetime, random: Random) -> Filing:
    state = rulebook.at_moment(submitted)
    provinces = sorted(name for batch in state.batches for name in batch.provinces)
    types = [kind for kind in TYPES if state.contacts_to_verify(kind)]
    if not provinces or not types:
        raise FilingError(f"the rulebook {rulebook.id} verifies nothing on {state.on}: there is nothing to simulate")
    filing_type = random.choice(types)
    return new_filing(
        state,
        chat_id=chat_id,
        province=random.choice(provinces),
        filing_type=filing_type,
        change=random.choice(list(Change)) if filing_type is FilingType.CHANGE else None,
        same_person=random.random() < 0.3,
        submitted_at=submitted,
        now=told,
        label=f"site-{random.randrange(10**6)}.example.com",
    )


def _ticks(filing: Filing, told: datetime, random: Random) -> tuple[datetime, ...]:
    outcome = random.random()
    if outcome < NEVER_TICKED:
        return ()
    if outcome < NEVER_TICKED + TICKED_LATE:
        moment = filing.deadline + _about(LATE_TICK_HOURS, random)
    else:
        moment = told + _about(FIRST_TICK_HOURS, random)
    ticks = []
    for _ in filing.contacts:
        moment = _awake(moment, random)
        ticks.append(moment)
        moment += _about(NEXT_TICK_HOURS, random)
    return tuple(ticks)


def _about(hours: float, random: Random) -> timedelta:
    return timedelta(minutes=3) + random.expovariate(1 / hours) * timedelta(hours=1)


def _awake(moment: datetime, random: Random) -> datetime:
    """Return `moment`, or in a time of sleep one of the morning after it."""
    hour = moment.astimezone(BEIJING).hour
    return moment + timedelta(hours=SLEEP.stop - hour + 2 * random.random()) if hour in SLEEP else moment
