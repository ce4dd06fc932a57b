"""A Bot API server of this project's own, for tests, benchmarks and trying the bot without Telegram.

It listens on 127.0.0.1, keeps chats in memory, hands out updates by long polling or webhook, and refuses what the real
server refuses, with its words. Inside a test it runs in the test's own event loop:

    async with BotApi() as api:
        ...  # a bot with token api.token against api.base_url (and api.base_file_url)
        user = api.user(7, language_code="zh-hans")
        await user.send("甘肃")
        reply = await user.reply()  # the next new message; .text .html .labels .keys .menu .silent .document
        press = await user.press("已核验")  # on the last message with that button, or the menu
        line = await user.notice(press)  # the answer to the press
        changed = await user.edit()  # the next edit of a message

Also: `user.start(payload)`, `user.edits(text)`, `user.send_other(kind)`, `user.send_document(name, content)`,
`user.inline(query)` and `user.choose(result)`, `user.block()`, `user.unblock()`, `user.deactivate()`;
`group = api.group(-5)` with `user.send(text, at=group)`, `group.reply()`, `group.migrate(new_id)`, and for what
`getChatMember` says `group.join(user)`, `group.rank(user, "administrator")`, `group.leave(user)`.

Waiting is for events, never for time: `api.wait_for(predicate)`, `api.wait_for_calls(method, count)`,
`api.wait_until_polled()`; after `api.deadline` seconds it fails, telling the last calls. `api.calls` holds every call
in the order of arrival with its monotonic time, parameters and answer.

Faults are ordered for the next calls of a method, perhaps of one chat only:

    api.fault("sendMessage", too_many(retry_after=1), times=2)
    order = api.fault("sendMessage", Break.HANG, chat_id=7)  # ... order.release()
    api.fault("sendMessage", server_error(), times=None, share=0.05)

There are `too_many`, `server_error`, `unauthorized`, `other_poller`, any `ApiError(code, description)`, and
`Break.HTML_502`, `.MALFORMED`, `.CLOSE_BEFORE`, `.CLOSE_AFTER`, `.HANG`. `await api.stop()` is an outage,
`await api.start()` its end, on the same port.

As its own process: `python -m tests.emulator --port 8081 --token 1:aaa`; see `tests.emulator.control` for what can be
asked of it over HTTP. Then `BOT_API_URL=http://127.0.0.1:8081/bot BOT_TOKEN=1:aaa beian-bot run`.
"""

from tests.emulator.errors import ApiError, bad_request, forbidden
from tests.emulator.faults import Break, Order, other_poller, server_error, too_many, unauthorized
from tests.emulator.messages import BotMessage, Key
from tests.emulator.params import File, Params
from tests.emulator.people import Group, Person
from tests.emulator.server import TOKEN, USERNAME, BotApi, Call

__all__ = [
    "TOKEN",
    "USERNAME",
    "ApiError",
    "BotApi",
    "BotMessage",
    "Break",
    "Call",
    "File",
    "Group",
    "Key",
    "Order",
    "Params",
    "Person",
    "bad_request",
    "forbidden",
    "other_poller",
    "server_error",
    "too_many",
    "unauthorized",
]
