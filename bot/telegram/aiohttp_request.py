"""The library's requests over aiohttp.

The library's own backend, on httpx, looks through all of its connections at every request; with hundreds of answers
under way that takes ten times the processor that everything else takes together. This one does what that one does:

* time-outs for each request and by default; uploads have a longer one for writing. Writing and reading are limited
  piece by piece, connecting as a whole: name, socket, TLS, and a proxy's tunnel;
* a pool of connections, and `TimedOut` where none gets free in time;
* `TimedOut` for every time-out, `NetworkError` for every other fault of the connection, the status and the body for
  every answer, redirects among them;
* the same certificates are trusted: certifi's, or those of `SSL_CERT_FILE` or `SSL_CERT_DIR`;
* proxies, given or from the environment as it is when the backend is made: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`,
  with the exceptions of `NO_PROXY` as `urllib` reads them. Proxies of the kind SOCKS are refused.

It differs in this: it has to be initialised before the first request; it speaks HTTP/1.1 only; and since the URL of a
request holds the token, its errors tell the kind of fault and what the system says of it, and have no cause chained.

No request is ever sent a second time.
"""

import asyncio
import io
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any, cast
from urllib.request import getproxies, proxy_bypass

import httpx
import msgspec
from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientHandlerType,
    ClientOSError,
    ClientRequest,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
    encode_basic_auth,
)
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter
from aiohttp.payload import Payload
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.errors import SettingsError

KEEP_ALIVE_SECONDS = 5.0
"""How long an idle connection is kept; less than servers keep theirs, for a request on one that just closes fails."""

PIECE_BYTES = 64 * 1024
"""How much of a file is read and written at a time."""

AT_ONCE_SECONDS = 0.001
"""What a time-out of zero becomes: aiohttp takes zero for no time-out."""

POOL_TIMEOUT = (
    "Pool timeout: All connections in the connection pool are occupied. Request was *not* sent to Telegram. "
    "Consider adjusting the connection pool size or the pool timeout."
)

_QUOTES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})

Piece = bytes | IO[bytes]
JSONDict = dict[str, Any]


