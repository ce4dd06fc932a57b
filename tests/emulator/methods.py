"""The methods of the Bot API, by name. Each takes the world and the call's parameters and returns the `result`."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from tests.emulator import errors
from tests.emulator.chats import ChatState
from tests.emulator.content import caption_text, message_text
from tests.emulator.errors import bad_request
from tests.emulator.html import Formatted
from tests.emulator.inline import answer_inline_query
from tests.emulator.markup import check_markup
from tests.emulator.messages import BotMessage
from tests.emulator.params import File, Params
from tests.emulator.profile import PROFILE_METHODS
from tests.emulator.world import World

Method = Callable[[World, Params], Awaitable[Any]]

CALLBACK_TEXT = 200
CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


async def get_me(world: World, params: Params) -> dict[str, Any]:
    """The bot itself."""
    return world.me()


async def get_updates(world: World, params: Params) -> list[dict[str, Any]]:
    """Long polling."""
    _allow_updates(world, params)
    return await world.updates.get(
        offset=params.integer("offset"), limit=params.integer("limit", 100), timeout=params.integer("timeout")
    )


async def set_webhook(world: World, params: Params) -> bool:
    """Updates are posted from now on; an empty address ends that."""
    _allow_updates(world, params)
    if not params.text("url"):
        return await delete_webhook(world, params)
    if params.boolean("drop_pending_updates"):
        world.updates.pending.clear()
    secret, connections = params.text("secret_token"), params.integer("max_connections", 40)
    await world.updates.set_webhook(params.text("url"), secret, connections)
    return True


async def delete_webhook(world: World, params: Params) -> bool:
    """Back to polling."""
    if params.boolean("drop_pending_updates"):
        world.updates.pending.clear()
    await world.updates.close()
    return True


async def get_webhook_info(world: World, params: Params) -> dict[str, Any]:
    """Where updates are posted, and how that goes."""
    webhook = world.updates.webhook
    info: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
    if world.updates.allowed:
        info["allowed_updates"] = list(world.updates.allowed)
    if world.updates.last_webhook_error:
        info |= {"last_error_message": world.updates.last_webhook_error, "last_error_date": int(time.time())}
    return info


async def send_message(world: World, params: Params) -> dict[str, Any]:
    """A text into a chat."""
    chat = _writable_chat(world, params)
    return _send(world, chat, params, message_text(params), html=params.text("text"))


async def send_document(world: World, params: Params) -> dict[str, Any]:
    """A file into a chat."""
    return _send_file(world, params, "document")


async def send_photo(world: World, params: Params) -> dict[str, Any]:
    """A picture into a chat; it is kept as a file."""
    return _send_file(world, params, "photo")


async def edit_message_text(world: World, params: Params) -> dict[str, Any] | bool:
    """Another text, and other buttons, in the place of a message."""
    message = _own_message(world, params)
    if message.document is not None:
        raise bad_request("there is no text in the message to edit")
    formatted = message_text(params, too_long=errors.EDIT_TOO_LONG)
    markup = check_markup(params.json("reply_markup", "reply keyboard markup"), inline_only=True)
    if (formatted.text, formatted.entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(errors.NOT_MODIFIED)
    edited = replace(message, text=formatted.text, html=params.text("text"), entities=formatted.entities, markup=markup)
    return _edit(world, edited)


async def edit_message_reply_markup(world: World, params: Params) -> dict[str, Any] | bool:
    """Other buttons under a message."""
    message = _own_message(world, params)
    markup = check_markup(params.json("reply_markup", "reply keyboard markup"), inline_only=True)
    if markup == message.markup:
        raise bad_request(errors.NOT_MODIFIED)
    return _edit(world, replace(message, markup=markup))


async def delete_message(world: World, params: Params) -> bool:
    """Take a message away."""
    chat = _writable_chat(world, params)
    message_id = params.integer("message_id")
    if chat.messages.pop(message_id, None) is None and message_id not in chat.theirs:
        raise bad_request(errors.DELETE_NOT_FOUND)
    chat.theirs.discard(message_id)
    world.changed()
    return True


async def answer_callback_query(world: World, params: Params) -> bool:
    """End the waiting after a press, perhaps with a line of text."""
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or press.too_old or press.answer is not None:
        raise bad_request(errors.QUERY_TOO_OLD)
    if len(params.text("text")) > CALLBACK_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = dict(params.values)
    world.changed()
    return True


async def send_chat_action(world: World, params: Params) -> bool:
    """'Is typing'."""
    chat = _writable_chat(world, params)
    action = params.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.actions.append((chat.id, action))
    world.changed()
    return True


async def get_chat(world: World, params: Params) -> dict[str, Any]:
    """What is known about a chat."""
    return _chat(world, params).to_json() | {"accent_color_id": 0, "max_reaction_count": 11}


async def get_chat_member(world: World, params: Params) -> dict[str, Any]:
    """Whether somebody is in a chat, and as what."""
    chat, user_id = _chat(world, params), params.integer("user_id")
    person = world.chats.by_id.get(user_id)
    if person is None or person.kind != "private":
        raise bad_request("user not found")
    user = {"id": user_id, "is_bot": False, "first_name": person.profile.get("first_name", "")}
    chat.check_writable()
    return chat.ranks.get(user_id, {"status": "member" if user_id in chat.members else "left"}) | {"user": user}


async def get_file(world: World, params: Params) -> dict[str, Any]:
    """Where a file can be fetched."""
    file_id = params.text("file_id")
    file = world.files.get(file_id)
    if file is None:
        raise bad_request(errors.WRONG_FILE_ID)
    return {
        "file_id": file_id,
        "file_unique_id": file_id,
        "file_size": len(file.content),
        "file_path": f"documents/{file_id}",
    }


def _allow_updates(world: World, params: Params) -> None:
    allowed = params.json("allowed_updates", "allowed updates")
    if allowed is not None:
        world.updates.allowed = tuple(allowed)


def _chat(world: World, params: Params) -> ChatState:
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    return world.chats.find(params.integer("chat_id"))


def _writable_chat(world: World, params: Params) -> ChatState:
    chat = _chat(world, params)
    chat.check_writable()
    return chat


def _send(
    world: World, chat: ChatState, params: Params, formatted: Formatted, *, html: str, document: File | None = None
) -> dict[str, Any]:
    markup = check_markup(params.json("reply_markup", "reply keyboard markup"))
    reply_to = _replied_to(chat, params)
    message = BotMessage(
        chat.id,
        world.chats.next_message_id(),
        formatted.text,
        html,
        formatted.entities,
        markup,
        silent=params.boolean("disable_notification"),
        document=document,
        reply_to=reply_to,
    )
    chat.show(message)
    world.changed()
    return message.to_json(chat.to_json(), world.bot, int(time.time()))


def _replied_to(chat: ChatState, params: Params) -> int | None:
    reply = params.json("reply_parameters", "reply parameters") or {}
    message_id = reply.get("message_id")
    if message_id is None or message_id in chat.theirs or message_id in chat.messages:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request(errors.REPLY_NOT_FOUND)


def _send_file(world: World, params: Params, kind: str) -> dict[str, Any]:
    chat = _writable_chat(world, params)
    file = params.files.get(kind) or world.files.get(params.text(kind))
    if file is None:
        raise bad_request(f"there is no {kind} in the request")
    if not file.content:
        raise bad_request("file must be non-empty")
    sent = _send(world, chat, params, caption_text(params), html=params.text("caption"), document=file)
    world.files[sent["document"]["file_id"]] = file
    return sent


def _own_message(world: World, params: Params) -> BotMessage:
    """Return the message to edit, in a chat or sent through inline mode."""
    inline_id = params.text("inline_message_id")
    if inline_id:
        found = world.chats.inline.get(inline_id)
        if found is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return found
    chat, message_id = _writable_chat(world, params), params.integer("message_id")
    if message_id in chat.theirs:
        raise bad_request(errors.CANNOT_EDIT)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(errors.EDIT_NOT_FOUND)
    if message.markup is not None and not message.keys:
        raise bad_request(errors.CANNOT_EDIT)
    return message


def _edit(world: World, message: BotMessage) -> dict[str, Any] | bool:
    edited = replace(message, edits=message.edits + 1)
    if edited.inline_id is not None:
        world.chats.inline[edited.inline_id] = edited
        world.changed()
        return True
    chat = world.chats.find(edited.chat_id)
    chat.replace(edited)
    world.changed()
    return edited.to_json(chat.to_json(), world.bot, int(time.time()))


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "answerinlinequery": answer_inline_query,
    "sendchataction": send_chat_action,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getfile": get_file,
    **PROFILE_METHODS,
}
"""By name in lower case, for the server does not mind the case."""
