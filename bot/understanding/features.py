"""What the model sees of a clause: its words, the rows of two and three of them, and the concepts that they hold."""

from collections.abc import Iterator, Mapping, Sequence

from bot.understanding.clauses import Clause
from bot.understanding.english import stem
from bot.understanding.lexicon import NUMBER, UNKNOWN_WORD
from bot.understanding.normal import is_han
from bot.understanding.units import ADDRESS, LISTING, MARKS, Units
from bot.understanding.words import PLACE

_LONGEST_ROW = 3
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
        found = [
            _row(tokens[at : at + size])
            for size in range(1, _LONGEST_ROW + 1)
            for at in range(len(tokens) - size + 1)
            if size > 1 or 0 < at < len(tokens) - 1
        ]
        return [*found, *(f":{concept}" for span in clause.spans for concept in span.meaning.concepts)]

    def _tokens(self, clause: Clause, units: Units) -> Iterator[str]:
        places = {
            at: span for span in clause.spans if PLACE in span.meaning.concepts for at in range(span.start, span.end)
        }
        before = None
        for at in range(clause.start, clause.end):
            token = self._token(units, at) if at not in places else _PLACE_TOKEN
            if token is _PLACE_TOKEN and places[at].start != at:
                continue
            if token != before or is_han(token):
                yield token
            before = token

    def _token(self, units: Units, at: int) -> str:
        unit = units.text[at]
        if is_han(unit):
            return unit
        if unit == UNKNOWN_WORD:
            return stem(units.written[at])
        if unit in _MARKS:
            return _PAUSE
        return _SPECIAL.get(unit) or self._words.get(unit, unit)


_SPECIAL = {NUMBER: _NUMBER_TOKEN, ADDRESS: _ADDRESS_TOKEN}


def _row(tokens: Sequence[str]) -> str:
    return "".join(tokens) if all(map(is_han, tokens)) else " ".join(tokens)
