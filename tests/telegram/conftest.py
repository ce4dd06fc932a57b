"""The front end against the emulator, with a dialog that the test writes."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.telegram.application import build_application
from bot.telegram.parts import App
from bot.telegram.run import Webhook, run
from bot.texts import Catalogs, load_catalogs
from tests.emulator import TOKEN, BotApi, Person
from tests.telegram.fakes import NOW, FakeChats, FakeEngine, FakeSleep


@pytest.fixture(scope="session")
def catalogs() -> Catalogs:
    return load_catalogs()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back what building an application sets for the library; leave out the certificates, which cost most time."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@dataclass
class FrontEnd:
    """The front end and its surroundings."""

    api: BotApi
    catalogs: Catalogs
    engine: FakeEngine = field(default_factory=FakeEngine)
    chats: FakeChats = field(default_factory=FakeChats)
    sleep: FakeSleep = field(default_factory=FakeSleep)
    limited: list[tuple[int, float]] = field(default_factory=list)
    """The chats that were told to wait, and for how many seconds."""
    seconds: float = 0.0
    """What the clock of polling shows."""

    def build(self, token: str = TOKEN) -> App:
        return build_application(
            token,
            api_url=self.api.base_url,
            file_url=self.api.base_file_url,
            engine=self.engine,
            chats=self.chats,
            catalogs=self.catalogs,
            clock=lambda: NOW,
            sleep=self.sleep,
            limited=lambda *told: self.limited.append(told),
            monotonic=lambda: self.seconds,
        )

    @asynccontextmanager
    async def running(self, webhook: Webhook | None = None) -> AsyncIterator[asyncio.Task[None]]:
        """Run it as the process does, receiving updates, until the block ends."""
        stop, ready = asyncio.Event(), asyncio.Event()
        task = asyncio.create_task(run(self.build(), stop, webhook=webhook, on_ready=ready.set))
        async with asyncio.timeout(self.api.deadline):
            await ready.wait()
        yield task
        stop.set()
        await task


@pytest.fixture
def front_end(api: BotApi, catalogs: Catalogs) -> FrontEnd:
    return FrontEnd(api, catalogs)


@pytest.fixture
async def bot(front_end: FrontEnd) -> AsyncIterator[FrontEnd]:
    """The front end, running."""
    async with front_end.running():
        yield front_end


@pytest.fixture
def port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def user(api: BotApi) -> Person:
    return api.user(7, language_code="zh-hans")
