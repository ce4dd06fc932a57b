"""A server of HTTP/1.1 that does what a test says, byte by byte."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

DEADLINE_SECONDS = 10.0
"""After which a wait for what has to come is a failure."""

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Of `localhost` and 127.0.0.1, signed by itself, with its key."""

OK = b'{"ok":true,"result":true}'


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form: its content, and for a file name and type."""

    content: bytes
    filename: str | None = None
    mime_type: str | None = None


@dataclass(frozen=True, slots=True)
class Got:
    """A request as it came in; the names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def parts(self) -> dict[str, Part]:
        """Return the parts of a form by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = email.message_from_bytes(head + self.body, policy=email.policy.HTTP)
        return {
            str(part.get_param("name", header="content-disposition")): Part(
                bytes(part.get_payload(decode=True)),
                part.get_filename(),
                part.get_content_type() if "content-type" in part else None,
            )
            for part in message.iter_parts()
        }


@dataclass
class Wire:
    """One connection, as the server sees it."""

    server: "Server"
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def head(self) -> tuple[str, str, dict[str, str]]:
        """Return a request's method, target and headers; raises `IncompleteReadError` when there is no further one."""
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        return method, target, {name.lower(): value for name, value in headers.items()}

    async def request(self) -> Got:
        """Return a whole request, which is noted; raises as `head` does."""
        method, target, headers = await self.head()
        got = Got(method, target, headers, await self._body(headers))
        self.server.requests.append(got)
        self.server.changed.set()
        return got

    async def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await self.reader.readexactly(int(headers.get("content-length", 0)))
        body = b""
        while size := int(await self.reader.readline(), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()
        return body

    async def send(self, data: bytes) -> None:
        """Send so many bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, body: bytes = OK, status: str = "200 OK", *headers: str, length: int | None = None) -> None:
        """Send an answer; one that says `length` may break off before it."""
        size = len(body) if length is None else length
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers, "", ""])
        await self.send(head.encode() + body)


Behave = Callable[[Wire], Awaitable[None]]


async def answer_all(wire: Wire) -> None:
    """Answer every request alike."""
    while True:
        await wire.request()
        await wire.answer()


@dataclass
class Server:
    """Listens on loopback while it is entered; each connection goes through `behave`, and is closed after it."""

    behave: Behave = answer_all
    tls: bool = False
    requests: list[Got] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        context = None
        if self.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._tasks: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    async def wait_until(self, is_so: Callable[["Server"], bool]) -> None:
        """Return once it is so; what happens to requests and connections is noticed."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not is_so(self):
                self.changed.clear()
                await self.changed.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        self.changed.set()
        try:
            await self.behave(Wire(self, reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the other side went away, or the test is over
        finally:
            # At once: what the other side does not read must not keep the connection open.
            writer.transport.abort()
            self._tasks.discard(task)
            self.open -= 1
            self.changed.set()
