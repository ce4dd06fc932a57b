"""The order of work: chats at the same time, the updates of one chat one after the other."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.telegram.incoming import Text

AT_ONCE = 10_000
"""How many updates may be under way. Those that wait for their chat count too: were it less, one person's flood would
take every place."""

Key = tuple[str, int]


@dataclass(slots=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class ChatOrder(BaseUpdateProcessor):
    """Handles the updates of one chat in the order of their arrival, and chats independently of each other."""

    def __init__(self) -> None:
        super().__init__(max_concurrent_updates=AT_ONCE)
        self._lines: dict[Key, _Line] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine` when it is its turn."""
        key = _key(update)
        if key is None:
            await coroutine
            return
        line = self._lines.setdefault(key, _Line())
        line.length += 1
        try:
            async with line.lock:
                await coroutine
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[key]

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""


def _key(update: object) -> Key | None:
    """Return whose turn an update waits for; typing in inline mode does not wait for the chat with the bot."""
    if isinstance(update, Text):
        return "chat", update.who.chat_id
    if not isinstance(update, Update):
        return None
    if update.effective_chat is not None:
        return "chat", update.effective_chat.id
    if update.inline_query is not None:
        return "inline", update.inline_query.from_user.id
    return ("chat", update.effective_user.id) if update.effective_user is not None else None
