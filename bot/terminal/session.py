"""One person's conversation with the bot in a terminal: lines in, replies out, buttons by label or number."""

from bot.clock import Clock
from bot.dialog.engine import Engine
from bot.dialog.model import Button, Event, Message, Press, Replies, Reply, Who
from bot.terminal.output import flat
from bot.texts.html import Html, as_html

PRESS = "!"
"""What a line begins with that presses a button."""

REMEMBERED = 500
"""How many buttons of earlier replies can still be pressed by their label."""


class NoSuchButtonError(Exception):
    """No button of this conversation has that label."""


class Session:
    """The conversation of `who`; `clock` says when each line is said.

    With `by_number` a line that is the number of a button of the latest replies presses it.
    """

    def __init__(self, engine: Engine, who: Who, clock: Clock, *, by_number: bool = False) -> None:
        self._engine = engine
        self._who = who
        self._clock = clock
        self._by_number = by_number
        self._seen: list[Button] = []
        self.choices: list[Button] = []
        """The buttons of the latest replies that had any; the first one is number 1."""

    async def say(self, line: str) -> Replies:
        """Return the replies to one line; none to a blank one. Raises `NoSuchButtonError`."""
        text = line.strip()
        if not text:
            return []
        button = self._button(text)
        if button is None:
            return await self._handle(Message(text))
        if button.action is not None:
            return await self._handle(Press(button.action))
        return [Reply(Html(as_html(button.url or f"(in Telegram: choose a chat, then @… {button.inline_query})")))]

    def note(self, replies: Replies) -> None:
        """Take note of the buttons that the person sees now."""
        buttons = [button for reply in replies for button in flat(reply.buttons)]
        if buttons:
            self.choices = buttons
            self._seen = [*buttons, *self._seen][:REMEMBERED]

    async def _handle(self, event: Event) -> Replies:
        replies = await self._engine.handle(self._who, event, self._clock())
        self.note(replies)
        return replies

    def _button(self, text: str) -> Button | None:
        """Return the button that the line presses, None when it is a message."""
        if self._by_number and text.isdecimal() and 1 <= int(text) <= len(self.choices):
            return self.choices[int(text) - 1]
        if not text.startswith(PRESS):
            return None
        wanted = text.removeprefix(PRESS).strip()
        for same in (str.__eq__, _alike):
            for button in self._seen:
                if same(button.label, wanted):
                    return button
        raise NoSuchButtonError(f"no button is labelled {wanted!r}")


def _alike(label: str, wanted: str) -> bool:
    """Whether two labels are the same but for case, blanks and signs such as an emoji in front."""
    return _letters(label) == _letters(wanted) != ""


def _letters(label: str) -> str:
    return "".join(sign for sign in label.casefold() if sign.isalnum())
