"""A dialog whose replies a test writes down, and a store that notes what it is told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.dialog.model import Card, Event, Message, Replies, Reply, Who

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def said(event: Event) -> str:
    """Return the text of a message."""
    assert isinstance(event, Message)
    return event.text


async def echo(who: Who, event: Event) -> Replies:
    """Reply with what came in."""
    return [Reply(said(event) if isinstance(event, Message) else repr(event))]


@dataclass
class FakeEngine:
    """`respond` makes the replies; `events` holds what came in."""

    respond: Callable[[Who, Event], Awaitable[Replies]] = echo
    found: list[Card] = field(default_factory=list)
    events: list[tuple[Who, Event]] = field(default_factory=list)
    moments: set[datetime] = field(default_factory=set)

    def will(self, *replies: Reply) -> None:
        """Reply with these from now on."""

        async def respond(who: Who, event: Event) -> Replies:
            return list(replies)

        self.respond = respond

    def will_raise(self, error: Exception) -> None:
        """Raise this from now on."""

        async def respond(who: Who, event: Event) -> Replies:
            raise error

        self.respond = respond

    async def handle(self, who: Who, event: Event, now: datetime) -> Replies:
        self.events.append((who, event))
        self.moments.add(now)
        return await self.respond(who, event)

    async def cards(self, query: str, language_code: str | None, now: datetime) -> list[Card]:
        if query == "raise":
            raise RuntimeError("no cards")
        return [card for card in self.found if query in card.title and card.id.startswith(language_code or "")]

    async def failure(self, who: Who) -> Reply:
        return Reply(f"sorry ({who.language_code})")

    def commands(self, locale: str) -> list[tuple[str, str]]:
        return [("start", f"start in {locale}"), ("help", f"help in {locale}")]


@dataclass
class FakeChats:
    """What the store was told about chats."""

    told: list[tuple[object, ...]] = field(default_factory=list)
    paused: set[int] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def pause(self, chat_id: int, now: datetime) -> None:
        self.paused.add(chat_id)
        self._tell("pause", chat_id, now)

    async def resume(self, chat_id: int) -> bool:
        was_paused = chat_id in self.paused
        self.paused.discard(chat_id)
        self._tell("resume", chat_id)
        return was_paused

    async def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        self._tell("move", old_chat_id, new_chat_id)

    async def wait_for(self, *told: object) -> None:
        """Return once the store was told this."""
        async with asyncio.timeout(10):
            while told not in self.told:
                await self.changed.wait()

    def _tell(self, *what: object) -> None:
        self.told.append(what)
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass
class FakeSleep:
    """Notes the pauses and goes on at once."""

    pauses: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)
