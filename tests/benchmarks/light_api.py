"""The least of a Bot API server on loopback: quick rather than true (the emulator is the opposite)."""

import asyncio
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

TOKEN = "123456789:AAHexampleexampleexampleexampleexa"

MOST_UPDATES = 100
"""In one answer to `getUpdates`, as Telegram has it."""

BOT = {"id": 123456789, "is_bot": True, "first_name": "bot", "username": "a_bot"}

Answer = Callable[[bytes], None]
"""Is given the JSON of a call's result."""

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'(?:^|&)chat_id=(\d+)|name="chat_id"\r\n(?:[^\r\n]+\r\n)*\r\n(\d+)')


class LightApi(ABC):
    """Serves one bot while it is entered. Every message is accepted, and answered before `sent` is told of it."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @abstractmethod
    def polled(self, answer: Answer) -> None:
        """The bot asks for updates."""

    @abstractmethod
    def sent(self, chat: int) -> None:
        """The bot has sent a message to `chat`."""

    def called(self, method: str, body: bytes, answer: Answer) -> None:
        """Take a call of the Bot API."""
        if method.lower() == "getupdates":
            self.polled(answer)
        elif method.lower() == "sendmessage":
            found = _CHAT.search(body)
            assert found is not None, body
            chat = int(found[1] or found[2])
            answer(b'{"message_id":1,"date":1700000000,"chat":{"id":%d,"type":"private"},"text":"x"}' % chat)
            self.sent(chat)
        else:
            answer(json.dumps(BOT).encode() if method.lower() == "getme" else b"true")


def text_update(number: int, chat: int, text: str) -> dict[str, Any]:
    """Return the update that somebody has written `text`."""
    person = {"id": chat, "is_bot": False, "first_name": "P", "language_code": "zh-hans"}
    message = {
        "message_id": number,
        "date": 1700000000,
        "chat": {"id": chat, "type": "private", "first_name": "P"},
        "from": person,
        "text": text,
    }
    return {"update_id": number, "message": message}


class _Connection(asyncio.Protocol):
    def __init__(self, api: LightApi) -> None:
        self._api = api
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
        self._api.called(path.rpartition(b"/")[2].decode(), body, self._answer)

    def _answer(self, result: bytes) -> None:
        assert self._transport is not None
        body = b'{"ok":true,"result":%b}' % result
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
