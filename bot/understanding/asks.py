"""From clauses to asks: which clauses make one question together, and which topic each has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from bot.rules.model import FilingType
from bot.understanding.clauses import Clause
from bot.understanding.facts import Facts, filled, merged
from bot.understanding.model import Ask, Slots, Topic
from bot.understanding.topics import Topics

_ASK_COST = 2.0
"""What a topic has to score above, so that a question is not seen in every clause."""
_STATEMENT_COST = 3.5
"""The same for a clause that is no question, beside one that is."""
_JOIN_COST = 0.25
_SENTENCE_COST = 0.5
_QUESTION_COST = 1.0
"""What it costs to take two clauses for one, the more where a sentence ends between them or each is a question."""
_MOST_JOINED = 4
WEAK = 1.0
"""What a lone message has to score for its topic to be believed."""
_BARE = 0.5
_GENERAL = frozenset(("which_provinces", "which_types", "nationwide", "which_batch"))
CHANGE_WORD = "change_word"
SMALL_TALK = frozenset((Topic.GREETING, Topic.THANKS, Topic.HELP, Topic.BOT))
_TAKES_TYPE = frozenset((Topic.TARGETS, Topic.NEED))


@dataclass(frozen=True, slots=True)
class Found:
    """An ask with its score. `general`: it is about all provinces or types, so none is to be added."""

    ask: Ask
    score: float
    general: bool = False


@dataclass(frozen=True, slots=True)
class _Segment:
    start: int
    end: int
    topic: Topic | None
    score: float


class Asker:
    """Finds the asks of a message."""

    def __init__(self, topics: Topics, weights: dict[str, float]) -> None:
        self._topics = topics
        self._weights = weights

    def find(self, clauses: Sequence[Clause], facts: Sequence[Facts]) -> list[Found]:
        """Return the asks in their order, no topic twice; empty where no topic is clear enough."""
        segments = self._segments(clauses, facts)
        whole = _joined(facts)
        words = _concepts(facts)
        found: list[Found] = []
        for segment in segments:
            parts = facts[segment.start : segment.end]
            if segment.topic is None:
                self._extend(found, clauses[segment.start], parts[0])
                continue
            concepts = _concepts(parts)
            slots = filled(_joined(parts), whole)
            ask = Ask(segment.topic, _weak_type(segment.topic, slots, words))
            _add(found, Found(ask, segment.score, bool(_GENERAL & concepts)))
        return found

    def weakest(self, facts: Sequence[Facts]) -> Found | None:
        """Return the likeliest topic of a message in which none is clear."""
        concepts = _concepts(facts)
        ranked = [scored for scored in self._topics.rank(concepts) if scored.score >= WEAK]
        if not ranked:
            return None
        best = next((scored for scored in ranked if scored.topic not in SMALL_TALK), ranked[0])
        slots = _weak_type(best.topic, _joined(facts), concepts)
        return Found(Ask(best.topic, slots), best.score, bool(_GENERAL & concepts))

    def nearest(self, facts: Sequence[Facts], count: int) -> tuple[Topic, ...]:
        """Return the topics that come closest."""
        return self._topics.nearest(_concepts(facts), count)

    def is_bare(self, facts: Facts, *, data_asked: bool = False) -> bool:
        """Whether a clause only names provinces, types and the like, and asks nothing of its own.

        `data_asked`: what part of a filing is meant was left open, so that 网站 may be the answer to that.
        """
        names = {"yesno", *(("changed",) if CHANGE_WORD in facts.concepts else ()), *(("site",) if data_asked else ())}
        concepts = facts.concepts - names
        return sum(self._weights.get(concept, 0) for concept in concepts) <= _BARE

    def _segments(self, clauses: Sequence[Clause], facts: Sequence[Facts]) -> list[_Segment]:
        """Return the clauses in segments, so that together they score best."""
        size = len(clauses)
        asking = any(clause.asks for clause in clauses)
        best = [0.0] * (size + 1)
        chosen: list[_Segment] = []
        for start in range(size - 1, -1, -1):
            options = [_Segment(start, start + 1, None, 0.0)]
            concepts: set[str] = set()
            cost = 0.0
            asks = False
            for end in range(start + 1, min(start + _MOST_JOINED, size) + 1):
                concepts |= facts[end - 1].concepts
                cost += _QUESTION_COST if asks and clauses[end - 1].asks else 0
                asks = asks or clauses[end - 1].asks
                ranked = self._topics.rank(concepts)
                if ranked:
                    fee = _ASK_COST if asks or not asking else _STATEMENT_COST
                    options.append(_Segment(start, end, ranked[0].topic, ranked[0].score - fee - cost))
                cost += _SENTENCE_COST if clauses[end - 1].ends else _JOIN_COST
            choice = max(options, key=lambda option: option.score + best[option.end])
            best[start] = choice.score + best[choice.end]
            chosen.append(choice)
        by_start = {segment.start: segment for segment in chosen}
        result = []
        at = 0
        while at < size:
            result.append(by_start[at])
            at = by_start[at].end
        return result

    def _extend(self, found: list[Found], clause: Clause, facts: Facts) -> None:
        """Let a clause like "and Chongqing?" ask the question before it of what it names."""
        if not found or not self.is_bare(facts) or not (clause.asks or clause.joined):
            return
        last = found[-1]
        named = facts.slots
        if named.filing_types and last.ask.topic not in _TAKES_TYPE:
            _add(found, Found(Ask(Topic.TARGETS, named), _ASK_COST))
        elif named != Slots():
            found[-1] = replace(last, ask=Ask(last.ask.topic, merged(last.ask.slots, named)))


def _weak_type(topic: Topic, slots: Slots, concepts: Iterable[str]) -> Slots:
    """Return the slots; a mere "change" names the type where a type is asked about."""
    if topic in _TAKES_TYPE and not slots.filing_types and CHANGE_WORD in concepts:
        return replace(slots, filing_types=(FilingType.CHANGE,))
    return slots


def _add(found: list[Found], new: Found) -> None:
    """Append an ask, or join it to one of the same topic."""
    for index, known in enumerate(found):
        if known.ask.topic is new.ask.topic:
            slots = merged(known.ask.slots, new.ask.slots)
            found[index] = Found(Ask(known.ask.topic, slots), max(known.score, new.score), known.general or new.general)
            return
    found.append(new)


def _joined(facts: Iterable[Facts]) -> Slots:
    return reduce(merged, (part.slots for part in facts), Slots())


def _concepts(facts: Iterable[Facts]) -> set[str]:
    return {concept for part in facts for concept in part.concepts}
