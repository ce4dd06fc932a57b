"""Replies as Telegram's messages: what of a reply goes into which message. Nothing is sent here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.dialog.model import Button, Document, Reply, Rows
from bot.telegram.split import CAPTION_LENGTH, split_html, visible_length

Markup = Mapping[str, object]
"""Buttons under a message, or a keyboard, as the Bot API takes them in JSON: the library's objects cost far more."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message: a text in HTML, or a file with such a text below it."""

    html: str
    markup: Markup | None = None
    document: Document | None = None


def messages_of(reply: Reply, *, private: bool) -> list[Outgoing]:
    """Return the messages that a reply becomes: several when the text is too long for one.

    Buttons, or the keyboard, come with the last; Telegram allows one of the two, and buttons go first. Groups get no
    keyboard: it would open for everybody.
    """
    return list(_with_markup(list(_contents(reply)), markup_of(reply, private=private)))


def markup_of(reply: Reply, *, private: bool) -> Markup | None:
    """Return the buttons of a reply, else its keyboard."""
    if reply.buttons:
        return inline_keyboard(reply.buttons)
    if reply.menu and private:
        return {"keyboard": reply.menu, "resize_keyboard": True, "is_persistent": True}
    return None


def inline_keyboard(rows: Rows) -> Markup:
    """Return buttons that go under a message."""
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> dict[str, str]:
    given = {"url": button.url, "callback_data": button.action, "switch_inline_query": button.inline_query}
    return {"text": button.label, **{name: value for name, value in given.items() if value is not None}}


def _contents(reply: Reply) -> Iterator[Outgoing]:
    if reply.document is None:
        yield from map(Outgoing, split_html(reply.text))
    elif visible_length(reply.text) <= CAPTION_LENGTH:
        yield Outgoing(reply.text, document=reply.document)
    else:
        yield from map(Outgoing, split_html(reply.text))
        yield Outgoing("", document=reply.document)


def _with_markup(contents: Sequence[Outgoing], markup: Markup | None) -> Iterator[Outgoing]:
    yield from contents[:-1]
    yield from (Outgoing(last.html, markup, last.document) for last in contents[-1:])
