"""What the model sees of a clause: its words, the rows of two and three of them, and the concepts that they hold."""

from collections.abc import Iterator, Mapping
from operator import and_

from bot.understanding.clauses import Clause
from bot.understanding.english import stem
from bot.understanding.lexicon import NUMBER, UNKNOWN_WORD
from bot.understanding.normal import is_han
from bot.understanding.units import ADDRESS, LISTING, MARKS, Units
from bot.understanding.words import PLACE

_PLACE_TOKEN = "@place"  # noqa: S105 - no password
_ADDRESS_TOKEN = "@address"  # noqa: S105
_NUMBER_TOKEN = "@number"  # noqa: S105
_PAUSE = "|"
_START, _END = "^", "$"
_MARKS = MARKS | {LISTING}


class Features:
    """Names the features of clauses. What a place or a number is called does not matter, only that there is one."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take the English words by their units."""
        self._words = words

    def __call__(self, clause: Clause, units: Units) -> list[str]:
        """Return the features, one that is there twice listed twice."""
        tokens = [_START, *self._tokens(clause, units), _END]
        second, third = tokens[1:], tokens[2:]
        # Chinese characters stand together in a row, all others apart.
        han = list(map(is_han, tokens))
        pairs = list(map(and_, han, han[1:]))
        return [
            *tokens[1:-1],
            *[a + b if close else f"{a} {b}" for a, b, close in zip(tokens, second, pairs, strict=False)],
            *[
                a + b + c if close and closer else f"{a} {b} {c}"
                for a, b, c, close, closer in zip(tokens, second, third, pairs, pairs[1:], strict=False)
            ],
            *[f":{concept}" for span in clause.spans for concept in span.meaning.concepts],
        ]

    def _tokens(self, clause: Clause, units: Units) -> Iterator[str]:
        places = {at: span.start for span in clause.with_(PLACE) for at in range(span.start, span.end)}
        before = None
        for at in range(clause.start, clause.end):
            unit = units.text[at]
            if at in places:
                if places[at] != at:
                    continue
                token = _PLACE_TOKEN
            elif is_han(unit):
                before = unit
                yield unit
                continue
            else:
                token = self._token(unit, units.written[at])
            if token != before:
                yield token
            before = token

    def _token(self, unit: str, written: str) -> str:
        """Return what a unit that is no Chinese character is called."""
        if unit == UNKNOWN_WORD:
            return stem(written)
        if unit in _MARKS:
            return _PAUSE
        return _SPECIAL.get(unit) or self._words.get(unit, unit)


_SPECIAL = {NUMBER: _NUMBER_TOKEN, ADDRESS: _ADDRESS_TOKEN}
