"""What the bot has sent, as a person sees it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.params import File


@dataclass(frozen=True, slots=True)
class Key:
    """A button under a message."""

    label: str
    data: str | None = None
    url: str | None = None
    switch_inline: str | None = None


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message of the bot at one moment; an edit makes another one with the same id.

    `text` is what is read, `html` what the bot wrote. `inline_id` is set for a message that a person sent through
    inline mode. `at` is the monotonic time of its arrival.
    """

    chat_id: int
    message_id: int
    text: str
    html: str = ""
    entities: tuple[dict[str, Any], ...] = ()
    markup: dict[str, Any] | None = None
    silent: bool = False
    document: File | None = None
    inline_id: str | None = None
    reply_to: int | None = None
    edits: int = 0
    at: float = field(default_factory=time.monotonic)

    @property
    def keys(self) -> tuple[tuple[Key, ...], ...]:
        """The rows of buttons under it."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return tuple(tuple(_key(button) for button in row) for row in rows)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the buttons say, row after row."""
        return tuple(key.label for key in self.all_keys())

    @property
    def menu(self) -> tuple[tuple[str, ...], ...]:
        """The rows of the keyboard that it brings."""
        rows = (self.markup or {}).get("keyboard", [])
        return tuple(tuple(key if isinstance(key, str) else key["text"] for key in row) for row in rows)

    def all_keys(self) -> Iterator[Key]:
        """Return the buttons one by one."""
        return (key for row in self.keys for key in row)

    def key(self, label: str) -> Key | None:
        """Return the button that says `label`."""
        return next((key for key in self.all_keys() if key.label == label), None)

    def to_json(self, chat: dict[str, Any], bot: dict[str, Any], date: int) -> dict[str, Any]:
        """Return it as the API gives it."""
        message: dict[str, Any] = {"message_id": self.message_id, "from": bot, "chat": chat, "date": date}
        content, entities = ("text", "entities") if self.document is None else ("caption", "caption_entities")
        if self.text:
            message[content] = self.text
        if self.entities:
            message[entities] = list(self.entities)
        if self.document is not None:
            message["document"] = document_json(self.document, f"sent-{self.message_id}")
        if self.keys:
            message["reply_markup"] = self.markup
        if self.edits:
            message["edit_date"] = date
        return message


def document_json(file: File, file_id: str) -> dict[str, Any]:
    """Return a file as a message shows it."""
    return {
        "file_id": file_id,
        "file_unique_id": file_id,
        "file_name": file.name,
        "mime_type": file.media_type,
        "file_size": len(file.content),
    }


def _key(button: dict[str, Any]) -> Key:
    switch = button.get("switch_inline_query", button.get("switch_inline_query_current_chat"))
    return Key(button["text"], button.get("callback_data"), button.get("url"), switch)
