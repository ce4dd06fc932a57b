"""The HTTP side: routing, tokens, ordered faults, the record of calls."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.emulator.errors import ApiError
from tests.emulator.faults import Break, Fault, Order, Orders
from tests.emulator.methods import METHODS
from tests.emulator.params import File, Params, read_params
from tests.emulator.people import Group, Person, private_chat
from tests.emulator.updates import Updates
from tests.emulator.world import World

T = TypeVar("T")

TOKEN = "7000000001:AAEmulator-token-for-tests-only_00000"
USERNAME = "beian_test_bot"
DEADLINE_SECONDS = 10.0
SHUTDOWN_SECONDS = 0.01
"""How long calls under way may go on at `stop`; 0 would mean for ever."""
METHOD_PATHS = ("/bot{token}/{method}", "/{origin}/bot{token}/{method}")
UPLOAD_BYTES = 50 * 1024 * 1024

BAD_GATEWAY_PAGE = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(slots=True)
class Call:
    """One call as it came in. `at` is monotonic; `code` is the HTTP status of the answer, None if there was none.

    `origin` is the process that made it, where that was given the address `base_url_for(origin)`.
    """

    number: int
    method: str
    params: Params
    at: float
    code: int | None = None
    result: Any = None
    description: str = ""
    origin: str = ""

    @property
    def chat_id(self) -> int | None:
        """The chat it was for."""
        return self.params.integer("chat_id") if "chat_id" in self.params else None


@dataclass(eq=False)
class BotApi:
    """A Bot API server for one bot on 127.0.0.1. Use it as `async with BotApi() as api`.

    `deadline` bounds every waiting, in seconds; what does not come until then is an `AssertionError`.
    """

    token: str = TOKEN
    username: str = USERNAME
    port: int = 0
    deadline: float = DEADLINE_SECONDS
    calls: list[Call] = field(default_factory=list)
    orders: Orders = field(default_factory=Orders)

    def __post_init__(self) -> None:
        self._changed = asyncio.Event()
        bot_id = int(self.token.partition(":")[0])
        bot = {"id": bot_id, "is_bot": True, "first_name": "Beian", "username": self.username}
        self.world = World(bot, self._wake, Updates(self._wake))
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """What `BOT_API_URL` is set to; the token is appended to it."""
        return f"http://127.0.0.1:{self.port}/bot"

    def base_url_for(self, origin: str) -> str:
        """Return the same for one process of several; the record then tells its calls from those of the others."""
        return f"http://127.0.0.1:{self.port}/{origin}/bot"

    @property
    def base_file_url(self) -> str:
        """Where files are; the token is appended to it."""
        return f"http://127.0.0.1:{self.port}/file/bot"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, *routes: web.RouteDef) -> None:
        """Listen; a port of 0 becomes a free one. After `stop` it may be started again on the same port."""
        app = web.Application(client_max_size=UPLOAD_BYTES)
        app.add_routes([*routes, *(web.route("*", path, self._handle) for path in METHOD_PATHS)])
        app.add_routes([web.get("/file/bot{token}/documents/{file_id}", self._file)])
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection, as an outage does."""
        await self.world.updates.close()
        for order in self.orders:
            order.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # acting

    def user(self, user_id: int, *, language_code: str | None = "zh-hans", started: bool = True) -> Person:
        """Return a person; the first call makes them. `started`: the bot may write to them."""
        chat = private_chat(self.world, user_id, started=started)
        return Person(self, chat, user_id, language_code)

    def group(self, chat_id: int, *, title: str = "Support", supergroup: bool = False) -> Group:
        """Return a group that the bot is in; the first call makes it."""
        kind = "supergroup" if supergroup else "group"
        return Group(self, self.world.chats.open(chat_id, kind, {"title": title}))

    def fault(
        self, method: str, fault: Fault, *, chat_id: int | None = None, times: int | None = 1, share: float = 1.0
    ) -> Order:
        """Let the next `times` calls of `method` (for `chat_id`) go wrong; with None all until `cancel()`.

        With a `share` only so many of them, from 0 to 1, as `orders.chance` has it.
        """
        return self.orders.add(Order(method, fault, chat_id, times, share))

    # observing

    def calls_of(self, *methods: str) -> list[Call]:
        """Return the calls of these methods, in the order of their arrival."""
        wanted = {method.lower() for method in methods}
        return [call for call in self.calls if call.method.lower() in wanted]

    async def wait_for(self, predicate: Callable[[], T | None], what: str = "") -> T:
        """Return what `predicate` gives as soon as it is true; it is asked again after each change.

        `AssertionError`, with the last calls, when that has not come by the deadline.
        """
        try:
            async with asyncio.timeout(self.deadline):
                while not (found := predicate()):
                    await self._changed.wait()
                return found
        except TimeoutError:
            last = [f"{call.method} {dict(call.params.values)} -> {call.code}" for call in self.calls[-5:]]
            raise AssertionError(f"waited {self.deadline} s for {what or predicate}; last calls: {last}") from None

    async def wait_for_calls(self, method: str, count: int = 1) -> list[Call]:
        """Return the calls of `method` once there are `count`."""

        def enough() -> list[Call] | None:
            calls = self.calls_of(method)
            return calls if len(calls) >= count else None

        return await self.wait_for(enough, f"{count} calls of {method}")

    async def wait_until_polled(self) -> None:
        """Return when the bot waits for updates."""
        await self.wait_for(self.world.updates.is_polled, "a poller")

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # answering

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        at = time.monotonic()
        token, method = request.match_info["token"], request.match_info["method"]
        if token != self.token:
            return _answer(ApiError(401, "Unauthorized") if ":" in token else ApiError(404, "Not Found"))
        try:
            params = await read_params(request)
        except ApiError as error:
            return _answer(error)
        call = Call(len(self.calls) + 1, method, params, at, origin=request.match_info.get("origin", ""))
        self.calls.append(call)
        self._wake()
        order = self.orders.meet(method, call.chat_id)
        try:
            if order is not None:
                return await self._go_wrong(request, call, order)
            return await self._perform(call)
        finally:
            self._wake()

    async def _perform(self, call: Call) -> web.Response:
        try:
            perform = METHODS.get(call.method.lower())
            if perform is None:
                raise ApiError(404, "Not Found")
            call.result = await perform(self.world, call.params)
        except ApiError as error:
            call.code, call.description = error.code, error.description
            return _answer(error)
        call.code = 200
        return _json(200, {"ok": True, "result": call.result})

    async def _go_wrong(self, request: web.Request, call: Call, order: Order) -> web.StreamResponse:
        match order.fault:
            case ApiError() as error:
                call.code, call.description = error.code, error.description
                return _answer(error)
            case Break.HTML_502:
                call.code = 502
                return web.Response(status=502, text=BAD_GATEWAY_PAGE, content_type="text/html")
            case Break.MALFORMED:
                call.code = 200
                return web.Response(text='{"ok":true,"result":{"message_id":', content_type="application/json")
            case Break.CLOSE_AFTER:
                await self._perform(call)
                call.code = None
            case Break.HANG:
                await order.released.wait()
                return await self._perform(call)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _file(self, request: web.Request) -> web.Response:
        file: File | None = self.world.files.get(request.match_info["file_id"])
        if request.match_info["token"] != self.token or file is None:
            return _answer(ApiError(404, "Not Found"))
        return web.Response(body=file.content, content_type=file.media_type.partition(";")[0])


def _answer(error: ApiError) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = dict(error.parameters)
    headers = {"Retry-After": str(error.parameters["retry_after"])} if error.code == 429 and error.parameters else None
    return _json(error.code, body, headers)


def _json(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    encoded = json.dumps(body, separators=(",", ":")).encode()
    return web.Response(status=status, body=encoded, content_type="application/json", headers=headers)
