"""What the handlers work with, and the context that gives it to them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from telegram.ext import Application, CallbackContext, ExtBot, JobQueue

from bot.clock import Clock
from bot.dialog.model import Card, Event, Replies, Reply, Who
from bot.telegram.polling import PollWatch
from bot.texts import Catalogs

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""


class Engine(Protocol):
    """The dialog, as this front end needs it."""

    async def handle(self, who: Who, event: Event, now: datetime) -> Replies:
        """Return the replies to one event, in the order in which they are to be sent."""

    async def cards(self, query: str, language_code: str | None, now: datetime) -> list[Card]:
        """Return what can be handed out for an inline query."""

    async def failure(self, who: Who) -> Reply:
        """Return the one sentence for a person whose event could not be handled."""

    def commands(self, locale: str) -> Sequence[tuple[str, str]]:
        """Return the commands with their descriptions."""


class Chats(Protocol):
    """The part of the store that Telegram itself has news for."""

    async def pause(self, chat_id: int, now: datetime) -> None:
        """The chat blocks the bot."""

    async def resume(self, chat_id: int) -> bool:
        """The chat takes messages again."""

    async def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the handlers work with.

    `sent` is told the chat of each answer that went out, `limited` the chat of one that Telegram wants to wait, and for
    how many seconds (429).
    """

    engine: Engine
    chats: Chats
    catalogs: Catalogs
    clock: Clock
    sleep: Sleep
    watch: PollWatch
    sent: Callable[[int], None]
    limited: Callable[[int, float], None]


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], Parts]):
    """The library's context, with the parts by name."""

    @property
    def parts(self) -> Parts:
        """What the handlers work with."""
        return self.bot_data


App = Application[ExtBot[None], Context, dict[Any, Any], dict[Any, Any], Parts, JobQueue[Context] | None]
"""The library's application with the types of this front end."""
