"""What passes between a front end and the dialog."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

ACTION_BYTES = 64
"""What a button may carry (Bot API, `InlineKeyboardButton.callback_data`)."""


class Who(Struct, frozen=True):
    """Who speaks, where. In a private chat `user_id` equals `chat_id`. `language_code` is the client's (IETF tag)."""

    chat_id: int
    user_id: int
    language_code: str | None = None
    private: bool = True


class Message(Struct, frozen=True):
    """A text, perhaps a command (`/track …`). `edited`: it replaces an earlier one."""

    text: str
    edited: bool = False


class Press(Struct, frozen=True):
    """A button was pressed: what it carries."""

    action: str


class OtherKind(Struct, frozen=True):
    """A message that is not text; `kind` as the Bot API names it (`photo`, `voice`, `sticker`, …)."""

    kind: str


Event = Message | Press | OtherKind


class Button(Struct, frozen=True):
    """A button under a reply: exactly one of `action`, `url` and `inline_query` is set.

    `inline_query` opens the choice of a chat with the bot's inline mode filled in.
    """

    label: str
    action: str | None = None
    url: str | None = None
    inline_query: str | None = None


Rows = tuple[tuple[Button, ...], ...]


class Document(Struct, frozen=True):
    """A file that goes with a reply."""

    name: str
    content: bytes
    media_type: str


class Reply(Struct, frozen=True):
    """One message to the person. `text` is the HTML that Telegram knows (b, i, u, s, a, code, pre, blockquote).

    `replaces`: after a press it takes the place of the message whose button was pressed; after a message it is sent as
    any other. `menu`: rows of texts for the
    keyboard that stays below the chat. `notice`: only a short line that goes away by itself (`text` plain).
    `silent`: a reminder that comes at a time at which the person wants to hear nothing.
    """

    text: str
    buttons: Rows = ()
    replaces: bool = False
    notice: bool = False
    menu: tuple[tuple[str, ...], ...] = ()
    document: Document | None = None
    silent: bool = False


Replies = list[Reply]


class Card(Struct, frozen=True):
    """Something to hand out in any chat (inline mode): a title and a line for the list, the text that is sent."""

    id: str
    title: str
    description: str
    text: str
    buttons: Rows = ()


class Answer(Struct, frozen=True):
    """The answer to one ask, before it is put together with others: HTML, and buttons for the likely next step.

    `missing` names the slot that has to be known first: the text is then the question for it.
    `factual`: a statement of the rulebook, so that the reply names its source.
    """

    text: str
    buttons: Sequence[Button] = ()
    missing: Literal["province", "filing_type", "change"] | None = None
    factual: bool = True
