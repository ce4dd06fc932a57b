"""Putting pieces together: which of them make one time expression, and which make none."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot.understanding.times.pieces import Ago, Clock, Day, Meaning, Part, Piece, Unknown
from bot.understanding.times.words import Words, any_of

M = TypeVar("M", Ago, Clock, Day, Part, Unknown)

APART = 40
"""So many characters may stand between a day and the time that belongs to it, as in a line of slots."""
AROUND = 24
"""So far before a time the words that belong to it (大概, on) are looked for."""
CHINESE = re.compile(r"[\u3400-\u9fff]")
"""A Chinese character."""
SENTENCE_END = re.compile(r"[。！？!?;；\n]|[.,，、:](?=\s)")


class Expression(Struct, frozen=True):
    """Pieces that say one time together, and their places in the text, with the words around that belong to it."""

    meanings: tuple[Meaning, ...]
    spans: tuple[tuple[int, int], ...]

    def first(self, kind: type[M]) -> M | None:
        """Return the first meaning of that kind, if there is one."""
        return next((meaning for meaning in self.meanings if isinstance(meaning, kind)), None)

    @property
    def day(self) -> Day | None:
        """The day, the most exact one where several are named (周一，11月23日)."""
        days = [meaning for meaning in self.meanings if isinstance(meaning, Day)]
        return max(days, key=lambda day: day.kind, default=None)

    @property
    def names_day_only(self) -> bool:
        """Whether a clock time standing apart may belong to it."""
        return self.day is not None and self.first(Clock) is None and self.first(Ago) is None

    @property
    def names_clock_only(self) -> bool:
        """Whether a day standing apart may belong to it."""
        return self.first(Clock) is not None and self.day is None and self.first(Ago) is None


class Composer:
    """Makes expressions of the pieces found in a text."""

    def __init__(self, words: Words) -> None:
        around = words.around
        between = any_of((*around.between, *around.after))
        self._glue = re.compile(rf"(?:[\s,，、()（）~]|t|{between})*", re.ASCII)
        self._before = re.compile(rf"(?:(?:{any_of(around.before)})\s*)+$", re.ASCII)
        self._after = re.compile(rf"(?:\s*(?:{any_of(around.after)}))+", re.ASCII)

    def expressions(self, pieces: Iterable[Piece], text: str) -> list[Expression]:
        """Return the time expressions of the text in its order."""
        groups = self._groups(_first_and_longest(pieces), text)
        made = [self._expression(group, text) for group in groups if _makes_sense(group, text)]
        return _with_day_apart(made, text)

    def _groups(self, pieces: Sequence[Piece], text: str) -> list[list[Piece]]:
        groups: list[list[Piece]] = []
        for piece in pieces:
            if groups and self._joins(groups[-1], piece, text):
                groups[-1].append(piece)
            else:
                groups.append([piece])
        return groups

    def _joins(self, group: list[Piece], piece: Piece, text: str) -> bool:
        if not self._glue.fullmatch(text, group[-1].end, piece.start):
            return False
        here = {_slot(meaning) for member in group for meaning in member.meanings}
        return here.isdisjoint(_slot(meaning) for meaning in piece.meanings)

    def _expression(self, group: list[Piece], text: str) -> Expression:
        start, end = group[0].start, group[-1].end
        before = self._before.search(text, max(0, start - AROUND), start)
        after = self._after.match(text, end)
        span = (before.start() if before else start, after.end() if after else end)
        return Expression(tuple(meaning for piece in group for meaning in piece.meanings), (span,))


def _slot(meaning: Meaning) -> tuple[type, int]:
    """Return what an expression can hold once; a day it can hold in several ways (周一，11月23日)."""
    return type(meaning), meaning.kind if isinstance(meaning, Day) else 0


def _first_and_longest(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces that do not overlap: of those that do, the one that begins first, then the longest."""
    chosen: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece.start, -piece.end)):
        if not chosen or piece.start >= chosen[-1].end:
            chosen.append(piece)
    return chosen


def _makes_sense(group: list[Piece], text: str) -> bool:
    """Whether the pieces are a time: some words are one only next to others."""
    meanings = [meaning for piece in group for meaning in piece.meanings]
    if any(isinstance(meaning, Unknown) for meaning in meanings):
        return False
    timed = any(isinstance(meaning, Clock | Part) for meaning in meanings)
    days = [meaning for meaning in meanings if isinstance(meaning, Day)]
    if any(day.needs_time for day in days) and not timed:
        return False
    if len(meanings) > 1:
        supported = days or any(isinstance(meaning, Part) and not meaning.beside for meaning in meanings)
        return bool(supported) or not any(isinstance(meaning, Clock) and meaning.vague for meaning in meanings)
    alone = meanings[0]
    if isinstance(alone, Clock) and alone.vague:
        neighbours = text[max(0, group[0].start - 1) : group[0].start] + text[group[0].end : group[0].end + 1]
        return CHINESE.search(neighbours) is None
    return not (isinstance(alone, Part) and alone.beside)


def _with_day_apart(expressions: list[Expression], text: str) -> list[Expression]:
    """Join a day and a clock time that stand apart in one line, with words between that are no sentence."""
    for index, (left, right) in enumerate(pairwise(expressions)):
        pairs = (left.names_day_only and right.names_clock_only) or (left.names_clock_only and right.names_day_only)
        if (
            pairs
            and _is_gap(text[left.spans[-1][1] : right.spans[0][0]])
            and not (left.first(Part) and right.first(Part))
        ):
            joined = replace(left, meanings=left.meanings + right.meanings, spans=left.spans + right.spans)
            return [*expressions[:index], joined, *expressions[index + 2 :]]
    return expressions


def _is_gap(between: str) -> bool:
    separated = between[:1].isspace() and between[-1:].isspace()
    return separated and len(between) <= APART and SENTENCE_END.search(between) is None
