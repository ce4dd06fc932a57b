"""Chats as the server knows them: who is in, what was said, whether the bot may write."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.emulator import errors
from tests.emulator.errors import bad_request, forbidden
from tests.emulator.messages import BotMessage


@dataclass(slots=True, eq=False)
class ChatState:
    """One chat. `kind` is `private`, `group`, `supergroup` or `channel`.

    `fresh` holds messages of the bot that nobody has looked at, `changed` edits likewise.
    """

    id: int
    kind: str
    profile: dict[str, Any] = field(default_factory=dict)
    messages: dict[int, BotMessage] = field(default_factory=dict)
    theirs: set[int] = field(default_factory=set)
    fresh: deque[BotMessage] = field(default_factory=deque)
    changed: deque[BotMessage] = field(default_factory=deque)
    menu: tuple[tuple[str, ...], ...] = ()
    started: bool = True
    blocked: bool = False
    deactivated: bool = False
    kicked: bool = False
    moved_to: int | None = None
    members: set[int] = field(default_factory=set)
    ranks: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What the server says of those who are more, or less, than plain members."""

    def to_json(self) -> dict[str, Any]:
        """Return the chat as messages name it."""
        return {"id": self.id, "type": self.kind} | self.profile

    def check_writable(self) -> None:
        """Refuse as the server does where the bot may not write."""
        if self.moved_to is not None:
            raise bad_request(errors.UPGRADED, {"migrate_to_chat_id": self.moved_to})
        if self.deactivated:
            raise forbidden(errors.DEACTIVATED)
        if self.blocked:
            raise forbidden(errors.BLOCKED)
        if self.kicked:
            supergroup = self.kind == "supergroup"
            raise forbidden(errors.KICKED_FROM_SUPERGROUP if supergroup else errors.KICKED_FROM_GROUP)
        if not self.started:
            raise forbidden(errors.NOT_STARTED)

    def show(self, message: BotMessage) -> None:
        """Put a new message of the bot into the chat."""
        self.messages[message.message_id] = message
        self.fresh.append(message)
        markup = message.markup or {}
        if "keyboard" in markup:
            self.menu = message.menu
        elif markup.get("remove_keyboard"):
            self.menu = ()

    def replace(self, message: BotMessage) -> None:
        """Put an edit in the place of the message."""
        self.messages[message.message_id] = message
        self.changed.append(message)

    def latest_with(self, label: str) -> BotMessage | None:
        """Return the last message that has a button saying `label`."""
        return next((message for message in reversed(self.messages.values()) if message.key(label)), None)


@dataclass(slots=True)
class Chats:
    """All chats, and the numbers given to messages."""

    by_id: dict[int, ChatState] = field(default_factory=dict)
    inline: dict[str, BotMessage] = field(default_factory=dict)
    _last_message_id: int = 0

    def find(self, chat_id: int) -> ChatState:
        """Return a chat or refuse with `chat not found`."""
        chat = self.by_id.get(chat_id)
        if chat is None:
            raise bad_request(errors.CHAT_NOT_FOUND)
        return chat

    def open(self, chat_id: int, kind: str, profile: dict[str, Any]) -> ChatState:
        """Return the chat, made if there is none yet."""
        if chat_id not in self.by_id:
            self.by_id[chat_id] = ChatState(chat_id, kind, profile)
        return self.by_id[chat_id]

    def next_message_id(self) -> int:
        """Return a number that no message has."""
        self._last_message_id += 1
        return self._last_message_id
