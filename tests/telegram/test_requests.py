"""The requests of the library: this project's backend does what the library's own does."""

import asyncio
import errno
import gzip
import io
import os
import ssl
import traceback
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, cast

import pytest
from telegram import InputFile, InputMediaDocument
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.errors import SettingsError
from bot.telegram.aiohttp_request import AiohttpRequest
from tests.telegram.wire import CERTIFICATE, DEADLINE_SECONDS, OK, Behave, Part, Server, Wire

KEY = "AAHexampleexampleexampleexampleexa"
PATH = f"/bot123456789:{KEY}/sendMessage"

SHORT = 0.03
"""Seconds of a time-out that is to pass."""

LONGER = 2 * SHORT
"""How long a server waits that is to be waited for."""

MANY_BYTES = 16_000_000
"""More than the buffers of a connection hold."""

LOAD_CERTIFICATES = ssl.SSLContext.load_verify_locations

Make = Callable[..., BaseRequest]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(params=[HTTPXRequest, AiohttpRequest])
def backend(request: pytest.FixtureRequest) -> Make:
    """Either backend."""
    kind: Make = request.param
    return kind


@asynccontextmanager
async def talking(
    backend: Make, behave: Behave | None = None, **options: Any
) -> AsyncIterator[tuple[BaseRequest, Server]]:
    """A backend, initialised, and a server."""
    async with Server(behave) if behave else Server() as server, backend(**options) as request:
        yield request, server


def data(**parameters: object) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in parameters.items()])


def upload(size: int = MANY_BYTES) -> RequestData:
    return data(document=InputFile(bytes(size), "zeros"))


