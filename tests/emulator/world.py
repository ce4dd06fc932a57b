"""Everything that one bot's server knows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.chats import Chats
from tests.emulator.params import File
from tests.emulator.updates import Updates


@dataclass(slots=True)
class CallbackQuery:
    """A press that the bot has to answer. `answer` holds its parameters once it did."""

    id: str
    chat_id: int | None
    user_id: int
    too_old: bool = False
    answer: dict[str, Any] | None = None


@dataclass(slots=True)
class InlineQuery:
    """An inline query that the bot has to answer. `answer` holds its parameters once it did."""

    id: str
    user_id: int
    answer: dict[str, Any] | None = None


@dataclass(slots=True)
class World:
    """The state. `changed` is called after whatever may interest somebody who waits."""

    bot: dict[str, Any]
    changed: Callable[[], None]
    updates: Updates
    chats: Chats = field(default_factory=Chats)
    presses: dict[str, CallbackQuery] = field(default_factory=dict)
    inline_queries: dict[str, InlineQuery] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    """Commands by scope (`default`, `all_private_chats`, …, with the chat's id where there is one) and language."""
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    """What the profile says, by kind (`name`, `description`, `short_description`) and language."""
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)
    actions: list[tuple[int, str]] = field(default_factory=list)
    """Chat actions ("is typing"), with the chat."""

    def me(self) -> dict[str, Any]:
        """Return the bot as `getMe` does."""
        return self.bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
        }
