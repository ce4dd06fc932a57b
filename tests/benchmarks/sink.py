"""A Bot API server that notes when each message came in; people may ask the bot something meanwhile."""

import asyncio
import json
from collections import deque

from tests.benchmarks.light_api import MOST_UPDATES, Answer, LightApi, text_update

ASKING = range(1, 51)
"""The chats of the people who ask, in turn."""

LONGEST_POLL_SECONDS = 20.0
"""After so long without an update `getUpdates` is answered all the same."""


class Sink(LightApi):
    """`accepted` are the messages to others than the people who ask: chat, and when (seconds of the event loop).

    `first_poll` is when the bot first asked for updates; `reply_seconds` are those from an update's arrival at the bot
    to the arrival of its first reply.
    """

    def __init__(self) -> None:
        self.accepted: list[tuple[int, float]] = []
        self.first_poll: float | None = None
        self.reply_seconds: list[float] = []
        self.answers = 0
        self._asked = 0
        self._delivered: dict[int, float] = {}
        self._updates: deque[tuple[int, int, str]] = deque()
        self._poll: Answer | None = None
        self._changed = asyncio.Event()
        self._clock = asyncio.get_running_loop().time

    async def wait_until_polled(self, deadline: float) -> float:
        """Return when the bot first asked for updates."""
        async with asyncio.timeout(deadline):
            while self.first_poll is None:
                await self._change()
        return self.first_poll

    async def wait_for(self, messages: int, deadline: float) -> None:
        """Return when so many messages were accepted."""
        async with asyncio.timeout(deadline):
            while len(self.accepted) < messages:
                await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def ask(self, text: str) -> None:
        """The next of the people asks something."""
        self._asked += 1
        self._updates.append((self._asked, ASKING[self._asked % len(ASKING)], text))
        self._deliver()

    def polled(self, answer: Answer) -> None:
        """See `LightApi.polled`."""
        if self.first_poll is None:
            self.first_poll = self._clock()
            self._changed.set()
        self._poll = answer
        asyncio.get_running_loop().call_later(LONGEST_POLL_SECONDS, self._end_poll, answer)
        self._deliver()

    def _end_poll(self, answer: Answer) -> None:
        if self._poll is answer:
            self._poll = None
            answer(b"[]")

    def sent(self, chat: int) -> None:
        """See `LightApi.sent`."""
        if chat in ASKING:
            self.answers += 1
            delivered = self._delivered.pop(chat, None)
            if delivered is not None:
                self.reply_seconds.append(self._clock() - delivered)
        else:
            self.accepted.append((chat, self._clock()))
            self._changed.set()

    def _deliver(self) -> None:
        if self._poll is not None and self._updates:
            poll, self._poll = self._poll, None
            updates = [self._updates.popleft() for _ in range(min(MOST_UPDATES, len(self._updates)))]
            self._delivered.update((chat, self._clock()) for _, chat, _ in updates)
            poll(json.dumps([text_update(*update) for update in updates]).encode())