async def post(request: BaseRequest, server: Server, given: RequestData | None = None, **options: Any) -> Any:
    """Post to the server, within the deadline."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        return await request.post(server.url + PATH, given or data(chat_id=1), **options)


async def fails(
    request: BaseRequest, server: Server, given: RequestData | None = None, **options: Any
) -> TelegramError:
    """Post to the server, which has to fail; return the error. The token is nowhere in it."""
    with pytest.raises(TelegramError) as caught:
        await post(request, server, given, **options)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    return caught.value


async def never(wire: Wire) -> None:
    """Read every request and answer none."""
    while True:
        await wire.request()


# What is sent


async def test_parameters_are_sent_as_a_form(backend: Make) -> None:
    async with talking(backend) as (request, server):
        assert await post(request, server, data(chat_id=7, text="甘 & b=c", entities=[1, "x"])) is True
    (got,) = server.requests
    assert (got.method, got.target) == ("POST", PATH)
    assert got.headers["content-type"] == "application/x-www-form-urlencoded"
    assert got.body == b"chat_id=7&text=%E7%94%98+%26+b%3Dc&entities=%5B1%2C+%22x%22%5D"
    assert got.headers["user-agent"] == BaseRequest.USER_AGENT
    assert got.headers["host"] == f"127.0.0.1:{server.port}"
    assert got.headers["accept"] == "*/*"
    assert "gzip" in got.headers["accept-encoding"]


@pytest.mark.parametrize("given", [None, RequestData()])
async def test_a_request_without_parameters(backend: Make, given: RequestData | None) -> None:
    async with talking(backend) as (request, server):
        assert await request.post(server.url + PATH, given) is True
    (got,) = server.requests
    assert got.headers["content-length"] == "0"
    assert "content-type" not in got.headers
    assert got.body == b""


@pytest.mark.parametrize("text", [rb"\ud800", b"\xff", "甘肃 😀".encode(), rb"\ud83d\ude00"])
async def test_text_is_read_as_the_library_reads_it(backend: Make, text: bytes) -> None:
    body = b'{"ok":true,"result":"%b"}' % text

    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.answer(body)

    async with talking(backend, behave) as (request, server):
        assert await post(request, server, data(chat_id=1)) == BaseRequest.parse_json_payload(body)["result"]


async def test_a_file_is_retrieved(backend: Make) -> None:
    content = bytes(range(256)) * 5000

    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.answer(content)
        await never(wire)

    async with talking(backend, behave) as (request, server):
        assert await request.retrieve(f"{server.url}/file/bot1:x/documents/file 1.bin") == content
    (got,) = server.requests
    assert (got.method, got.target) == ("GET", "/file/bot1:x/documents/file%201.bin")
    assert "content-length" not in got.headers


async def test_a_compressed_answer_is_unpacked(backend: Make) -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.answer(gzip.compress(OK), "200 OK", "Content-Encoding: gzip")

    async with talking(backend, behave) as (request, server):
        assert await post(request, server) is True


async def test_an_answer_in_chunks(backend: Make) -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for begin in range(0, len(OK), 7):
            piece = OK[begin : begin + 7]
            await wire.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        await wire.send(b"0\r\n\r\n")

    async with talking(backend, behave) as (request, server):
        assert await post(request, server) is True


async def test_files_are_uploaded(backend: Make, tmp_path: Path) -> None:
    on_disk = tmp_path / "on disk.txt"
    on_disk.write_bytes(b"d" * 100_000)
    in_memory = io.BytesIO(b"memory")
    in_memory.read(3)
    async with talking(backend) as (request, server):
        with on_disk.open("rb") as handle:
            handle.read(10)
            await post(
                request,
                server,
                data(
                    chat_id=7,
                    caption="行1\n行2",
                    media=[InputMediaDocument(InputFile(b"\x00\r\n--x", '甘"肃.csv', attach=True))],
                    document=InputFile(handle, "on disk.txt", read_file_handle=False),
                    thumbnail=InputFile(in_memory, "m.bin", read_file_handle=False),
                    empty=InputFile(b"", "empty"),
                ),
            )
            assert not handle.closed
        assert not in_memory.closed
    (got,) = server.requests
    assert "transfer-encoding" not in got.headers
    parts = got.parts()
    (attached,) = (name for name in parts if name.startswith("attached"))
    assert parts == {
        "chat_id": Part(b"7"),
        "caption": Part("行1\n行2".encode()),
        "media": Part(f'[{{"media": "attach://{attached}", "type": "document"}}]'.encode()),
        attached: Part(b"\x00\r\n--x", "甘%22肃.csv", "text/csv"),
        "document": Part(b"d" * 100_000, "on disk.txt", "text/plain"),
        "thumbnail": Part(b"memory", "m.bin", "application/octet-stream"),
        "empty": Part(b"", "empty", "application/octet-stream"),
    }


async def test_a_file_of_unknown_size(backend: Make) -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.left = [b"a" * 70_000, b"b"]

        def read(self, size: int = -1) -> bytes:
            return self.left.pop(0) if self.left else b""

    async with talking(backend) as (request, server):
        await post(request, server, data(document=InputFile(cast("IO[bytes]", Stream()), "s", read_file_handle=False)))
    (got,) = server.requests
    assert got.parts()["document"].content == b"a" * 70_000 + b"b"


async def test_a_file_that_cannot_be_read(backend: Make) -> None:
    class Faulty(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "faulty")

    async with talking(backend) as (request, server):
        error = await fails(request, server, data(document=InputFile(Faulty(bytes(9)), "f", read_file_handle=False)))
        assert type(error) is NetworkError
        assert await post(request, server) is True
    assert len(server.requests) == 1


async def test_each_of_many_gets_its_own_answer_over_few_connections(backend: Make) -> None:
    async def behave(wire: Wire) -> None:
        while True:
            got = await wire.request()
            await asyncio.sleep(0)
            await wire.answer(b'{"result": "%b"}' % got.body)

    async with talking(backend, behave, connection_pool_size=4, pool_timeout=None) as (request, server):
        answers = await asyncio.gather(*(post(request, server, data(n=number)) for number in range(60)))
    assert answers == [f"n={number}" for number in range(60)]
    assert server.most_open <= 4


# Connections that break


async def test_a_connection_is_used_again(backend: Make) -> None:
    async with talking(backend) as (request, server):
        for _ in range(3):
            await post(request, server)
    assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.parametrize("headers", [(), ("Connection: close",)])
async def test_a_connection_that_was_closed_while_idle_is_not_used(backend: Make, headers: tuple[str, ...]) -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.answer(OK, "200 OK", *headers)

    async with talking(backend, behave) as (request, server):
        for number in range(1, 4):
            assert await post(request, server) is True
            await server.wait_until(lambda server: not server.open)
            assert (len(server.requests), server.connections) == (number, number)


async def test_nobody_listens(backend: Make) -> None:
    async with backend() as request:
        async with Server() as server:
            pass
        error = await fails(request, server)
    assert isinstance(error, NetworkError)
    assert not isinstance(error, TimedOut)


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("requests_before", [0, 1])
async def test_a_request_without_an_answer_is_not_repeated(backend: Make, method: str, requests_before: int) -> None:
    async def behave(wire: Wire) -> None:
        for _ in range(requests_before):
            await wire.request()
            await wire.answer()
        await wire.request()

    async with talking(backend, behave) as (request, server):
        for _ in range(requests_before):
            await post(request, server)
        with pytest.raises(NetworkError) as caught:
            await request.do_request(server.url + PATH, method)
        assert not isinstance(caught.value, TimedOut)
        assert KEY not in "".join(traceback.format_exception(caught.value))
        assert len(server.requests) == requests_before + 1
        assert server.connections == 1


BROKEN = {
    "within the head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "within the body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + OK,
    "within a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + OK,
    "not HTTP": b"220 ready\r\n\r\n",
    "not the packing it says": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxyz",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
async def test_an_answer_that_breaks_off_or_is_none(
    backend: Make, answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        if server.connections > 1:
            await wire.answer()
        else:
            await wire.send(answer)

    async with talking(backend, behave) as (request, server):
        error = await fails(request, server)
        assert isinstance(error, NetworkError)
        assert not isinstance(error, TimedOut)
        assert len(server.requests) == 1
        assert await post(request, server) is True
    assert KEY not in caplog.text


async def test_an_answer_before_the_upload_is_over(backend: Make, caplog: pytest.LogCaptureFixture) -> None:
    async def behave(wire: Wire) -> None:
        _, _, headers = await wire.head()
        await wire.answer(b'{"description": "too large"}', "413 Request Entity Too Large")
        await wire.reader.readexactly(int(headers["content-length"]))

    async with talking(backend, behave) as (request, server):
        error = await fails(request, server, upload())
    assert error.message == "too large"
    assert not caplog.records


async def test_an_upload_that_is_broken_off(backend: Make, caplog: pytest.LogCaptureFixture) -> None:
    async def behave(wire: Wire) -> None:
        await wire.head()

    async with talking(backend, behave) as (request, server):
        error = await fails(request, server, upload())
        assert isinstance(error, NetworkError)
        assert not isinstance(error, TimedOut)
        assert server.connections == 1
    assert not caplog.records


# What the answer says


@pytest.mark.parametrize(
    ("status", "body", "kind", "message"),
    [
        ("400 Bad Request", b'{"description": "Bad Request: chat not found"}', BadRequest, "Chat not found"),
        ("401 Unauthorized", b'{"description": "Unauthorized"}', InvalidToken, "Unauthorized"),
        ("403 Forbidden", b'{"description": "Forbidden: x"}', Forbidden, "Forbidden: x"),
        ("404 Not Found", b'{"description": "Not Found"}', InvalidToken, "Not Found"),
        ("409 Conflict", b'{"description": "Conflict"}', Conflict, "Conflict"),
        ("429 Too Many Requests", b'{"description": "x", "parameters": {"retry_after": 5}}', RetryAfter, "Flood"),
        ("400 Bad Request", b'{"parameters": {"migrate_to_chat_id": -5}}', ChatMigrated, "Group migrated"),
        ("500 Internal Server Error", b'{"description": "Internal"}', NetworkError, "Internal"),
        ("502 Bad Gateway", b"<html>", NetworkError, "Bad Gateway (502)"),
        ("404 Not Found", b"", InvalidToken, "Not Found (404)"),
        ("599 What", b"\xff", NetworkError, "Unknown HTTPError (599)"),
        ("200 OK", b"<html>", TelegramError, "Invalid server response"),
    ],
)
async def test_refusals(backend: Make, status: str, body: bytes, kind: type[TelegramError], message: str) -> None:
    async def behave(wire: Wire) -> None:
        while True:
            await wire.request()
            await wire.answer(body, status)

    async with talking(backend, behave) as (request, server):
        for _ in range(2):
            error = await fails(request, server)
            assert type(error) is kind
            assert error.message.startswith(message)
        assert server.connections == 1


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
async def test_a_redirect_is_not_followed(backend: Make, status: str) -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.answer(b"elsewhere", status, f"Location: {server.url}/elsewhere")
        await never(wire)

    async with talking(backend, behave) as (request, server):
        code, body = await request.do_request(server.url + PATH, "POST", data(chat_id=1))
        assert (str(code), body) == (status[:3], b"elsewhere")
        assert len(server.requests) == 1


# Time-outs


def waiting(*, after_head: bool = False, seconds: float = LONGER, pieces: int = 1) -> Behave:
    """A server that answers late, at once or in so many pieces; the later requests are answered at once."""

    async def behave(wire: Wire) -> None:
        got = await wire.request()
        answer = b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{"result":"%b"}' % (13 + len(got.body), got.body)
        if len(wire.server.requests) > 1:
            await wire.send(answer)
            await never(wire)
        cuts = [45 if after_head else 0] + [50 + number for number in range(pieces - 1)] + [len(answer)]
        await wire.send(answer[: cuts[0]])
        for begin, end in pairwise(cuts):
            await asyncio.sleep(seconds)
            await wire.send(answer[begin:end])
        await never(wire)

    return behave


@pytest.mark.parametrize("after_head", [False, True])
@pytest.mark.parametrize("by_default", [False, True])
async def test_a_late_answer(backend: Make, after_head: bool, by_default: bool) -> None:
    options: dict[str, Any] = {"read_timeout": SHORT}
    async with talking(backend, waiting(after_head=after_head), **options if by_default else {}) as (request, server):
        error = await fails(request, server, data(n=1), **{} if by_default else options)
        assert type(error) is TimedOut
        assert await post(request, server, data(n=2)) == "n=2", "the late answer is to the first request only"
        assert server.connections == 2


@pytest.mark.parametrize("read_timeout", [None, DEADLINE_SECONDS])
async def test_a_request_may_wait_longer_than_others(backend: Make, read_timeout: float | None) -> None:
    async with talking(backend, waiting(), read_timeout=SHORT) as (request, server):
        assert await post(request, server, data(n=1), read_timeout=read_timeout) == "n=1"
        assert request.read_timeout == SHORT


async def test_reading_is_limited_piece_by_piece(backend: Make) -> None:
    behave = waiting(after_head=True, seconds=0.05, pieces=6)
    async with talking(backend, behave, read_timeout=0.25) as (request, server):
        assert await post(request, server, data(n=1)) == "n=1"


async def test_zero_seconds_are_not_for_ever(backend: Make) -> None:
    async with talking(backend, waiting()) as (request, server):
        assert type(await fails(request, server, read_timeout=0)) is TimedOut


@pytest.mark.parametrize("by_default", [False, True])
async def test_a_connection_that_does_not_come_about(backend: Make, by_default: bool) -> None:
    async def behave(wire: Wire) -> None:
        await wire.reader.read()

    options: dict[str, Any] = {"connect_timeout": SHORT}
    async with talking(backend, behave, read_timeout=None, **options if by_default else {}) as (request, server):
        # The server takes the connection and says nothing to the greeting of TLS.
        with pytest.raises(TimedOut) as caught:
            await request.post(
                server.url.replace("http:", "https:") + PATH, data(chat_id=1), **{} if by_default else options
            )
        assert KEY not in "".join(traceback.format_exception(caught.value))


def reading_late(seconds: float) -> Behave:
    """A server that lets uploads wait."""

    async def behave(wire: Wire) -> None:
        wire.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(seconds)
        wire.writer.transport.resume_reading()  # type: ignore[attr-defined]
        await wire.request()
        await wire.answer()

    return behave


@pytest.mark.parametrize(
    ("defaults", "options"),
    [
        ({"write_timeout": None}, {"write_timeout": SHORT}),
        ({"write_timeout": None, "media_write_timeout": SHORT}, {}),
        ({}, {"write_timeout": SHORT}),
    ],
)
async def test_an_upload_that_is_not_taken(backend: Make, defaults: dict[str, Any], options: dict[str, Any]) -> None:
    behave = reading_late(DEADLINE_SECONDS)
    async with talking(backend, behave, read_timeout=None, **defaults) as (request, server):
        assert type(await fails(request, server, upload(), **options)) is TimedOut


async def test_an_upload_has_a_time_out_of_its_own(backend: Make) -> None:
    async with talking(backend, reading_late(LONGER), write_timeout=SHORT) as (request, server):
        assert await post(request, server, upload()) is True


async def test_a_long_text_has_the_time_out_of_texts(backend: Make) -> None:
    behave = reading_late(DEADLINE_SECONDS)
    async with talking(backend, behave, write_timeout=SHORT, read_timeout=None) as (request, server):
        assert type(await fails(request, server, data(text="x" * MANY_BYTES))) is TimedOut


# The pool


@pytest.mark.parametrize("by_default", [False, True])
async def test_no_connection_gets_free(backend: Make, by_default: bool) -> None:
    go_on = asyncio.Event()

    async def behave(wire: Wire) -> None:
        while True:
            await wire.request()
            await go_on.wait()
            await wire.answer()

    options: dict[str, Any] = {"pool_timeout": SHORT}
    async with talking(backend, behave, connection_pool_size=1, **options if by_default else {}) as (request, server):
        first = asyncio.create_task(post(request, server))
        await server.wait_until(lambda server: bool(server.requests))
        error = await fails(request, server, **{} if by_default else options)
        assert type(error) is TimedOut
        assert error.message.startswith("Pool timeout: All connections in the connection pool are occupied. ")
        assert len(server.requests) == 1
        patient = asyncio.create_task(post(request, server, pool_timeout=None))
        gone = asyncio.create_task(post(request, server, pool_timeout=None))
        await asyncio.sleep(0)
        gone.cancel()
        go_on.set()
        assert await first is True
        assert await patient is True
        assert await post(request, server) is True, "no place was lost"
    assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.parametrize("after_head", [False, True])
async def test_a_cancelled_request_leaves_nothing_behind(backend: Make, after_head: bool) -> None:
    behave = waiting(after_head=after_head)
    async with talking(backend, behave, connection_pool_size=1) as (request, server):
        first = asyncio.create_task(post(request, server, data(n=1)))
        await server.wait_until(lambda server: bool(server.requests))
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await post(request, server, data(n=2)) == "n=2"
        assert server.connections == 2


async def test_a_cancelled_upload_is_broken_off(backend: Make) -> None:
    behave = reading_late(DEADLINE_SECONDS)
    async with talking(backend, behave, connection_pool_size=1) as (request, server):
        upload_task = asyncio.create_task(post(request, server, upload()))
        await server.wait_until(lambda server: bool(server.connections))
        upload_task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload_task
        server.behave = waiting()
        assert await post(request, server, data(n=2)) == "n=2"
    assert len(server.requests) == 1


# Beginning and end


async def test_it_can_be_shut_down_twice_and_begin_again(backend: Make) -> None:
    async with Server() as server:
        request = backend()
        await request.shutdown()
        for number in range(1, 3):
            await request.initialize()
            await request.initialize()
            assert await post(request, server) is True
            assert await post(request, server) is True
            await request.shutdown()
            await request.shutdown()
            with pytest.raises(RuntimeError, match="not initialized"):
                await request.do_request(server.url + PATH, "POST")
            assert type(await fails(request, server)) is NetworkError
            assert server.connections == number
            await server.wait_until(lambda server: not server.open)


def test_it_can_begin_again_on_another_event_loop(backend: Make) -> None:
    request = backend(connection_pool_size=1, pool_timeout=None)

    async def use() -> None:
        async with Server() as server, request:
            await asyncio.gather(post(request, server), post(request, server))

    asyncio.run(use())
    asyncio.run(use())


STAGES: dict[str, Behave] = {"before the answer": never, "within the answer": waiting(after_head=True, seconds=5)}


@pytest.mark.parametrize("behave", STAGES.values(), ids=STAGES.keys())
async def test_a_request_that_is_under_way_at_the_end(backend: Make, behave: Behave) -> None:
    async with talking(backend, behave, read_timeout=None) as (request, server):
        task = asyncio.create_task(fails(request, server))
        await server.wait_until(lambda server: bool(server.requests))
        await asyncio.sleep(SHORT)
        await request.shutdown()
        assert isinstance(await task, NetworkError)


async def test_a_connection_that_is_under_way_at_the_end() -> None:
    async def behave(wire: Wire) -> None:
        await wire.reader.read()

    async with talking(AiohttpRequest, behave, connect_timeout=None) as (request, server):
        task = asyncio.create_task(request.post(server.url.replace("http:", "https:") + PATH))
        await server.wait_until(lambda server: bool(server.connections))
        await request.shutdown()
        await request.initialize()
        await request.shutdown()
        with pytest.raises(NetworkError, match="under way when the connections were closed"):
            await task


async def test_an_upload_that_is_under_way_at_the_end() -> None:
    behave = reading_late(DEADLINE_SECONDS)
    async with talking(AiohttpRequest, behave, media_write_timeout=None) as (request, server):
        task = asyncio.create_task(fails(request, server, upload()))
        await server.wait_until(lambda server: bool(server.connections))
        await asyncio.sleep(SHORT)
        async with asyncio.timeout(DEADLINE_SECONDS / 2):
            await request.shutdown()
        assert isinstance(await task, NetworkError)


# TLS


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate of the servers here is trusted."""
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", LOAD_CERTIFICATES)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.mark.usefixtures("trusted")
async def test_requests_over_tls(backend: Make) -> None:
    async with Server(tls=True) as server, backend() as request:
        for _ in range(2):
            assert await post(request, server) is True
        await post(request, server, upload())
    assert (len(server.requests), server.connections) == (3, 1)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("politely", [False, True])
