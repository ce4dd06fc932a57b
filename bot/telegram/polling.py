"""Watching long polling: what the library keeps to itself, and this process has to know."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

from telegram import Update
from telegram.ext import ExtBot
from telegram.request import RequestData

from bot.errors import SecondPollerError, TelegramError, TokenRefusedError
from bot.telegram.aiohttp_request import AiohttpRequest
from bot.telegram.incoming import read_update
from bot.telegram.posting import Form

NEWCOMER_SECONDS = 3.0
"""A 409 so soon after the first poll means that another process was here first: each poll ends the other's, and the one
at work polls again within a second or so."""

CONFLICTS_OF_NEWCOMER = 2
"""So many 409 end a newcomer. A single one may be the farewell of the process that it replaces."""

CONFLICTS_IN_A_ROW = 10
"""So many 409 in a row end a process at work: the other one does not give way."""

HEAD_START_SECONDS = 0.02
"""How long the next poll waits at most for the answers to what the last one brought: making its request would take the
processor just when they are to be made. It is not longer, for others may be writing."""

TOKEN_REFUSED = "Telegram refuses the token: set BOT_TOKEN to the one that @BotFather shows for this bot"  # noqa: S105 - a sentence
SECOND_POLLER = (
    "another process receives this bot's updates with the same token; stop it, or let this one be: "
    "only one process may poll"
)


class PollWatch:
    """Judges polling by the answers to `getUpdates`. `clock` counts seconds, monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._first: float | None = None
        self._in_a_row = 0
        self._is_settled = False
        self._is_newcomer = False
        self._over = asyncio.Event()
        self._fault: TelegramError | None = None

    def asked(self) -> None:
        """Take note that a poll begins."""
        if self._first is None:
            self._first = self._clock()

    def answered(self, code: int) -> None:
        """Take note of an answer's HTTP status."""
        if code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            self._end(TokenRefusedError(TOKEN_REFUSED))
        elif code == HTTPStatus.CONFLICT:
            self._refused()
        elif code == HTTPStatus.OK:
            self._in_a_row = 0
            self._is_settled = True

    async def over(self) -> TelegramError:
        """Return why polling cannot go on, as soon as that is so."""
        await self._over.wait()
        assert self._fault is not None  # noqa: S101 - set together with the event
        return self._fault

    def _refused(self) -> None:
        if not self._in_a_row:
            age = self._clock() - (self._first or 0.0)
            self._is_newcomer = not self._is_settled and age < NEWCOMER_SECONDS
        self._in_a_row += 1
        if self._in_a_row >= (CONFLICTS_OF_NEWCOMER if self._is_newcomer else CONFLICTS_IN_A_ROW):
            self._end(SecondPollerError(SECOND_POLLER))

    def _end(self, fault: TelegramError) -> None:
        self._fault = self._fault or fault
        self._over.set()


class PollRequest(AiohttpRequest):
    """The requests of long polling, with a watch over their answers.

    The library ends its polling at a 401 and polls on for ever at a 409, and tells nobody of either. It also asks for
    the next updates before it looks at those that it has; here answers come first. `received` is the queue of updates.
    """

    def __init__(self, watch: PollWatch, received: asyncio.Queue[object], **options: Any) -> None:
        super().__init__(**options)
        self._watch = watch
        self._received = received

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Do the request when its turn has come, and take note of the answer."""
        await self._let_answers_go()
        self._watch.asked()
        code, body = await super().do_request(*args, **options)
        self._watch.answered(code)
        return code, body

    async def _let_answers_go(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEAD_START_SECONDS):
                await self._received.join()


class PollingBot(ExtBot[None]):
    """The library's bot, but that what it receives by polling is read by `read_update`."""

    def __init__(self, token: str, polls: PollRequest, **options: Any) -> None:
        super().__init__(token, get_updates_request=polls, **options)
        self._polls = polls

    async def get_updates(
        self,
        offset: int | None = None,
        limit: int | None = None,
        timeout: int | timedelta | None = None,  # noqa: ASYNC109 - the Bot API's parameter
        allowed_updates: Sequence[str] | None = None,
        **options: Any,
    ) -> tuple[Update, ...]:
        """Return the updates from `offset` on; in place of many of them a `Text`. Raises the library's errors."""
        seconds = int(timeout.total_seconds() if isinstance(timeout, timedelta) else timeout or 0)
        parameters = {"offset": offset, "limit": limit, "timeout": seconds, "allowed_updates": allowed_updates}
        read_timeout = seconds + (self._polls.read_timeout or 0.0)
        data = cast("RequestData", Form(parameters))
        result = await self._polls.post(f"{self.base_url}/getUpdates", data, read_timeout=read_timeout, **options)
        received = (read_update(update, self) for update in cast("list[Mapping[str, Any]]", result))
        return cast("tuple[Update, ...]", tuple(received))