class AiohttpRequest(BaseRequest):
    """A backend of the library, as the module describes it.

    Time-outs are seconds, None for no limit. `proxy` is a URL, with or without credentials; without it the environment
    decides, unless `trust_env` is false. Raises `SettingsError` for a proxy that cannot be used.
    """

    def __init__(
        self,
        connection_pool_size: int = 256,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
        proxy: str | None = None,
        trust_env: bool = True,
    ) -> None:
        self._size = connection_pool_size
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._proxies = _Proxies(proxy, trust_env=trust_env)
        self._trust_env = trust_env
        self._session: ClientSession | None = None
        self._places = asyncio.Semaphore(connection_pool_size)
        self._under_way: set[asyncio.Timeout] = set()

    @property
    def read_timeout(self) -> float | None:
        """The default time-out for reading."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Make ready for requests, on the running event loop; may be called twice, and again after `shutdown`."""
        if self._session is not None:
            return
        self._places = asyncio.Semaphore(self._size)
        # Places limit the connections. The connector's own limit counts the wait for one as a part of connecting.
        connector = TCPConnector(
            limit=0,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            ssl=httpx.create_ssl_context(trust_env=self._trust_env),
        )
        self._session = ClientSession(
            connector=connector, cookie_jar=DummyCookieJar(), headers={"User-Agent": self.USER_AGENT}
        )

    async def shutdown(self) -> None:
        """Close all connections; requests under way fail. May be called twice."""
        session, self._session = self._session, None
        if session is None:
            return
        # A connection that is closed sends what it still holds, for which a server may let it wait for ever.
        for scope in self._under_way:
            scope.reschedule(0.0)
        self._under_way.clear()
        await session.close()

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """See `BaseRequest.parse_json_payload`; which is left to complain of what is not JSON."""
        try:
            return cast("JSONDict", msgspec.json.decode(payload))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return BaseRequest.parse_json_payload(payload)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the body of the answer; raises `TimedOut` and `NetworkError`.

        A time-out is in seconds, None for no limit, `DEFAULT_NONE` for the default.
        """
        session, places = self._session, self._places
        if session is None:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        has_files = request_data is not None and request_data.contains_files
        writing = self._media_write_timeout if has_files else self._write_timeout
        body = _body(request_data, _seconds(write_timeout, writing)) if request_data else None
        limits = _limits(_seconds(connect_timeout, self._connect_timeout), _seconds(read_timeout, self._read_timeout))
        await _take(places, _seconds(pool_timeout, self._pool_timeout))
        scope = asyncio.timeout(None)
        try:
            if not self._under_way:
                await _hear_of_closed()
            async with scope:
                self._under_way.add(scope)
                response = await self._send(session, method, URL(url), body, limits)
                return response.status, await response.read()
        except TimeoutError:
            if scope.expired():
                raise NetworkError("the request was under way when the connections were closed") from None
            raise TimedOut from None
        except ClientError as error:
            raise NetworkError(_told(error)) from None
        finally:
            self._under_way.discard(scope)
            places.release()

    async def _send(
        self, session: ClientSession, method: str, url: URL, body: "_Body | None", limits: ClientTimeout
    ) -> ClientResponse:
        proxy = self._proxies.of(url)
        headers = proxy.headers if proxy is not None else None
        return await session.request(
            method,
            url,
            data=body,
            timeout=limits,
            allow_redirects=False,
            skip_auto_headers=None if body is not None else ("Content-Type",),
            # Other requests than POST are repeated by aiohttp if a connection breaks.
            middlewares=() if method == "POST" else (_once,),
            proxy=proxy.url if proxy is not None else None,
            # A tunnel's headers are the proxy's, those of a request that it forwards go with that.
            proxy_headers=headers if url.scheme == "https" else None,
            headers=headers if url.scheme == "http" else None,
        )


def _seconds(given: object, default: float | None) -> float | None:
    """Return the time-out for a request."""
    seconds = default if given is BaseRequest.DEFAULT_NONE else cast("float | None", given)
    return None if seconds is None else max(seconds, AT_ONCE_SECONDS)


@lru_cache(maxsize=64)
def _limits(connect: float | None, read: float | None) -> ClientTimeout:
    return ClientTimeout(total=None, connect=connect, sock_read=read)


async def _take(places: asyncio.Semaphore, seconds: float | None) -> None:
    """Take a place of the pool; raises `TimedOut`."""
    if not places.locked():
        await places.acquire()
        return
    try:
        async with asyncio.timeout(seconds):
            await places.acquire()
    except TimeoutError:
        raise TimedOut(POOL_TIMEOUT) from None


async def _hear_of_closed() -> None:
    """Let the event loop hear of idle connections that the server has closed, so that none of them is used.

    Where other requests are under way it hears of them anyway; what woke up a quiet bot may have kept it busy since.
    """
    for _ in range(2):  # one turn to ask the system, one to read what it reported
        await asyncio.sleep(0)


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Middleware that keeps aiohttp from repeating a request, by an error for which it does not."""
    try:
        return await handler(request)
    except (ClientOSError, ServerDisconnectedError) as error:
        raise _BrokenError(_told(error)) from None


class _BrokenError(ClientError):
    """A connection broke, as the message says."""


def _told(error: ClientError) -> str:
    """Return what an error says without what may hold the request's URL, and with that the token."""
    kind = f"aiohttp.{type(error).__name__}"
    match error:
        case _BrokenError():
            return str(error)
        case ClientConnectorCertificateError():
            return f"{kind}: {error.host}:{error.port}: {error.certificate_error}"
        case ClientConnectorError():
            return f"{kind}: {error.host}:{error.port}: {error.os_error}"
        case ClientResponseError():
            return f"{kind}: status {error.status}"
        case OSError(errno=int(number)):
            return f"{kind}: {os.strerror(number)}"
        case _:
            return kind


