"""The queue of updates: fetched by long polling, or posted to a webhook."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.emulator import errors
from tests.emulator.errors import bad_request, conflict

ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
WEBHOOK_RETRY_SECONDS = 0.05
SECRET_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are posted."""

    url: str
    secret: str
    max_connections: int


@dataclass(slots=True)
class Updates:
    """Updates not yet confirmed. `delivered` tells when (monotonic) each was first handed out, by its id."""

    changed: Callable[[], None]
    pending: list[dict[str, Any]] = field(default_factory=list)
    delivered: dict[int, float] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    webhook: Webhook | None = None
    last_webhook_error: str = ""
    polls: int = 0
    _last_id: int = 1000
    _waiting: asyncio.Future[None] | None = None
    _posting: asyncio.Task[None] | None = None
    _pushed: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, kind: str, content: dict[str, Any]) -> int | None:
        """Queue an update and return its id; None when the bot did not ask for this kind."""
        if kind not in self.allowed if self.allowed else kind in ONLY_ON_REQUEST:
            return None
        self._last_id += 1
        self.pending.append({"update_id": self._last_id, kind: content})
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self._pushed.set()
        self.changed()
        return self._last_id

    def is_polled(self) -> bool:
        """Whether somebody waits for updates at this moment."""
        return self._waiting is not None

    async def get(self, *, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:  # noqa: ASYNC109 - the API's word
        """Return pending updates from `offset` on, waiting up to `timeout` seconds for the first."""
        if self.webhook is not None:
            raise conflict(errors.WEBHOOK_ACTIVE)
        self.polls += 1
        self._terminate_poll(errors.OTHER_POLLER)
        self._confirm(offset)
        self.changed()
        if not self.pending and timeout > 0:
            await self._wait(timeout)
        found = self.pending[: max(1, min(limit, 100))]
        now = time.monotonic()
        for update in found:
            self.delivered.setdefault(update["update_id"], now)
        return found

    async def _wait(self, seconds: float) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self.changed()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:
                self._waiting = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def _terminate_poll(self, reason: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(conflict(reason))

    # webhook

    async def set_webhook(self, url: str, secret: str, max_connections: int) -> None:
        """Post updates to `url` from now on; plain HTTP is taken for this machine only, as a local server would."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise bad_request("invalid webhook URL specified")
        if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost"}:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if len(secret) > 256 or not SECRET_CHARACTERS.issuperset(secret):
            raise bad_request("secret token contains unallowed characters")
        await self.close()
        self._terminate_poll(errors.WEBHOOK_TAKES_OVER)
        self.webhook = Webhook(url, secret, max_connections)
        self._posting = asyncio.create_task(self._post_updates(self.webhook))
        self.changed()

    async def close(self) -> None:
        """Post nothing any more."""
        self.webhook = None
        if self._posting is not None:
            self._posting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._posting
            self._posting = None

    async def _post_updates(self, webhook: Webhook) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        async with aiohttp.ClientSession(headers=headers) as session:
            while True:
                while self.pending:
                    update = self.pending[0]
                    self.delivered.setdefault(update["update_id"], time.monotonic())
                    if await self._post(session, webhook.url, update):
                        self.pending.remove(update)
                        self.changed()
                    else:
                        await asyncio.sleep(WEBHOOK_RETRY_SECONDS)
                self._pushed.clear()
                await self._pushed.wait()

    async def _post(self, session: aiohttp.ClientSession, url: str, update: dict[str, Any]) -> bool:
        try:
            async with session.post(url, json=update) as response:
                if response.ok:
                    return True
                self.last_webhook_error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except aiohttp.ClientError as error:
            self.last_webhook_error = str(error) or type(error).__name__
        return False
