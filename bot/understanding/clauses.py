"""A message cut into clauses, each with the concepts that its words hold."""

import itertools
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from bot.understanding.lexicon import Meaning, Span
from bot.understanding.sequences import Sequences
from bot.understanding.units import LISTING, MARKS, QUESTION, SPACE, STOP, Units
from bot.understanding.words import PLACE, TYPE, Concept

JOINING = "joining"
NO = "no"
YESNO = "yesno"
MOST_CLAUSES = 40
_PHRASE = re.compile(f"[^{re.escape(''.join(MARKS - {SPACE}))}]+")


class Clause(Struct, frozen=True):
    """Units from `start` to before `end`. `asks`: it reads like a question. `ends`: a sentence ends with it."""

    start: int
    end: int
    spans: tuple[Span, ...]
    asks: bool
    ends: bool
    joined: bool
    """Whether a word like 还有 or "and" ties it to what comes before."""

    def concepts(self) -> set[str]:
        """Return the concepts of its words."""
        return {concept for span in self.spans for concept in span.meaning.concepts}

    def with_(self, concept: str) -> Iterable[Span]:
        """Return the words with that concept."""
        return (span for span in self.spans if concept in span.meaning.concepts)


class Cutter:
    """Cuts messages into clauses."""

    def __init__(self, sequences: Sequences, concepts: dict[str, Concept]) -> None:
        self._sequences = sequences
        self._asking = frozenset(name for name, concept in concepts.items() if concept.asks)

    def __call__(self, units: Units, spans: Sequence[Span]) -> list[Clause]:
        """Return the clauses of a message whose words are `spans`."""
        clauses: list[Clause] = []
        phrases = _phrases(units.text)
        for start, end in phrases:
            inside = [span for span in spans if start <= span.start and span.end <= end] if phrases[1:] else spans
            closing = units.text[end] if end < len(units.text) else ""
            joined = self._sequences.join(_with_choices(units.text, inside))
            clauses += self._cut(units.text, start, end, joined, closing)
            if len(clauses) >= MOST_CLAUSES:
                break
        return clauses[:MOST_CLAUSES]

    def _cut(self, text: str, start: int, end: int, spans: Sequence[Span], closing: str) -> list[Clause]:
        """Return the clauses of a phrase: cut at spaces and at joining words."""
        joints = set(_joints(spans))
        cuts = {at for at in joints if start < at < end}
        if SPACE in text[start:end]:
            covered = {at for span in spans for at in range(span.start + 1, span.end)}
            cuts |= {at for at in range(start + 1, end) if text[at] == SPACE and at not in covered}
        if LISTING in text[start:end]:
            cuts |= self._between_questions(text, start, end, spans)
        bounds = [start, *sorted(cuts), end]
        clauses = []
        for first, last in itertools.pairwise(bounds):
            own = tuple(_as_question(span, last) for span in spans if first <= span.start < last)
            if not any(span.start not in joints for span in own) and last != end:
                continue
            asks = any(self._asking & span.meaning.concepts for span in own)
            question = last == end and closing == QUESTION
            if question and not asks:
                own = (*own, plain_span(last, last, YESNO))
            ends = last == end and closing in (STOP, QUESTION, "")
            clauses.append(Clause(first, last, own, asks or question, ends, first in joints))
        return clauses

    def _between_questions(self, text: str, start: int, end: int, spans: Sequence[Span]) -> set[int]:
        """Return where a listing mark stands between two questions (哪个网、填什么), not between two names."""
        asking = [span.start for span in spans if self._asking & span.meaning.concepts]
        marks = [at for at in range(start, end) if text[at] == LISTING]
        bounds = list(itertools.pairwise((start, *marks, end)))
        asks = [any(first <= at < last for at in asking) for first, last in bounds]
        return {at for at, before, after in zip(marks, asks, asks[1:], strict=False) if before and after}


def _joints(spans: Sequence[Span]) -> Iterable[int]:
    """Return where joining words begin that stand between clauses, not between two places or types."""
    if not any(JOINING in span.meaning.concepts for span in spans):
        return
    for before, span, after in zip((None, *spans), spans, (*spans[1:], None), strict=False):
        if JOINING in span.meaning.concepts and not (before and after and _are_alike(before, after)):
            yield span.start


def _phrases(text: str) -> list[tuple[int, int]]:
    """Return the stretches between sentence marks and commas."""
    return [found.span() for found in _PHRASE.finditer(text)]


def _with_choices(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the words with 收不收 and its like read as a question: no "not" is meant."""
    result: list[Span] = []
    for span in spans:
        if len(result) > 1 and result[-1].meaning.concepts == {NO}:
            first, between = result[-2], result[-1]
            if text[first.start : first.end] == text[span.start : span.end] and first.end == between.start:
                result[-1] = plain_span(between.start, span.end, YESNO)
                continue
        result.append(span)
    return result


def _are_alike(one: Span, other: Span) -> bool:
    """Whether both are names of places, or of types: "Gansu and Qinghai" is no end of a clause."""
    kinds = [{concept.partition(":")[0] for concept in span.meaning.concepts} for span in (one, other)]
    return bool(kinds[0] & kinds[1] & {PLACE, TYPE.rstrip(":")})


def _as_question(span: Span, end: int) -> Span:
    """Return a "not" that ends a clause as the question that it makes there (要验证不)."""
    if span.end == end and span.meaning.concepts == {NO}:
        return plain_span(span.start, span.end, YESNO)
    return span


def plain_span(start: int, end: int, concept: str, provinces: tuple[str, ...] = ()) -> Span:
    """Return a span that did not come from the lexicon."""
    return Span(start, end, Meaning(frozenset({concept}), provinces))
