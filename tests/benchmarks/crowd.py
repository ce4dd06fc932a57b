"""The least of a Bot API server that keeps a crowd of chats talking: each says the next thing when it has its reply.

It is quick rather than true (the emulator is the opposite), so that what is measured is the bot.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from tests.benchmarks.processes import Running

TOKEN = "123456789:AAHexampleexampleexampleexampleexa"

MOST_UPDATES = 100
"""In one answer to `getUpdates`, as Telegram has it."""

BOT = {"id": 123456789, "is_bot": True, "first_name": "bot", "username": "a_bot"}

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'(?:^|&)chat_id=(\d+)|name="chat_id"\r\n(?:[^\r\n]+\r\n)*\r\n(\d+)')


class Crowd:
    """`chats` chats that ask `texts` in turn. It is a server on loopback while it is entered."""

    def __init__(self, chats: int, texts: Sequence[str]) -> None:
        self._texts = texts
        self._asked = 0
        self._waiting = deque(range(1, chats + 1))
        self._with_reply_due: set[int] = set()
        self._poll: Callable[[bytes], None] | None = None
        self._replies = 0
        self._changed = asyncio.Event()
        self._clock = asyncio.get_running_loop().time

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

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

    def called(self, method: str, body: bytes, answer: Callable[[bytes], None]) -> None:
        """Take a call of the Bot API; `answer` is given the JSON of its result."""
        if method.lower() == "getupdates":
            self._poll = answer
            self._deliver()
        elif method.lower() == "sendmessage":
            found = _CHAT.search(body)
            assert found is not None, body
            chat = int(found[1] or found[2])
            answer(b'{"message_id":1,"date":1700000000,"chat":{"id":%d,"type":"private"},"text":"x"}' % chat)
            self._replied(chat)
        else:
            answer(json.dumps(BOT).encode() if method.lower() == "getme" else b"true")

    def _replied(self, chat: int) -> None:
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
            poll(json.dumps([self._update(chat) for chat in chats]).encode())

    def _update(self, chat: int) -> dict[str, object]:
        self._asked += 1
        person = {"id": chat, "is_bot": False, "first_name": "P", "language_code": "zh-hans"}
        message = {
            "message_id": self._asked,
            "date": 1700000000,
            "chat": {"id": chat, "type": "private", "first_name": "P"},
            "from": person,
            "text": self._texts[self._asked % len(self._texts)],
        }
        return {"update_id": self._asked, "message": message}


class _Connection(asyncio.Protocol):
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, rest = self._received.partition(b"\r\n\r\n")
        if not blank:
            return
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if len(rest) < size:
            return
        body, self._received = rest[:size], rest[size:]
        path = head.split(b" ", 2)[1].partition(b"?")[0]
        self._crowd.called(path.rpartition(b"/")[2].decode(), body, self._answer)

    def _answer(self, result: bytes) -> None:
        assert self._transport is not None
        body = b'{"ok":true,"result":%b}' % result
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
