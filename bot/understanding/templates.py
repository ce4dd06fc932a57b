"""Short patterns for many spellings: `[a|b]` may be there, `(a|b)` has to, and both nest."""

import re
from itertools import product

_BRACKETS = frozenset("[]()")
_RUN = re.compile(r"[^\[\]()|]+")
MOST_SPELLINGS = 600
"""A pattern that stands for more is a mistake: it would fill the memory without anybody noticing."""


def expand(pattern: str) -> list[str]:
    """Return every spelling of `pattern`, without doubles; `ValueError` when its brackets do not match.

    >>> expand("[还]没(收到|来)")
    ['没收到', '没来', '还没收到', '还没来']
    """
    if not _BRACKETS.intersection(pattern):
        return [pattern]
    spellings, end = _alternatives(pattern, 0, "")
    if end != len(pattern):
        raise ValueError(f"unexpected {pattern[end]!r} at {end} in {pattern!r}")
    return list(dict.fromkeys(spellings))


def _alternatives(pattern: str, start: int, closing: str) -> tuple[list[str], int]:
    """Read alternatives up to `closing` (the end of the pattern if empty); return them and where they end."""
    found: list[str] = []
    parts: list[list[str]] = []
    at = start
    while at < len(pattern) and pattern[at] not in "])":
        if pattern[at] in "[(":
            choices, end = _alternatives(pattern, at + 1, "]" if pattern[at] == "[" else ")")
            parts.append(["", *choices] if pattern[at] == "[" else choices)
            at = end + 1
        elif pattern[at] == "|" and closing:
            found += _combine(parts, pattern)
            parts = []
            at += 1
        else:
            run = _RUN.match(pattern, at)
            end = run.end() if run else at + 1  # a "|" outside of brackets is a character like others
            parts.append([pattern[at:end]])
            at = end
    if closing and (at == len(pattern) or pattern[at] != closing):
        raise ValueError(f"{closing!r} is missing in {pattern!r}")
    return found + _combine(parts, pattern), at


def _combine(parts: list[list[str]], pattern: str) -> list[str]:
    count = 1
    for choices in parts:
        count *= len(choices)
    if count > MOST_SPELLINGS:
        raise ValueError(f"{pattern!r} stands for {count} spellings, at most {MOST_SPELLINGS} are read")
    return ["".join(choice) for choice in product(*parts)]
