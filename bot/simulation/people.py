"""What the people of a simulation do: track filings, tick them off, block the bot, come back, vanish."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter
from random import Random
from typing import Any

from bot.dialog.model import Reply
from bot.dialog.turn import Services
from bot.filings.filing import verify
from bot.reminders.sending import SendError, SendRetry
from bot.simulation.faults import Faults
from bot.simulation.population import Case, Population
from bot.simulation.telegram import SimulatedTelegram
from bot.simulation.virtual import VirtualTime

COMES_BACK = 2 / 3
"""The share of those who have blocked the bot that come back."""
AWAY_HOURS = 24.0
"""How long those are away on average."""
ANSWER_TRIES = 4
"""So often an answer is tried, as the front end does."""
ANSWER = Reply("answer")
MOVED_BY = 1_000_000_000
"""The distance from a group's id to that of the supergroup that it becomes."""

Deed = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot as people meet it: `services` with its store; `wake` tells of changed plans.

    `note` counts an answer; `reached` and `refused` are told what became of it.
    """

    services: Services
    note: Callable[[int, datetime], None]
    reached: Callable[[], None]
    refused: Callable[[int, float], None]
    wake: Callable[[], None]


class People:
    """Everybody of a population; `back` says when each chat could be reached again."""

    def __init__(
        self,
        population: Population,
        bot: Bot,
        telegram: SimulatedTelegram,
        time: VirtualTime,
        faults: Faults,
        random: Random,
    ) -> None:
        self._bot = bot
        self._store = bot.services.store
        self._telegram = telegram
        self._time = time
        self._persons = {person.chat_id: person for person in population.people}
        self._ids: dict[int, int] = {}
        self._answers: set[asyncio.Task[None]] = set()
        self.back: dict[int, list[datetime]] = defaultdict(list)
        deeds = [
            *self._of_cases(population.cases),
            *self._of_chats(population, faults, random),
        ]
        self._deeds = sorted(deeds, key=itemgetter(0))

    @property
    def filings(self) -> Sequence[int]:
        """The ids of the filings that are tracked."""
        return sorted(self._ids.values())

    @property
    def tasks(self) -> set[asyncio.Task[Any]]:
        """The answers that are on their way to them."""
        return set(self._answers)

    def _of_cases(self, cases: Sequence[Case]) -> Iterator[tuple[datetime, Deed]]:
        for number, case in enumerate(cases):
            yield case.told_at, partial(self._track, number, case)
            for tick in case.ticks:
                yield tick, partial(self._tick, number, case)

    def _of_chats(self, population: Population, faults: Faults, random: Random) -> Iterator[tuple[datetime, Deed]]:
        """Yield when people block the bot and come back, accounts are deleted, and groups move."""
        first = population.cases[0].told_at
        span = max(case.filing.deadline for case in population.cases) - first
        for person in population.people:
            chat, chance, moment = person.chat_id, random.random(), first + random.random() * span
            away = random.expovariate(1 / AWAY_HOURS) * timedelta(hours=1)
            comes_back = random.random() < COMES_BACK
            if chat < 0:
                if chance < faults.moving:
                    yield moment, partial(self._move, chat)
            elif chance < faults.blocking:
                yield moment, partial(self._block, chat)
                if comes_back:
                    yield moment + away, partial(self._come_back, chat)
            elif chance < faults.blocking + faults.gone:
                yield moment, partial(self._vanish, chat)

    async def live(self) -> None:
        """Do everything when it is time for it; what is at one moment is done together."""
        for moment, deeds in groupby(self._deeds, key=itemgetter(0)):
            await self._time.sleep((moment - self._time.now()).total_seconds())
            await asyncio.gather(*(deed() for _, deed in deeds))

    async def _track(self, number: int, case: Case) -> None:
        chat = case.filing.chat_id
        if chat in self._telegram.gone:
            return
        await self._come_back(chat)  # whoever writes does not block the bot
        here = self._telegram.moved.get(chat, chat)
        person = replace(self._persons[chat], chat_id=here)
        await self._store.save_person(person)
        plan = self._bot.services.planner.plan(case.filing, person, self._time.now())
        filing = await self._store.track_filing(replace(case.filing, chat_id=here), plan)
        self._ids[number] = filing.id
        self._bot.wake()
        self._answer(filing.chat_id)

    async def _tick(self, number: int, case: Case) -> None:
        chat = case.filing.chat_id
        if number not in self._ids or chat in self._telegram.blocked or chat in self._telegram.gone:
            return
        filing = await self._store.filing(self._ids[number])
        if filing is None or not filing.waiting_for:
            return
        after = verify(filing, filing.waiting_for[0], self._time.now())
        await self._store.update_filing(filing, after, None)
        self._bot.wake()
        self._answer(filing.chat_id)

    async def _block(self, chat: int) -> None:
        self._telegram.blocked.add(chat)

    async def _come_back(self, chat: int) -> None:
        if chat not in self._telegram.blocked:
            return
        self._telegram.blocked.discard(chat)
        self.back[chat].append(self._time.now())
        if await self._store.resume(chat):
            self._bot.wake()

    async def _vanish(self, chat: int) -> None:
        self._telegram.gone.add(chat)

    async def _move(self, chat: int) -> None:
        self._telegram.moved[chat] = chat - MOVED_BY

    def _answer(self, chat: int) -> None:
        task = asyncio.create_task(self._send_answer(chat))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _send_answer(self, chat: int) -> None:
        for _ in range(ANSWER_TRIES):
            self._bot.note(chat, self._time.now())
            try:
                await self._telegram(chat, ANSWER, silent=False)
            except SendRetry as retry:
                if retry.retry_after:
                    self._bot.refused(chat, retry.retry_after)
                await self._time.sleep(retry.retry_after or 1.0)
            except SendError:
                return
            else:
                self._bot.reached()
                return
