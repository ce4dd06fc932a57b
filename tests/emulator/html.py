"""Telegram's HTML, read as strictly as the server reads it: the same tags, few entities, the same complaints."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.emulator.errors import ApiError, bad_request

_ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![A-Za-z]));?")
_START = re.compile(r"<([^\s>]*)")
_END = re.compile(r"</([^\s>]*)\s*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)))?""")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text without mark-up, and its entities as the API lists them (offsets in UTF-16 units)."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    begin: int


@dataclass(slots=True)
class _Reader:
    source: str
    out: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> Formatted:
        position = 0
        while position < len(self.source):
            if self.source[position] != "<":
                position = self._text(position)
            elif self.source.startswith("</", position):
                position = self._end(position)
            else:
                position = self._start(position)
        if self.stack:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        ordered = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted("".join(self.out), tuple(ordered))

    def _text(self, position: int) -> int:
        stop = self.source.find("<", position)
        stop = len(self.source) if stop < 0 else stop
        piece = _dereference(self.source[position:stop])
        self.out.append(piece)
        self.length += utf16_length(piece)
        return stop

    def _start(self, position: int) -> int:
        at = self._byte_offset(position)
        match = _START.match(self.source, position)
        if match is None or match.end() == len(self.source):
            raise _unparsable(f"Unclosed start tag at byte offset {at}")
        tag = match[1].lower()
        if tag not in _ENTITY_OF_TAG:
            raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {at}')
        attributes, end = self._attributes(tag, match.end(), at)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        self.stack.append(_Open(tag, attributes, self.length, len(self.out)))
        return end

    def _attributes(self, tag: str, position: int, at: int) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while True:
            while position < len(self.source) and self.source[position].isspace():
                position += 1
            if position == len(self.source):
                raise _unparsable(f"Unclosed start tag at byte offset {at}")
            if self.source[position] == ">":
                return attributes, position + 1
            match = _ATTRIBUTE.match(self.source, position)
            if match is None:
                raise _unparsable(f'Empty attribute name in the tag "{tag}" at byte offset {at}')
            value = next((group for group in match.groups()[1:] if group is not None), None)
            if value is None and match[1] != "expandable":
                raise _unparsable(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {at}'
                )
            attributes[match[1].lower()] = _dereference(value or "")
            position = match.end()

    def _end(self, position: int) -> int:
        at = self._byte_offset(position)
        if not self.stack:
            raise _unparsable(f"Unexpected end tag at byte offset {at}")
        match = _END.match(self.source, position)
        if match is None or match.end() == len(self.source) or self.source[match.end()] != ">":
            raise _unparsable(f"Unclosed end tag at byte offset {at}")
        opened = self.stack.pop()
        found = match[1].lower()
        if found and found != opened.tag:
            raise _unparsable(f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{found}>"')
        self._close(opened)
        return match.end() + 1

    def _close(self, opened: _Open) -> None:
        length = self.length - opened.offset
        if not length:
            return
        kind = _ENTITY_OF_TAG[opened.tag]
        entity: dict[str, Any] = {"type": kind, "offset": opened.offset, "length": length}
        if kind == "text_link":
            href = opened.attributes.get("href") or "".join(self.out[opened.begin :])
            if not _is_link(href):
                return
            entity["url"] = href
        if kind == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        if kind == "custom_emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        self.entities.append(entity)

    def _byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode())


def parse_html(source: str) -> Formatted:
    """Return text and entities; refuse what the server refuses."""
    return _Reader(source).read()


def trimmed(formatted: Formatted) -> Formatted:
    """Return the text without white space around it, as it is stored."""
    start = len(formatted.text) - len(formatted.text.lstrip())
    text = formatted.text.strip()
    shift, size = utf16_length(formatted.text[:start]), utf16_length(text)
    entities = []
    for entity in formatted.entities:
        begin = max(0, entity["offset"] - shift)
        end = min(size, entity["offset"] + entity["length"] - shift)
        if end > begin:
            entities.append(entity | {"offset": begin, "length": end - begin})
    return Formatted(text, tuple(entities))


def utf16_length(text: str) -> int:
    """Return the length as the API counts it: characters beyond the basic plane count twice."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def _dereference(text: str) -> str:
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return match[0] if code == 0 or code >= 0x10FFFF else chr(code)


def _is_link(href: str) -> bool:
    if href.startswith("tg://"):
        return True
    parts = urlsplit(href if "://" in href else f"http://{href}")
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _unparsable(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
