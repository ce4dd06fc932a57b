"""Words close together that make a new concept: "not" and "receive" make "not received"."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from bot.understanding.data import Data
from bot.understanding.lexicon import Meaning, Span
from bot.understanding.words import CHANGED, CONTACT, TYPE, Concept

_GAP = 4
_TELLING = 1.0
"""A word of this weight may not lie between those of a sequence."""


class Pattern(Struct, frozen=True):
    """Concepts in their order, at most `gap` units between two of them, and what they make."""

    parts: tuple[str, ...]
    makes: Meaning
    gap: int


class Sequences:
    """Finds sequences among the words of a clause."""

    def __init__(self, sequences: Sequence[Pattern], blocking: frozenset[str]) -> None:
        """Take the sequences, and the concepts that may not stand between two parts of one."""
        self._sequences = sequences
        self._blocking = blocking
        self._beginning: dict[str, list[int]] = {}
        for number, sequence in enumerate(sequences):
            self._beginning.setdefault(sequence.parts[0], []).append(number)

    @classmethod
    def load(cls, folder: Path, concepts: Mapping[str, Concept]) -> "Sequences":
        """Read `sequences.toml`."""
        data = Data(folder / "sequences.toml")
        entries = data.tables.get("sequences")
        if not isinstance(entries, list):
            raise data.fault("sequences", "has to be a list of tables")
        sequences = []
        for number, value in enumerate(entries, 1):
            entry = data.as_table(value, f"sequences[{number}]")
            makes = entry.get("makes")
            if not isinstance(makes, str) or not (makes in concepts or makes.startswith((TYPE, CHANGED))):
                raise data.fault(f"sequences[{number}].makes", f"{makes!r} is no concept")
            gap = int(data.number(entry.get("gap", _GAP), f"sequences[{number}].gap"))
            for line in data.strings(entry.get("of"), f"sequences[{number}].of"):
                parts = tuple(line.split())
                unknown = [part for part in parts if part not in concepts and part != "contact"]
                if unknown or len(parts) < 2:
                    raise data.fault(f"sequences[{number}].of", f"{line!r}: {unknown or 'too short'}")
                sequences.append(Pattern(parts, Meaning(frozenset({makes})), gap))
        telling = {name for name, concept in concepts.items() if concept.weight >= _TELLING}
        return cls(
            sequences, frozenset(telling.difference(data.strings(data.tables.get("passed_over"), "passed_over")))
        )

    def join(self, spans: Sequence[Span]) -> list[Span]:
        """Return the spans of one clause with sequences put in the place of their words."""
        joined = list(spans)
        done = -1
        while (number := self._next(_concepts(joined), done)) is not None:
            done = number
            sequence = self._sequences[number]
            at = 0
            while (found := self._find(joined, sequence, at)) is not None:
                first, last = joined[found[0]], joined[found[-1]]
                between = [
                    span for index, span in enumerate(joined[: found[-1]]) if index > found[0] and index not in found
                ]
                joined[found[0] : found[-1] + 1] = [Span(first.start, last.end, sequence.makes), *between]
                at = found[0] + 1
        return joined

    def _next(self, present: set[str], done: int) -> int | None:
        """Return the number of the first sequence after `done` whose parts are all there."""
        later = (
            number
            for concept in present
            for number in self._beginning.get(concept, ())
            if number > done and present.issuperset(self._sequences[number].parts)
        )
        return min(later, default=None)

    def _find(self, spans: Sequence[Span], sequence: Pattern, start: int) -> list[int] | None:
        first = sequence.parts[0]
        for at in range(start, len(spans)):
            if _has(spans[at], first):
                found = self._follow(spans, sequence, at)
                if found:
                    return found
        return None

    def _follow(self, spans: Sequence[Span], sequence: Pattern, at: int) -> list[int] | None:
        found = [at]
        for part in sequence.parts[1:]:
            end = spans[found[-1]].end
            for next_ in range(found[-1] + 1, len(spans)):
                span = spans[next_]
                if span.start - end > sequence.gap:
                    return None
                if _has(span, part):
                    found.append(next_)
                    break
                if self._blocks(span):
                    return None
            else:
                return None
        return found

    def _blocks(self, span: Span) -> bool:
        return any(
            concept in self._blocking or concept.startswith((TYPE, CONTACT)) for concept in span.meaning.concepts
        )


def _concepts(spans: Sequence[Span]) -> set[str]:
    """Return the concepts of the spans, with "contact" where one is a contact."""
    present = set().union(*(span.meaning.concepts for span in spans))
    return present | {"contact"} if any(concept.startswith(CONTACT) for concept in present) else present


def _has(span: Span, part: str) -> bool:
    """Whether a span has the concept `part`; "contact" stands for any contact."""
    concepts = span.meaning.concepts
    return part in concepts or (part == "contact" and any(concept.startswith(CONTACT) for concept in concepts))
