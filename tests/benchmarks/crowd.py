"""A crowd of chats that is kept talking: each says the next thing when it has its reply."""

import asyncio
import json
from collections import deque
from collections.abc import Sequence

from tests.benchmarks.light_api import MOST_UPDATES, Answer, LightApi, text_update
from tests.benchmarks.processes import Running


class Crowd(LightApi):
    """`chats` chats that ask `texts` in turn."""

    def __init__(self, chats: int, texts: Sequence[str]) -> None:
        self._texts = texts
        self._asked = 0
        self._waiting = deque(range(1, chats + 1))
        self._with_reply_due: set[int] = set()
        self._poll: Answer | None = None
        self._replies = 0
        self._changed = asyncio.Event()
        self._clock = asyncio.get_running_loop().time

    async def measure(self, bot: Running, warm_up: int, replies: int, deadline: float) -> tuple[float, float]:
        """Return the seconds that so many replies took, and those of the processor, after `warm_up` replies."""
        async with asyncio.timeout(deadline):
            await self._wait_for(warm_up)
            begun, used, first = self._clock(), bot.processor_seconds(), self._replies
            await self._wait_for(first + replies)
            per_reply = self._replies - first
            return (self._clock() - begun) * replies / per_reply, (bot.processor_seconds() - used) * replies / per_reply

    async def _wait_for(self, replies: int) -> None:
        while self._replies < replies:
            self._changed.clear()
            await self._changed.wait()

    def polled(self, answer: Answer) -> None:
        """See `LightApi.polled`."""
        self._poll = answer
        self._deliver()

    def sent(self, chat: int) -> None:
        """See `LightApi.sent`."""
        if chat not in self._with_reply_due:
            return  # a further message of the same reply
        self._with_reply_due.discard(chat)
        self._replies += 1
        self._changed.set()
        self._waiting.append(chat)
        self._deliver()

    def _deliver(self) -> None:
        if self._poll is not None and self._waiting:
            poll, self._poll = self._poll, None
            chats = [self._waiting.popleft() for _ in range(min(MOST_UPDATES, len(self._waiting)))]
            self._with_reply_due.update(chats)
            updates = []
            for chat in chats:
                self._asked += 1
                updates.append(text_update(self._asked, chat, self._texts[self._asked % len(self._texts)]))
            poll(json.dumps(updates).encode())
