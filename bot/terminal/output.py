"""What the command line writes: UTF-8 everywhere, plain tables, buttons as labels."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from unicodedata import east_asian_width

from bot.dialog.model import Button, Reply, Rows
from bot.texts.html import plain


def use_utf8() -> None:
    """Read and write UTF-8 whatever the locale says; what cannot be read or written becomes a replacement mark."""
    for stream, encoding in ((sys.stdin, "utf-8-sig"), (sys.stdout, "utf-8"), (sys.stderr, "utf-8")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors="replace")


def width(text: str) -> int:
    """Return how many columns a terminal takes for `text`: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows under headings, in aligned columns."""
    lines = [list(headings), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def labels(rows: Rows) -> list[str]:
    """Return the labels of all buttons, in their order."""
    return [button.label for button in flat(rows)]


def flat(rows: Rows) -> Iterator[Button]:
    """Return all buttons, in their order."""
    return (button for row in rows for button in row)


def text_of(reply: Reply) -> str:
    """Return what a reply says, without mark-up."""
    return reply.text if reply.notice else plain(reply.text)


def reply_record(reply: Reply) -> dict[str, object]:
    """Return a reply as the JSON contract has it; `document` names a file where one goes with it."""
    record: dict[str, object] = {"text": text_of(reply), "buttons": labels(reply.buttons)}
    if reply.document:
        record["document"] = reply.document.name
    return record
