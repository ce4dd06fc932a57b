"""Telegram's HTML as styled text for a terminal."""

from collections.abc import Mapping
from html.parser import HTMLParser

from bot.dialog.model import Reply

Fragments = list[tuple[str, str]]
"""prompt_toolkit's formatted text: pairs of a style and a text."""

STYLES: Mapping[str, str] = {
    "b": "bold",
    "i": "italic",
    "u": "underline",
    "s": "strike",
    "a": "underline",
    "code": "ansicyan",
    "pre": "ansicyan",
    "blockquote": "ansibrightblack",
}
BUTTON = "ansigreen"
HINT = "ansibrightblack"
"""What the terminal itself says."""


def fragments(html: str) -> Fragments:
    """Return the text with its styles; the address of a link follows it in brackets, unless it is the text itself."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.fragments


def reply_fragments(reply: Reply, first_number: int) -> Fragments:
    """Return a reply with its buttons below, numbered from `first_number`, a row of buttons a line."""
    shown = [*([("", reply.text)] if reply.notice else fragments(reply.text)), ("", "\n")]
    number = first_number
    for row in reply.buttons:
        for button in row:
            shown.append((BUTTON, f"  [{number}] {button.label}"))
            number += 1
        shown.append(("", "\n"))
    return shown


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fragments: Fragments = []
        self._open: list[tuple[str, str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, dict(attrs).get("href") or "", len(self.fragments)))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, href, start = self._open.pop()
            shown = "".join(text for _, text in self.fragments[start:])
            if href and shown.rstrip("/") not in (href.rstrip("/"), href.rstrip("/").partition("://")[2]):
                self.fragments.append(("", f" ({href})"))
            if opened == tag:
                break

    def handle_data(self, data: str) -> None:
        style = " ".join(STYLES[tag] for tag, _, _ in self._open if tag in STYLES)
        self.fragments.append((style, data))