class _Body(Payload):
    """The body of a request; writing each piece may take so many seconds.

    A file is sent from its beginning, and is left open. Where its size cannot be known, that of the body is None.
    """

    def __init__(self, pieces: Sequence[Piece], content_type: str, seconds: float | None) -> None:
        super().__init__(pieces, content_type=content_type)
        self._pieces = pieces
        self._seconds = seconds
        sizes = [_size(piece) for piece in pieces]
        self._size = None if None in sizes else sum(cast("list[int]", sizes))

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return what is in memory as text; nothing but aiohttp's own middlewares asks for it."""
        return b"".join(piece for piece in self._pieces if isinstance(piece, bytes)).decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write it all; raises `TimeoutError`. A connection on which that fails, or is cancelled, is broken off."""
        stream = cast("StreamWriter", writer)
        transport = stream.transport
        try:
            for piece in self._pieces:
                if isinstance(piece, bytes):
                    whole = memoryview(piece)
                    for begin in range(0, len(whole), PIECE_BYTES):
                        await self._put(stream, whole[begin : begin + PIECE_BYTES])
                else:
                    while read := await asyncio.to_thread(piece.read, PIECE_BYTES):
                        await self._put(stream, read)
        except BaseException:
            # Closed alone, it would wait until the server has taken what it still holds.
            if transport is not None:
                transport.abort()
            raise

    async def _put(self, stream: StreamWriter, piece: bytes | memoryview) -> None:
        await stream.write(piece, drain=False)
        transport = stream.transport
        if transport is None or not transport.get_write_buffer_size():
            return  # the system has taken all of it, as it does with a message
        async with asyncio.timeout(self._seconds):
            await stream.drain()  # for the last piece, aiohttp would wait without limit


def _size(piece: Piece) -> int | None:
    """Return how many bytes it has, None if it has to be read to know; a file is put at its beginning."""
    if isinstance(piece, bytes):
        return len(piece)
    try:
        size = piece.seek(0, io.SEEK_END)
        piece.seek(0)
    except (AttributeError, OSError):
        return None
    return size


def _body(data: RequestData, seconds: float | None) -> _Body | None:
    """Return the parameters and files as a form, None if there are none."""
    if not data.contains_files:
        form = data.url_encoded_parameters().encode()
        return _Body([form], "application/x-www-form-urlencoded", seconds) if form else None
    boundary = secrets.token_hex(16)
    pieces: list[Piece] = []
    for name, value in data.json_parameters.items():
        pieces += _part(boundary, f'name="{_quoted(name)}"', value.encode())
    for name, (filename, content, mime_type) in data.multipart_data.items():
        place = f'name="{_quoted(name)}"; filename="{_quoted(filename)}"\r\nContent-Type: {mime_type}'
        pieces += _part(boundary, place, content)
    pieces.append(f"--{boundary}--\r\n".encode())
    return _Body(pieces, f"multipart/form-data; boundary={boundary}", seconds)


def _part(boundary: str, place: str, content: Piece) -> tuple[Piece, ...]:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {place}\r\n\r\n"
    return head.encode(), content, b"\r\n"


def _quoted(name: str) -> str:
    """Return a name as it stands between quotes in a form, as browsers write it."""
    return name.translate(_QUOTES)


@dataclass(frozen=True, slots=True)
class _Proxy:
    """A proxy's address, and the headers for it."""

    url: URL
    headers: dict[str, str] | None

    @classmethod
    def read(cls, text: str, where: str) -> "_Proxy":
        """Read a URL; `where` it was given is told in the `SettingsError` for one that cannot be used."""
        try:
            url = URL(text)
        except ValueError:
            raise SettingsError(f"{where}: not a URL, such as http://127.0.0.1:3128") from None
        if url.scheme not in {"http", "https"} or not url.host:
            raise SettingsError(
                f"{where}: {url.scheme or 'this kind of'} proxies are not supported, only those of HTTP, "
                "such as http://127.0.0.1:3128"
            )
        if url.user is None and url.password is None:
            return cls(url, None)
        return cls(
            url.with_user(None), {"Proxy-Authorization": encode_basic_auth(url.user or "", url.password or "", "utf-8")}
        )


class _Proxies:
    """Which proxy a request goes through."""

    def __init__(self, given: str | None, *, trust_env: bool) -> None:
        self._given = None if given is None else _Proxy.read(given, "the proxy")
        self._by_scheme: dict[str, _Proxy] = {}
        self._known: dict[tuple[str, str | None, int | None], _Proxy | None] = {}
        if given is None and trust_env:
            for scheme, text in getproxies().items():
                if scheme in {"http", "https", "all"} and text:
                    address = text if "://" in text else f"http://{text}"
                    self._by_scheme[scheme] = _Proxy.read(address, f"{scheme.upper()}_PROXY")

    def of(self, url: URL) -> _Proxy | None:
        """Return the proxy for a request, None for none."""
        if not self._by_scheme:
            return self._given
        place = (url.scheme, url.host, url.port)
        if place not in self._known:
            proxy = self._by_scheme.get(url.scheme) or self._by_scheme.get("all")
            host = url.host or ""
            spared = proxy_bypass(host) or proxy_bypass(f"{host}:{url.port}")
            self._known[place] = None if spared else proxy
        return self._known[place]
