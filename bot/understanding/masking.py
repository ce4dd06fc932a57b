"""Digits that nobody else should see: SMS codes, phone numbers, numbers of identity documents."""

import re
from collections.abc import Iterable

MASK = "***"
"""Stands in a masked text for what was there, whatever its length."""

_SPELT = re.compile("[零〇一二三四五六七八九幺]{4,18}")
"""A row of numerals, as one may spell a code."""
_FEWEST = 4
"""Figures that any other such number has."""


def mask(text: str) -> str:
    """Return `text` with every such number replaced by `MASK`."""
    parts = []
    at = 0
    for start, end in _found(text):
        parts += [text[at:start], MASK]
        at = end
    return "".join((*parts, text[at:]))


def is_sensitive(text: str) -> bool:
    """Whether `text` holds what looks like an SMS code, a phone number or the number of an identity document."""
    return next(iter(_found(text)), None) is not None


def _found(text: str) -> Iterable[tuple[int, int]]:
    """Return where such numbers stand, in order, none within another."""
    spelt = [found.span() for found in _SPELT.finditer(text)]
    if sum(map(str.isdecimal, text)) < _FEWEST and not spelt:
        return ()
    # Few messages hold so many figures, and a start does not wait for what tells such numbers from others.
    from bot.understanding.sensitive import found_in  # noqa: PLC0415

    return found_in(text, spelt)
