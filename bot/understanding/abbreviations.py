"""Provinces by one character, where it stands alone or in a list: 津, 甘、青、宁, 陕甘宁."""

import re
from collections.abc import Mapping, Sequence

from bot.understanding.clauses import plain_span
from bot.understanding.lexicon import FIRST_WORD, NUMBER, UNKNOWN_WORD, Span
from bot.understanding.units import ADDRESS, LISTING, MARKS
from bot.understanding.words import PLACE

_RUN = re.compile(rf"[^{re.escape(''.join(MARKS))}{NUMBER}{ADDRESS}{UNKNOWN_WORD}{FIRST_WORD}-\U0010ffff]+")
"""Chinese characters and listing marks: what is no other unit."""
_AND = "和跟与及"
_PROVINCES_FOLLOW = re.compile("(?:[两三四五六七]|这几|这些|等)?个?(?:省|地|区|家|处|边)")
_MOST = 12


class Abbreviations:
    """Finds one-character names of provinces. Within other words they mean nothing."""

    def __init__(self, provinces: Mapping[str, str]) -> None:
        """Take the province of each character."""
        self._provinces = provinces

    def add(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """Return the words of a text with abbreviations among them."""
        if self._provinces.keys().isdisjoint(text):
            return list(spans)
        covered = {at for span in spans if span.end - span.start > 1 for at in range(span.start, span.end)}
        found = [at for run in _RUN.finditer(text) for at in self._in_run(run[0], run.start()) if at not in covered]
        places = [plain_span(at, at + 1, PLACE, (self._provinces[text[at]],)) for at in found]
        kept = [span for span in spans if span.start not in set(found)]
        return sorted((*kept, *places), key=lambda span: span.start)

    def _in_run(self, run: str, start: int) -> list[int]:
        """Return where a run of characters, beginning at `start` of the text, holds abbreviations."""
        size = 0
        places = []
        while size < len(run) and (run[size] in self._provinces or run[size] in _AND + LISTING):
            if run[size] in self._provinces:
                places.append(start + size)
            size += 1
        if not places or len(places) > _MOST:
            return []
        whole = size == len(run)
        listed = len(places) > 1 and (LISTING in run[:size] or bool(_PROVINCES_FOLLOW.match(run, size)))
        return places if whole or listed else []
