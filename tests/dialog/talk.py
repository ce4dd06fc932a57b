"""A person talking to the real engine over a real database, with a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.app import App, build, load_knowledge
from bot.dialog.model import Button, Event, Message, OtherKind, Press, Replies, Reply, Who
from bot.filings.filing import Filing
from bot.settings import Settings
from bot.texts import plain

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, 12:00 in Beijing."""


@dataclass
class Talk:
    """One person's conversation. Replies are remembered, so that their buttons can be pressed."""

    app: App
    who: Who = field(default_factory=lambda: Who(7, 7, "zh-hans"))
    now: datetime = NOON
    shown: Replies = field(default_factory=list)

    async def happens(self, event: Event) -> str:
        """Return the texts of the replies, plain, one after the other."""
        replies = await self.app.engine.handle(self.who, event, self.now)
        self.shown += replies
        return "\n".join(plain(reply.text) for reply in replies)

    async def say(self, text: str) -> str:
        return await self.happens(Message(text))

    async def send(self, kind: str) -> str:
        return await self.happens(OtherKind(kind))

    async def press(self, label: str) -> str:
        """Press the latest button whose label holds `label`."""
        return await self.happens(Press(self.button(label).action or ""))

    def button(self, label: str) -> Button:
        for reply in reversed(self.shown):
            for button in (button for row in reply.buttons for button in row):
                if label in button.label:
                    return button
        raise AssertionError(f"no button {label!r} in {[labels(reply) for reply in self.shown]}")

    @property
    def last(self) -> Reply:
        return self.shown[-1]

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def someone_else(self, number: int = 8, language_code: str | None = "zh-hans") -> "Talk":
        return Talk(self.app, Who(number, number, language_code), self.now)

    async def filings(self) -> list[Filing]:
        return await self.app.store.filings_of(self.who.chat_id)

    async def the_filing(self) -> Filing:
        [filing] = await self.filings()
        return filing


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.buttons for button in row]


def settings(database: Path, **others: object) -> Settings:
    """Return settings from nothing but the arguments."""
    return Settings(_env_file=None, database=database, **others)  # type: ignore[arg-type]  # each field checks its own


knowledge = cache(load_knowledge)
"""The data files, read once for all tests of a process."""


@asynccontextmanager
async def talking(database: Path, **others: object) -> AsyncIterator[Talk]:
    """Open the bot on `database` for one person."""
    chosen = settings(database, **others)
    app = await build(chosen, knowledge(chosen.rulebook, chosen.locale))
    try:
        yield Talk(app)
    finally:
        await app.close()
