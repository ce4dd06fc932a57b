"""Contract, over chance: rows come back as written, and no run of claims breaks the promises of reminders."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.filings.filing import ContactCheck, Filing, FilingState
from bot.filings.person import Person, QuietHours
from bot.filings.reminder import PlannedReminder, Reminder, ReminderKind
from bot.rules.model import Change, Contact, FilingType
from bot.store.interface import Store
from tests.store.places import PLACES
from tests.store.samples import LEASE, hours, sample

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=64)
CHAT_IDS = st.integers(-(2**52), 2**52)


@st.composite
def filings(draw: st.DrawFn) -> Filing:
    state = draw(st.sampled_from(FilingState))
    contacts = draw(st.lists(st.sampled_from(Contact), unique=True))
    return Filing(
        id=0,
        chat_id=draw(CHAT_IDS),
        label=draw(TEXTS),
        province=draw(TEXTS),
        filing_type=draw(st.sampled_from(FilingType)),
        change=draw(st.none() | st.sampled_from(Change)),
        same_person=draw(st.none() | st.booleans()),
        contacts=tuple(ContactCheck(contact, draw(st.none() | MOMENTS)) for contact in contacts),
        submitted_at=draw(MOMENTS),
        deadline=draw(MOMENTS),
        state=state,
        created_at=draw(MOMENTS),
        wrong_entries=draw(st.integers(0, 9)),
        attempt=draw(st.integers(1, 9)),
        closed_at=None if state is FilingState.WAITING else draw(MOMENTS),
    )


TIMES = st.times().map(lambda at: time(at.hour, at.minute))
PEOPLE = st.builds(
    Person,
    chat_id=CHAT_IDS,
    locale=st.none() | TEXTS,
    detected=st.none() | TEXTS,
    zone=st.none() | TEXTS,
    quiet=st.none() | st.builds(QuietHours, TIMES, TIMES),
    quiet_off=st.booleans(),
    seen_at=st.none() | MOMENTS,
)


@pytest.mark.parametrize("kind", PLACES)
@settings(max_examples=15)
@given(written=st.lists(filings(), max_size=5), people=st.lists(PEOPLE, unique_by=lambda person: person.chat_id))
def test_what_is_written_is_read(kind: str, written: list[Filing], people: list[Person]) -> None:
    async def check(store: Store) -> None:
        tracked = [await store.track_filing(filing, []) for filing in written]
        for person in people:
            await store.save_person(person)
        assert [await store.filing(filing.id) for filing in tracked] == tracked
        assert [await store.person(person.chat_id) for person in people] == people

    run_in_place(kind, check)


@dataclass(frozen=True)
class Tracked:
    """A filing to track: its chat, when it was submitted (hours), when its reminders are due before the deadline."""

    chat_id: int
    submitted: int
    due: list[int]


@dataclass(frozen=True)
class Step:
    """After so many minutes: claim so many, and let happen to each claim in turn what `ends` says."""

    minutes: int
    limit: int
    ends: list[str]
    toggle: int | None
    """A chat that is paused or resumed first."""


CHATS = st.integers(1, 3)
TRACKED = st.builds(Tracked, CHATS, st.integers(0, 12), st.lists(st.integers(1, 47), max_size=5))
STEPS = st.builds(
    Step,
    minutes=st.integers(0, 600),
    limit=st.integers(1, 4),
    ends=st.lists(st.sampled_from(["sent", "released", "died"]), min_size=1, max_size=3),
    toggle=st.none() | CHATS,
)


@dataclass
class Watch:
    """What has happened so far, and the promises that have to hold over it."""

    sent: set[int] = field(default_factory=set)
    leases: dict[int, datetime] = field(default_factory=dict)
    paused: set[int] = field(default_factory=set)

    def check(self, claims: list[Reminder], now: datetime) -> None:
        assert len({claim.filing_id for claim in claims}) == len(claims)
        assert [claim.deadline for claim in claims] == sorted(claim.deadline for claim in claims)
        for claim in claims:
            assert claim.due_at <= now
            assert claim.id not in self.sent
            assert self.leases.get(claim.id, now) <= now
            assert claim.chat_id not in self.paused
            assert (claim.kind is ReminderKind.EXPIRED) == (now >= claim.deadline)


@pytest.mark.parametrize("kind", PLACES)
@settings(max_examples=30)
@given(tracked=st.lists(TRACKED, min_size=1, max_size=5), steps=st.lists(STEPS, max_size=12))
def test_no_run_of_claims_breaks_a_promise(kind: str, tracked: list[Tracked], steps: list[Step]) -> None:
    async def check(store: Store) -> None:
        filings = [await track(store, each) for each in tracked]
        watch, now = Watch(), hours(0)
        for step in steps:
            now += timedelta(minutes=step.minutes)
            await take(store, step, watch, now)
        await everything_ends_well(store, watch, filings)

    run_in_place(kind, check)


async def track(store: Store, tracked: Tracked) -> Filing:
    filing = sample(tracked.chat_id, submitted=tracked.submitted)
    due = [filing.deadline - timedelta(hours=count) for count in tracked.due]
    plan = [PlannedReminder(ReminderKind.BEFORE, at) for at in due]
    return await store.track_filing(filing, [*plan, PlannedReminder(ReminderKind.EXPIRED, filing.deadline)])


async def take(store: Store, step: Step, watch: Watch, now: datetime) -> None:
    if step.toggle is not None:
        if step.toggle in watch.paused:
            watch.paused.remove(step.toggle)
            assert await store.resume(step.toggle)
        else:
            watch.paused.add(step.toggle)
            await store.pause(step.toggle, now)
    await store.expire_filings(now)
    claims = await store.claim_due(now, limit=step.limit, lease_until=now + LEASE)
    assert len(claims) <= step.limit
    watch.check(claims, now)
    for place, claim in enumerate(claims):
        watch.leases[claim.id] = now + LEASE
        end = step.ends[place % len(step.ends)]
        if end == "sent":
            watch.sent.add(claim.id)
            assert await store.mark_sent(claim, now)
        elif end == "released":
            del watch.leases[claim.id]
            assert await store.release(claim, now + timedelta(minutes=5), "later")


async def everything_ends_well(store: Store, watch: Watch, filings: list[Filing]) -> None:
    """After all deadlines, and with nobody paused, each filing has had its notice once, and nothing is left to do."""
    for chat_id in list(watch.paused):
        watch.paused.remove(chat_id)
        await store.resume(chat_id)
    now = hours(1000)
    await take(store, Step(0, 100, ["sent"], None), watch, now)
    assert await store.next_due() is None
    for filing in filings:
        reminders = await store.reminders_of(filing.id)
        assert {each.state for each in reminders} <= {"sent", "skipped"}
        assert [each.state for each in reminders if each.kind is ReminderKind.EXPIRED] == ["sent"]


def run_in_place(kind: str, check: Callable[[Store], Awaitable[None]]) -> None:
    """Run `check` with a store on an empty database of its own."""

    async def run() -> None:
        with TemporaryDirectory() as folder:
            place = PLACES[kind](Path(folder))
            try:
                await check(await place.open())
            finally:
                await place.close()

    asyncio.run(run())
