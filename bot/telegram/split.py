"""Texts that are too long for one message."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

MESSAGE_LENGTH = 4096
"""What a message holds, counted after parsing (Bot API, `sendMessage`)."""

CAPTION_LENGTH = 1024
"""The same for what stands under a file."""

_PIECE = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z-]*)[^>]*>|&(?:#\w+|lt|gt|amp|quot);|.", re.DOTALL)
_BLANKS = (" ", "\u3000")


@dataclass(frozen=True, slots=True)
class _Atom:
    """A tag, a character, or a character reference; `width` as the API counts it."""

    source: str
    width: int
    tag: str = ""
    closing: bool = False


def visible_length(html: str) -> int:
    """Return the length after parsing, in UTF-16 units, which is how the API counts."""
    return sum(atom.width for atom in _atoms(html))


def split_html(html: str, limit: int = MESSAGE_LENGTH) -> list[str]:
    """Return `html` in parts of at most `limit`, cut at line ends where there are any, else at blanks, else anywhere.

    Tags that are open at a cut are closed there and opened again in the next part.
    """
    # Every character and every reference is at most two units wide.
    if 2 * len(html) <= limit:
        return [html]
    atoms = list(_atoms(html))
    parts: list[str] = []
    opened: list[_Atom] = []
    begin = 0
    while begin < len(atoms):
        end = _cut(atoms, begin, limit)
        part, still_open = _close(opened, atoms[begin:end])
        if visible_length(part.strip()):
            parts.append(part.strip())
        opened, begin = still_open, end
    return parts


def _atoms(html: str) -> Iterator[_Atom]:
    for match in _PIECE.finditer(html):
        source = match[0]
        if match["tag"]:
            yield _Atom(source, 0, match["tag"].lower(), bool(match["close"]))
        else:
            yield _Atom(source, sum(2 if ord(character) > 0xFFFF else 1 for character in unescape(source)))


def _cut(atoms: list[_Atom], begin: int, limit: int) -> int:
    """Return where the part that begins at `begin` ends."""
    width, line_end, blank = 0, 0, 0
    for index in range(begin, len(atoms)):
        atom = atoms[index]
        width += atom.width
        if width > limit:
            return line_end or blank or index
        if atom.source == "\n":
            line_end = index + 1
        elif atom.source in _BLANKS:
            blank = index + 1
    return len(atoms)


def _close(opened: list[_Atom], atoms: list[_Atom]) -> tuple[str, list[_Atom]]:
    """Return a part with its tags balanced, and those that the next part opens again."""
    stack = list(opened)
    for atom in atoms:
        if atom.closing and stack:
            stack.pop()
        elif atom.tag and not atom.closing:
            stack.append(atom)
    before = "".join(atom.source for atom in opened)
    after = "".join(f"</{atom.tag}>" for atom in reversed(stack))
    return before + "".join(atom.source for atom in atoms) + after, stack
