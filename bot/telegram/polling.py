"""Watching long polling: what the library keeps to itself, and this process has to know."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from telegram.request import HTTPXRequest

from bot.errors import SecondPollerError, TelegramError, TokenRefusedError

STARTING_SECONDS = 60.0
"""For so long after its first poll a process counts as newly started."""

CONFLICTS_AT_START = 2
"""The second 409 ends a newly started process: another one was here first. The first may be the farewell of a process
that has just been replaced."""

CONFLICTS_IN_A_ROW = 10
"""So many 409 in a row end a process at work: the other one does not give way."""

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
            self._in_a_row += 1
            if self._in_a_row >= (CONFLICTS_AT_START if self._is_starting() else CONFLICTS_IN_A_ROW):
                self._end(SecondPollerError(SECOND_POLLER))
        elif code == HTTPStatus.OK:
            self._in_a_row = 0

    async def over(self) -> TelegramError:
        """Return why polling cannot go on, as soon as that is so."""
        await self._over.wait()
        assert self._fault is not None  # noqa: S101 - set together with the event
        return self._fault

    def _is_starting(self) -> bool:
        return self._first is None or self._clock() - self._first < STARTING_SECONDS

    def _end(self, fault: TelegramError) -> None:
        self._fault = self._fault or fault
        self._over.set()


class PollRequest(HTTPXRequest):
    """The requests of long polling, with a watch over their answers.

    The library ends its polling at a 401 and polls on for ever at a 409, and tells nobody of either.
    """

    def __init__(self, watch: PollWatch, **options: Any) -> None:
        super().__init__(**options)
        self._watch = watch

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Do the request and take note of the answer."""
        self._watch.asked()
        code, body = await super().do_request(*args, **options)
        self._watch.answered(code)
        return code, body
