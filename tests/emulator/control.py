"""The emulator's control surface, for when it is a process of its own: acting as people, watching, ordering faults.

All of it is JSON over HTTP; `chat` is left out for the private chat, or names a group.

* `POST /control/send` `{"user": 7, "text": "甘肃", "language_code": "en", "chat": -5}` → `{"update_id": 1001}`
* `POST /control/press` `{"user": 7, "label": "已核验"}` → `{"press": "1"}`
* `POST /control/inline` `{"user": 7, "query": "甘肃"}` → `{"results": [...]}`
* `POST /control/block`, `/control/unblock` `{"user": 7}`
* `POST /control/fault` `{"method": "sendMessage", "fault": "too_many", "retry_after": 1, "chat": 7, "times": 2}`;
  the faults are `too_many`, `server_error`, `unauthorized`, `other_poller`, `html_502`, `malformed`, `close_before`,
  `close_after`, `hang`
* `GET /control/messages?chat=7&after=3&count=1` → `{"messages": [...]}`: the bot's messages with a number above
  `after`, as soon as there are `count` of them
* `GET /control/calls?after=0&method=sendMessage` → `{"calls": [...]}`
* `GET /control/polled` → `{}` as soon as a bot waits for updates

Try it by hand: `curl -d '{"user": 7, "text": "甘肃"}' 127.0.0.1:8081/control/send`, then
`curl '127.0.0.1:8081/control/messages?chat=7'`.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.emulator.faults import Break, Fault, other_poller, server_error, too_many, unauthorized
from tests.emulator.messages import BotMessage
from tests.emulator.people import Person, Seen
from tests.emulator.server import BotApi

Body = dict[str, Any]


class Control:
    """The handlers, over one server."""

    def __init__(self, api: BotApi) -> None:
        self._api = api

    def routes(self) -> list[web.RouteDef]:
        """Return what is served beside the Bot API."""
        posts = {
            "send": self.send,
            "press": self.press,
            "inline": self.inline,
            "block": self.block,
            "unblock": self.unblock,
            "fault": self.fault,
        }
        gets = {"messages": self.messages, "calls": self.calls, "polled": self.polled}
        return [
            *(web.post(f"/control/{name}", _answering(act)) for name, act in posts.items()),
            *(web.get(f"/control/{name}", _answering(act)) for name, act in gets.items()),
        ]

    async def send(self, body: Body) -> Body:
        """Say something."""
        return {"update_id": await self._person(body).send(body["text"], at=self._place(body))}

    async def press(self, body: Body) -> Body:
        """Press a button."""
        return {"press": await self._person(body).press(body["label"], at=self._place(body))}

    async def inline(self, body: Body) -> Body:
        """Ask in inline mode."""
        return {"results": await self._person(body).inline(body["query"])}

    async def block(self, body: Body) -> Body:
        """Block the bot."""
        await self._person(body).block()
        return {}

    async def unblock(self, body: Body) -> Body:
        """Unblock the bot."""
        await self._person(body).unblock()
        return {}

    async def fault(self, body: Body) -> Body:
        """Order a fault."""
        times = None if body.get("times", 1) is None else int(body.get("times", 1))
        self._api.fault(body["method"], _fault(body), chat_id=body.get("chat"), times=times)
        return {}

    async def messages(self, body: Body) -> Body:
        """List the bot's messages in a chat."""
        chat = self._api.world.chats.find(int(body["chat"]))
        after, count = int(body.get("after", 0)), int(body.get("count", 0))

        def found() -> list[BotMessage] | None:
            messages = [message for message in chat.messages.values() if message.message_id > after]
            return messages if len(messages) >= count else None

        if count:
            await self._api.wait_for(found, f"{count} messages")
        return {"messages": [_shown(message) for message in found() or ()]}

    async def calls(self, body: Body) -> Body:
        """List the calls."""
        after, method = int(body.get("after", 0)), body.get("method", "").lower()
        return {
            "calls": [
                {
                    "number": call.number,
                    "method": call.method,
                    "params": dict(call.params.values),
                    "at": call.at,
                    "code": call.code,
                    "description": call.description,
                }
                for call in self._api.calls[after:]
                if method in {"", call.method.lower()}
            ]
        }

    async def polled(self, body: Body) -> Body:
        """Wait for a poller."""
        await self._api.wait_until_polled()
        return {}

    def _person(self, body: Body) -> Person:
        return self._api.user(int(body["user"]), language_code=body.get("language_code", "zh-hans"))

    def _place(self, body: Body) -> Seen | None:
        chat = body.get("chat")
        return None if chat is None or int(chat) > 0 else self._api.group(int(chat))


def _answering(act: Callable[[Body], Awaitable[Body]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        body: Body = dict(request.query)
        if request.method == "POST":
            body |= json.loads(await request.read() or "{}")
        try:
            return web.json_response(await act(body))
        except (KeyError, ValueError, LookupError, AssertionError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return handle


def _shown(message: BotMessage) -> Body:
    return {
        "message_id": message.message_id,
        "text": message.text,
        "html": message.html,
        "buttons": [[key.label for key in row] for row in message.keys],
        "menu": message.menu,
        "silent": message.silent,
        "document": message.document and message.document.name,
        "edits": message.edits,
        "at": message.at,
    }


def _fault(body: Body) -> Fault:
    name = str(body["fault"])
    answers: dict[str, Callable[[], Fault]] = {
        "too_many": lambda: too_many(int(body.get("retry_after", 1))),
        "server_error": server_error,
        "unauthorized": unauthorized,
        "other_poller": other_poller,
    }
    return answers[name]() if name in answers else Break[name.upper()]
