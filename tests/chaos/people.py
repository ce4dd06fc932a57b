"""The people: they tick off what they are reminded of, track filings themselves, and ask."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

from bot.clock import system_clock
from bot.dialog.actions import split_action
from tests.chaos.filings import CHATS
from tests.chaos.watch import Watch
from tests.emulator import BotMessage, Person
from tests.store.samples import VALIDITY

ACTS_PER_SECOND = 6.0
LATEST = 200
"""Among the reminders of so many latest calls one is ticked off."""
LANGUAGES = ("zh-hans", "zh-hant", "en")
QUESTIONS = ("甘肃去哪里验证？", "新增網站誰來驗證？", "No SMS came", "/filings", "验证码几天有效")

Act = Callable[[], Coroutine[Any, Any, None]]


class People:
    """Those who have a chat with the bot."""

    def __init__(self, watch: Watch, random: Random) -> None:
        self._watch = watch
        self._random = random
        self._numbers = count(1)

    def come(self) -> None:
        """Let everybody open a chat."""
        for chat_id in range(1, CHATS + 1):
            self._watch.api.user(chat_id)

    async def act(self) -> None:
        """Go on until cancelled."""
        acts: tuple[Act, ...] = (self._tick_off, self._tick_off, self._track, self._ask)
        while True:
            await asyncio.sleep(self._random.expovariate(ACTS_PER_SECOND))
            await self._random.choice(acts)()

    async def _tick_off(self) -> None:
        latest = self._watch.latest(LATEST)
        if latest:
            message = self._random.choice(latest)
            if label := _done_label(message):
                await self._watch.api.user(message.chat_id).press(label, on=message)

    async def _track(self) -> None:
        submitted = system_clock() + timedelta(seconds=self._random.uniform(2, 10)) - VALIDITY
        label = f"t{next(self._numbers):06}.example"
        await self._someone().send(f"/track 甘肃 新增网站 {submitted.isoformat(timespec='seconds')} {label}")

    async def _ask(self) -> None:
        await self._someone().send(self._random.choice(QUESTIONS))

    def _someone(self) -> Person:
        chat_id = self._random.randint(1, CHATS)
        return self._watch.api.user(chat_id, language_code=LANGUAGES[chat_id % len(LANGUAGES)])


def _done_label(message: BotMessage) -> str | None:
    """Return what the button says that ticks off all contacts of a filing."""
    done = (key.label for key in message.all_keys() if key.data and split_action(key.data)[2:] == ("done", "all"))
    return next(done, None)
