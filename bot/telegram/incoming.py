"""What comes in, as little of it taken apart as is needed.

Nearly every update is a text that somebody writes to the bot alone. The library makes more than a hundred attributes of
it, of which three are wanted, and takes as much of the processor as sending the answer does; so it is read here. All
other updates become the library's objects.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Chat, Update

from bot.dialog.model import Who

_OF_TEXT = {"message_id", "date", "chat", "from", "text", "entities", "link_preview_options"}
"""What a message may hold that is a text and nothing more: no answer to another, not forwarded, of no topic."""


@dataclass(frozen=True, slots=True)
class Text:
    """The update that somebody has written a text, no command, in their private chat."""

    update_id: int
    who: Who
    text: str


def read_update(update: Mapping[str, Any], bot: Bot) -> Text | Update:
    """Return an update of the Bot API; the library's where it is more than a text."""
    return _text(update) or Update.de_json(dict(update), bot)


def _text(update: Mapping[str, Any]) -> Text | None:
    message = update.get("message")
    if message is None or not message.keys() <= _OF_TEXT:
        return None
    chat, user, text = message["chat"], message.get("from"), message.get("text", "")
    if chat["type"] != Chat.PRIVATE or user is None or not text.strip() or text.startswith("/"):
        return None
    return Text(update["update_id"], Who(chat["id"], user["id"], user.get("language_code")), text)
