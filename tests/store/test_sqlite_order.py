"""SQLite: whatever is kept of what was found before, the nearest deadline comes first and nothing is passed over."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.filings.reminder import PlannedReminder, ReminderKind
from bot.store import frontier
from bot.store.interface import Store
from bot.store.sqlite import open_store
from tests.store.samples import NOW, sample

LAST = NOW + timedelta(minutes=59)
"""Before the first deadline."""

Step = tuple[str, int, int]
"""Track a filing due and expiring after so many minutes, let some pass, or claim a few and give one back for later."""

STEPS = st.lists(
    st.tuples(st.just("track"), st.integers(0, 40), st.integers(60, 90))
    | st.tuples(st.just("pass"), st.integers(0, 15), st.just(0))
    | st.tuples(st.just("claim"), st.integers(1, 4), st.integers(0, 5)),
    min_size=5,
    max_size=30,
)


class Claims:
    """What is due, by a plain list beside the store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.ready: dict[int, tuple[datetime, datetime]] = {}
        """Of each filing when it is ready, and its deadline."""

    async def track(self, due: int, deadline: int) -> None:
        at, end = self.now + timedelta(minutes=due, seconds=1), NOW + timedelta(minutes=deadline)
        filing = replace(sample(len(self.ready) + 1), deadline=end)
        plan = [PlannedReminder(ReminderKind.BEFORE, at)]
        self.ready[(await self.store.track_filing(filing, plan)).id] = (at, end)

    async def claim(self, limit: int, back_after: int) -> None:
        due = sorted((end, id_) for id_, (at, end) in self.ready.items() if at <= self.now)
        claimed = await self.store.claim_due(self.now, limit=limit, lease_until=NOW + timedelta(days=9))
        assert [reminder.filing_id for reminder in claimed] == [id_ for _, id_ in due[:limit]]
        for reminder in claimed[:1]:
            later = self.now + timedelta(minutes=back_after, seconds=1)
            await self.store.release(reminder, later, "")
            self.ready[reminder.filing_id] = (later, reminder.deadline)
        for reminder in claimed[1:]:
            await self.store.mark_sent(reminder, self.now)
            del self.ready[reminder.filing_id]

    async def do(self, steps: list[Step]) -> None:
        for what, first, second in steps:
            if what == "track":
                await self.track(first, second)
            elif what == "pass":
                self.now = min(self.now + timedelta(minutes=first, seconds=2), LAST)
            else:
                await self.claim(first, second)
        self.now = LAST
        await self.claim(len(self.ready) + 1, 0)


@pytest.mark.parametrize(("kept", "share"), [(2, 8), (5, 8), (5, 1), (100, 2), (10_000, 8)])
@settings(max_examples=15)
@given(steps=STEPS)
def test_the_nearest_deadline_is_claimed_first(kept: int, share: int, steps: list[Step]) -> None:
    async def run(path: Path) -> None:
        store = await open_store(path)
        try:
            await Claims(store).do(steps)
        finally:
            await store.close()

    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(frontier, "KEPT", kept)
        patch.setattr(frontier, "SHARE", share)
        asyncio.run(run(Path(folder) / "bot.db"))