async def test_a_tls_connection_that_was_closed_while_idle_is_not_used(backend: Make, politely: bool) -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        await wire.answer()
        if politely:
            wire.writer.close()  # says so first
            await asyncio.sleep(0)

    async with Server(behave, tls=True) as server, backend() as request:
        for number in range(1, 4):
            assert await post(request, server) is True
            await server.wait_until(lambda server: not server.open)
            assert (len(server.requests), server.connections) == (number, number)


async def test_a_certificate_that_is_not_trusted(backend: Make) -> None:
    async with Server(tls=True) as server, backend() as request:
        error = await fails(request, server)
        assert type(error) is NetworkError
        assert "CERTIFICATE_VERIFY_FAILED" in error.message
        assert not server.requests


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("credentials", ["", "me:p%40ss%20%C3%A9@"])
async def test_requests_go_through_a_tunnel(backend: Make, credentials: str) -> None:
    async def tunnel(wire: Wire) -> None:
        await wire.request()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        await wire.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(pipe(wire.reader, writer), pipe(reader, wire.writer))
        finally:
            writer.transport.abort()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while received := await reader.read(65536):
            writer.write(received)
        writer.close()

    async with Server(tls=True) as server, Server(tunnel) as proxy:
        async with backend(proxy=f"http://{credentials}127.0.0.1:{proxy.port}") as request:
            for _ in range(2):
                assert await post(request, server) is True
        assert [(got.method, got.target) for got in proxy.requests] == [("CONNECT", f"127.0.0.1:{server.port}")]
        for got in server.requests:
            assert got.target == PATH
            assert "proxy-authorization" not in got.headers
    assert (len(server.requests), server.connections) == (2, 1)


