"""The small HTML that Telegram understands: escaping on the way in, plain text on the way out."""

import re
from html import escape
from html.parser import HTMLParser


class Html(str):
    """A text that is HTML already and is put into another one as it stands."""

    __slots__ = ()


def as_html(value: object) -> str:
    """Return `value` for use inside an HTML text: escaped, unless it is `Html`."""
    if isinstance(value, Html):
        return value
    text = str(value)
    return text if text.isalnum() else escape(text, quote=True)


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            href, start = self._links.pop()
            label = "".join(self.parts[start:])
            if href and _bare(href) != _bare(label):
                self.parts.append(f" ({href})")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _bare(url: str) -> str:
    return re.sub(r"^https?://", "", url).rstrip("/")


def plain(html: str) -> str:
    """Return the text without mark-up; a link keeps its address, in brackets where the label does not say it."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def capital(text: Html) -> Html:
    """Return `text` with its first letter upper-case, for names that are lower-case inside a sentence."""
    return Html(text[:1].upper() + text[1:])


def link(url: str, shown: str) -> Html:
    """Return a link to `url` that reads `shown`."""
    return Html(f'<a href="{escape(url, quote=True)}">{escape(shown)}</a>')
