"""Whatever happens in whatever order: nothing is lost, little comes twice, and no limit is broken."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.filings.reminder import ReminderState
from bot.reminders.breaker import SEVERAL
from bot.reminders.dispatcher import GROUP, LEASE
from bot.reminders.retrying import FIRST_RETRY
from bot.reminders.sending import ChatMoved, SendBlocked, SendGone, SendRefused, SendRetry
from bot.simulation.report import most_within
from tests.reminders.world import Attempt, World

PEOPLE, TEAMS = [7, 8, 9, 10, 11, 12], [-100, -200]
PER_SECOND = 3
MOODS: list[Callable[[], Exception | timedelta]] = [
    lambda: SendBlocked("blocked"),
    lambda: SendGone("chat not found"),
    lambda: SendRefused("can't parse entities"),
    lambda: SendRetry(None, "Bad Gateway"),
    lambda: SendRetry(13, "Too Many Requests"),
    lambda: SendRetry(0, "Too Many Requests"),
    lambda: ValueError("oh"),
    lambda: timedelta(seconds=7),
]
LASTING = (ReminderState.SENT, ReminderState.SKIPPED, ReminderState.FAILED, ReminderState.CANCELLED)

chats = st.sampled_from(PEOPLE + TEAMS)


class DispatcherMachine(RuleBasedStateMachine):
    """A world in which things happen, and what has to hold all the time and in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.world = self.run(self.make())
        self.kills = 0
        self.jumps = 0
        self.lost_marks = 0
        self.checked = 0
        self.cancelled: dict[int, int] = {}
        self.next_team = -1000

    async def make(self) -> World:
        return World(per_second=PER_SECOND, chance=random.Random(1).random)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    # what happens

    @rule(
        chat=chats, minutes=st.lists(st.integers(0, 300), max_size=3), after=st.integers(1, 60), many=st.integers(1, 8)
    )
    def track(self, chat: int, minutes: list[int], after: int, many: int) -> None:
        for _ in range(many):
            self.world.track(*minutes, chat=chat, deadline=max(minutes, default=0) + after)

    @rule(seconds=st.one_of(st.integers(0, 5), st.integers(0, 20_000)))
    def time_passes(self, seconds: int) -> None:
        self.run(self.world.pass_(seconds=seconds))

    @rule(chat=chats, moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=4))
    def trouble(self, chat: int, moods: list[Callable[[], Exception | timedelta]]) -> None:
        self.world.service.moods[chat].extend(mood() for mood in moods)

    @rule(waits=st.dictionaries(chats, st.integers(2, 40), min_size=1, max_size=3), others=st.sets(chats))
    def flood(self, waits: dict[int, int], others: set[int]) -> None:
        """Some of those who are sent to now are to wait."""
        for chat, seconds in waits.items():
            self.world.service.moods[chat].append(SendRetry(seconds, "Too Many Requests"))
        for chat in {*waits, *others}:
            self.track(chat, [0, 1], 60, 1)
        self.run(self.world.pass_(seconds=5))
        for chat in {*waits, *others}:
            self.track(chat, [0], 60, 1)

    @rule(seconds=st.integers(1, 3600), to=st.sets(chats))
    def service_is_down(self, seconds: int, to: set[int]) -> None:
        for chat in to:
            self.track(chat, [0], 300, 1)
        begun = len(self.world.service.attempts)
        self.world.service.down = True
        self.run(self.world.pass_(seconds=seconds))
        self.world.service.down = False
        self.check_trials(self.world.service.attempts[begun:])

    def check_trials(self, attempts: list[Attempt]) -> None:
        """Once several chats have met the outage, only one reminder is tried now and then."""
        chats: set[int] = set()
        trials: list[datetime] = []
        for attempt in attempts:
            if len(chats) >= SEVERAL:
                trials.append(attempt.at)
            chats.add(attempt.chat_id)
        assert all(later - earlier >= FIRST_RETRY / 2 for earlier, later in pairwise(trials))

    @rule(chat=st.sampled_from(TEAMS))
    def group_moves(self, chat: int) -> None:
        """The next message to it bounces; until then nobody knows."""
        self.next_team -= 1
        self.world.service.moods[chat].append(ChatMoved(self.next_team))

    @rule(chat=chats, times=st.integers(1, 4))
    def person_writes(self, chat: int, times: int) -> None:
        for _ in range(times):
            self.world.dispatcher.answered(chat)
        self.run(self.world.store.resume(chat))
        self.world.dispatcher.wake()

    @rule(data=st.data())
    def person_stops_tracking(self, data: st.DataObject) -> None:
        open_ = [filing.id for filing in self.world.store.filings.values() if filing.is_open]
        if open_:
            filing = data.draw(st.sampled_from(open_))
            self.world.store.cancel(filing, self.world.time.now())
            self.cancelled[filing] = self.world.service.begun

    @rule(faults=st.integers(1, 6))
    def database_fails(self, faults: int) -> None:
        self.world.store.faults += faults
        self.lost_marks += faults

    @rule(seconds=st.integers(-4000, 4000))
    def clock_is_set(self, seconds: int) -> None:
        # A clock set back shows moments again at which something was sent before: start counting anew.
        self.check_limits()
        self.run(self.world.time.settle())
        self.jumps += seconds > 0  # then a lease may end while the reminder is being sent
        self.world.time.jump(timedelta(seconds=seconds))
        self.checked = len(self.world.service.attempts)

    @rule()
    def process_is_killed(self) -> None:
        self.run(self.world.kill())
        self.kills += 1
        self.checked_restart()

    @rule()
    def process_is_restarted(self) -> None:
        self.world.service.moods.clear()
        stopping = self.loop.create_task(self.world.dispatcher.stop())
        self.run(self.world.pass_(seconds=60))
        assert stopping.done()
        self.checked_restart()

    def checked_restart(self) -> None:
        """A new process does not know what was sent in the last minute."""
        self.check_limits()
        self.checked = len(self.world.service.attempts)
        self.run(self.start())

    async def start(self) -> None:
        self.world.start()
        await self.world.time.settle()

    # what always holds

    @invariant()
    def check_limits(self) -> None:
        attempts = sorted(self.world.service.attempts[self.checked :], key=lambda attempt: attempt.at)
        times = [attempt.at for attempt in attempts]
        second, minute = timedelta(seconds=1), timedelta(minutes=1)
        assert most_within(times, second) <= PER_SECOND
        for chat in {attempt.chat_id for attempt in attempts}:
            to_chat = [attempt.at for attempt in attempts if attempt.chat_id == chat]
            assert most_within(to_chat, second) <= 1
            assert chat > 0 or most_within(to_chat, minute) <= 20

        told = [
            (attempt, attempt.at + timedelta(seconds=attempt.fault.retry_after))
            for attempt in attempts
            if isinstance(attempt.fault, SendRetry) and attempt.fault.retry_after
        ]
        for first, until in told:
            assert not any(first.at < attempt.at < until for attempt in attempts if attempt.chat_id == first.chat_id)
            for second, end in told:
                if second.chat_id != first.chat_id and first.at <= second.at < until:
                    assert not any(second.at < time < max(until, end) for time in times)

    @invariant()
    def nothing_is_sent_of_what_was_stopped(self) -> None:
        for attempt in self.world.service.attempts:
            assert attempt.number <= self.cancelled.get(filing_of(attempt), attempt.number)

    # what holds in the end

    def teardown(self) -> None:
        try:
            self.end_well()
        finally:
            self.run(self.world.kill())
            self.loop.close()

    def end_well(self) -> None:
        """Let all troubles pass and time go on: everything that was planned is then done."""
        world, store = self.world, self.world.store
        world.service.moods.clear()
        store.faults = 0
        for _ in range(2):
            for chat in list(store.paused):
                self.run(store.resume(chat))
            world.dispatcher.wake()
            self.run(world.pass_(hours=8))
            self.run(world.time.pass_(2 * LEASE))
        assert [reminder for reminder in store.reminders.values() if reminder.state not in LASTING] == []

        accepted = Counter(attempt.text for attempt in world.service.accepted())
        for filing in store.filings.values():
            reminders = store.of(filing.id)
            assert not filing.is_open
            if filing.id not in self.cancelled:
                notice = reminders[-1]
                assert notice.state is ReminderState.FAILED or accepted[f"{filing.id} expired"]
            for kind in {reminder.kind for reminder in reminders}:
                sent = [each for each in reminders if each.kind is kind and each.state is ReminderState.SENT]
                assert accepted[f"{filing.id} {kind}"] >= len(sent)
        marked = sum(reminder.state is ReminderState.SENT for reminder in store.reminders.values())
        unmarked = sum(accepted.values()) - marked
        assert unmarked <= (self.kills + self.jumps) * GROUP + self.lost_marks + len(self.cancelled)


def filing_of(attempt: Attempt) -> int:
    return int(attempt.text.split()[0])


TestDispatcher = DispatcherMachine.TestCase
TestDispatcher.settings = settings(max_examples=30, stateful_step_count=25)