# Proxies

CREDENTIALS = "Basic " + b64encode("me:p@ss é".encode()).decode()


def way(monkeypatch: pytest.MonkeyPatch, how: str, proxy: Server, credentials: str = "") -> dict[str, Any]:
    """Return the options that lead through the proxy, or set the environment so that it does."""
    url = f"http://{credentials}127.0.0.1:{proxy.port}"
    if how == "given":
        return {"proxy": url}
    monkeypatch.setenv(how, url.removeprefix("http://") if how == "all_proxy" else url)
    return {}


@pytest.mark.parametrize("how", ["given", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("credentials", ["", "me:p%40ss%20%C3%A9@"])
async def test_requests_go_through_a_proxy(
    backend: Make, how: str, credentials: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Server() as proxy:
        async with backend(**way(monkeypatch, how, proxy, credentials)) as request:
            for _ in range(2):
                assert await request.post(f"http://telegram.invalid{PATH}", data(chat_id=1)) is True
        assert proxy.connections == 1
        for got in proxy.requests:
            assert got.target == f"http://telegram.invalid{PATH}"
            assert got.headers["host"] == "telegram.invalid"
            assert got.body == b"chat_id=1"
            assert got.headers.get("proxy-authorization") == (CREDENTIALS if credentials else None)
            assert "authorization" not in got.headers


@pytest.mark.parametrize("how", ["given", "HTTPS_PROXY", "ALL_PROXY"])
async def test_a_proxy_is_asked_for_a_tunnel(backend: Make, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(wire: Wire) -> None:
        await wire.request()
        await wire.answer(b"", "407 Proxy Authentication Required")

    async with Server(refuse) as proxy:
        async with backend(**way(monkeypatch, how, proxy, "me:p%40ss%20%C3%A9@")) as request:
            with pytest.raises(NetworkError, match="407") as caught:
                await request.post(f"https://telegram.invalid{PATH}", data(chat_id=1))
            assert KEY not in "".join(traceback.format_exception(caught.value))
        (got,) = proxy.requests
        assert (got.method, got.target) == ("CONNECT", "telegram.invalid:443")
        assert got.headers["proxy-authorization"] == CREDENTIALS
        assert got.body == b""


@pytest.mark.parametrize("spared", ["127.0.0.1", "*", "example.com, 127.0.0.1:{port}", "localhost"])
async def test_addresses_without_a_proxy(backend: Make, spared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Server() as proxy, Server() as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", spared.format(port=server.port))
        async with backend() as request:
            await post(request, server)
        assert len(proxy.requests) == (spared == "localhost")
        assert len(server.requests) == (spared != "localhost")


async def test_a_proxy_that_is_not_there(backend: Make) -> None:
    async with Server() as proxy:
        pass
    async with Server() as server, backend(proxy=proxy.url) as request:
        error = await fails(request, server)
        assert isinstance(error, NetworkError)
        assert not isinstance(error, TimedOut)
        assert not server.requests


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:1", "ftp://127.0.0.1", "127.0.0.1", "http://", "http://[::1"])
def test_a_proxy_that_cannot_be_used(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"^the proxy: .*http://127\.0\.0\.1:3128"):
        AiohttpRequest(proxy=url)
    if "://" in url:
        monkeypatch.setenv("ALL_PROXY", url)
        with pytest.raises(SettingsError, match=r"^ALL_PROXY: .*http://127\.0\.0\.1:3128"):
            AiohttpRequest()
        AiohttpRequest(trust_env=False)


def test_proxies_of_the_kind_socks_are_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="socks5 proxies are not supported"):
        AiohttpRequest(proxy="socks5://me:secret@127.0.0.1:1")


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "127.0.0.1", "http://"])
async def test_an_address_that_is_none(backend: Make, address: str) -> None:
    async with backend() as request:
        with pytest.raises(NetworkError) as caught:
            await request.post(address + PATH)
    assert not isinstance(caught.value, TimedOut)
    assert KEY not in "".join(traceback.format_exception(caught.value))
