"""From clauses to asks: which clauses make one question together, and which topic each has."""

import itertools
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import reduce
from math import exp, inf
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bot.rules.model import FilingType
from bot.understanding.classifier import Classifier, Evidence, Judgement
from bot.understanding.clauses import Clause
from bot.understanding.facts import Facts, filled, merged, together
from bot.understanding.model import NOT_SAID, Ask, Slots, Topic
from bot.understanding.reader import Read

_WEIGHTS = "topics.weights"
LABELS = tuple(topic.value for topic in Topic if topic not in (Topic.PROVINCE, Topic.PORTAL_SAYS, Topic.UNKNOWN))
"""The topics that words tell; a mere name is one of a province, and what the portal says is known by heart."""
_IGNORED_STATEMENT = 0.5
_IGNORED_QUESTION = 1.5
"""What it costs at most to take a clause for mere background of the others."""
_STATED = 0.97
"""How sure a statement has to be beside a question, to be answered too: most are its background."""
ASKED = 0.9
_ASKED_TOO = 0.6
"""How sure each of several questions has to be, and how sure one after a word like "and"."""
_CONFLICT_COST = 0.3
"""What it costs (a logarithm) to take a clause for a part of another question than it surely asks by itself."""
_MOST_JOINED = 4
"""Clauses that are taken for one question at most."""
_GENERAL = frozenset(("which_provinces", "which_types", "nationwide", "which_batch"))
ANNOUNCED = "announced"
CHANGE_WORD = "change_word"
SMALL_TALK = frozenset((Topic.GREETING, Topic.THANKS, Topic.HELP, Topic.BOT))
_NEVER_OFFERED = SMALL_TALK | {Topic.LANGUAGE, Topic.SETTINGS, Topic.COMPLAINT, Topic.OUT_OF_SCOPE}
"""Who means one of these says so; beside them a guess would only puzzle."""
_TAKES_TYPE = frozenset((Topic.TARGETS, Topic.NEED))
_AKIN: tuple[frozenset[Topic], ...] = (
    frozenset((Topic.NEED, Topic.PORTAL, Topic.BATCHES, Topic.NOT_PILOT, Topic.STEPS, Topic.BUTTON)),
    frozenset((Topic.TARGETS, Topic.SAME_PERSON, Topic.SEVERAL_PHONES, Topic.EXEMPT_TYPES, Topic.PHONE_CHANGED)),
    frozenset((Topic.FORM, Topic.ID_DIGITS, Topic.WHOSE_ID, Topic.WHOSE_PHONE, Topic.CAPTCHA)),
    frozenset((Topic.VALIDITY, Topic.TIME_LEFT, Topic.EXPIRED, Topic.RETURNED, Topic.RETURNED_TO, Topic.REVIEW)),
    frozenset(
        (Topic.NOT_RECEIVED, Topic.ARRIVAL, Topic.AUTO_RESEND, Topic.RESEND, Topic.RESEND_FORM, Topic.RESEND_RESULT)
    ),
    frozenset((Topic.NOT_FOUND, Topic.WRONG_CODE, Topic.WRONG_ENTRIES, Topic.FAILED)),
    frozenset((Topic.SENDER, Topic.SENDER_NUMBER, Topic.SAFETY, Topic.BASIS, Topic.WHAT_IS)),
)
"""Topics of which one follows another in a conversation."""
_AKIN_BONUS = 1.5
"""How much likelier (a logarithm) a topic is after one that is akin to it."""


class Found(Struct, frozen=True):
    """An ask, and how likely it is that the message asks it.

    `asking`: it reads like a question. `general`: it is about all provinces or types, so none is to be added.
    """

    ask: Ask
    sure: float
    asking: bool = True
    general: bool = False


class _Segment(Struct, frozen=True):
    """The clauses from `start` to before `end` with their topic, and the logarithm of how likely that is.

    `cost`: what it costs to take them together. `doubtful`: it is likelier that they ask nothing.
    """

    start: int
    end: int
    topic: Topic | None
    log: float
    cost: float = 0.0
    doubtful: bool = False


class _Costs(Struct, frozen=True):
    """What it costs to see a further question, and to take two for one (logarithms of probabilities)."""

    further: float
    joined: float


_APART = _Costs(further=0.3, joined=1.5)
_TOGETHER = _Costs(further=inf, joined=0.0)


class _Way(Struct, frozen=True):
    """Segments one after the other, and the logarithm of how likely they are together."""

    log: float
    segments: tuple[_Segment, ...]

    def after(self, segment: _Segment, cost: float = 0.0) -> "_Way":
        """Return the way that begins with `segment`."""
        return _Way(self.log + segment.log - segment.cost - cost, (segment, *self.segments))


class _Scene:
    """A message with what its clauses are judged to ask, alone and together."""

    def __init__(
        self, read: Read, evidence: Sequence[Evidence], classifier: Classifier, akin: Set[Topic] = frozenset()
    ) -> None:
        self.read = read
        self.evidence = evidence
        self._akin = akin
        self._classifier = classifier
        self._judged: dict[tuple[int, int], Judgement] = {}

    def judged(self, start: int, end: int) -> Judgement:
        """Return what the clauses from `start` to before `end` ask together."""
        if (start, end) not in self._judged:
            whole = reduce(Evidence.__add__, self.evidence[start:end])
            self._judged[start, end] = self._classifier.judge(whole, self._akin, _AKIN_BONUS)
        return self._judged[start, end]

    def asks_else(self, at: int, topic: str) -> bool:
        """Whether a clause surely asks something else than `topic`."""
        if not self.read.clauses[at].asks:
            return False
        judged = self.judged(at, at + 1)
        return judged.best != topic and exp(judged.log) >= ASKED


def akin_to(before: Topic | None) -> frozenset[Topic]:
    """Return the topics that belong to what was asked before: they are likelier than others."""
    return next((group for group in _AKIN if before in group), frozenset())


class Asker:
    """Finds the asks of a message."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    @classmethod
    def load(cls, folder: Path) -> "Asker":
        """Read the weights."""
        return cls(Classifier.load(folder / _WEIGHTS, LABELS))

    def weigh(self, read: Read) -> list[Evidence]:
        """Return what speaks for each topic in each clause."""
        return [self._classifier.weigh(features) for features in read.features]

    def find(self, read: Read, evidence: Sequence[Evidence], akin: Set[Topic] = frozenset()) -> list[Found]:
        """Return the asks in their order, no topic twice; those that are not likely too.

        `evidence` is what `weigh` says; `akin` are topics that are likelier here, as `akin_to` says.
        """
        if all(map(_says_nothing, read.clauses, read.facts)):
            return []
        whole = read.slots
        words = _concepts(read.facts)
        found: list[Found] = []
        for segment in _without_background(_segments(_Scene(read, evidence, self._classifier, akin)), read.clauses):
            parts = read.facts[segment.start : segment.end]
            if segment.topic is None:
                self._extend(found, read.clauses[segment.start], parts[0])
                continue
            if segment.doubtful:
                continue
            slots = filled(together(parts), whole)
            if segment.topic is Topic.SAME_PERSON and slots.same_person is None:
                slots = replace(slots, same_person=True)
            ask = Ask(segment.topic, _weak_type(segment.topic, slots, words))
            asking = any(clause.asks for clause in read.clauses[segment.start : segment.end])
            _add(found, Found(ask, exp(segment.log), asking, bool(_GENERAL & _concepts(parts))))
        return found

    def nearest(self, read: Read, evidence: Sequence[Evidence], count: int) -> tuple[Topic, ...]:
        """Return the topics that come closest, none where no word was recognised."""
        scene = _Scene(read, evidence, self._classifier)
        if not any(part.sums for part in scene.evidence):
            return ()
        ranked = map(Topic, scene.judged(0, len(read.clauses)).ranked())
        return tuple(itertools.islice((topic for topic in ranked if topic not in _NEVER_OFFERED), count))

    def _extend(self, found: list[Found], clause: Clause, facts: Facts) -> None:
        """Let a clause like "and Chongqing?" ask the question before it of what it names."""
        if not found or not facts.is_bare() or not (clause.asks or clause.joined):
            return
        last = found[-1]
        named = facts.slots
        if named.filing_types and last.ask.topic not in _TAKES_TYPE:
            _add(found, Found(Ask(Topic.TARGETS, named), last.sure))
        elif named != NOT_SAID:
            found[-1] = replace(last, ask=Ask(last.ask.topic, merged(last.ask.slots, named)))


def _segments(scene: _Scene) -> list[_Segment]:
    """Return the clauses in segments: several with a topic where each is sure, else one."""
    apart = _likeliest(scene, _APART)
    if sum(segment.topic is not None for segment in apart) < 2:
        return apart
    kept = [segment if _is_sure(segment, scene.read) else replace(segment, topic=None) for segment in apart]
    return kept if any(segment.topic for segment in kept) else _likeliest(scene, _TOGETHER)


def _likeliest(scene: _Scene, costs: _Costs) -> list[_Segment]:
    """Return the clauses in segments, so that together they are the likeliest; one at least has a topic."""
    size = len(scene.read.clauses)
    # The best segments of what begins at a clause: where no question has to be among them, and where one has to.
    best = [(_Way(0.0, ()), _Way(-inf, ()))] * (size + 1)
    for start in range(size - 1, -1, -1):
        background = _background(scene, start)
        without, with_ = (way.after(background) for way in best[start + 1])
        for segment in _questions(scene, start, costs):
            rest, rest_asking = best[segment.end]
            first, further = rest.after(segment), rest_asking.after(segment, costs.further)
            with_ = max(with_, first, further, key=lambda way: way.log)
        best[start] = (without, with_)
    return list(best[0][1].segments)


def _questions(scene: _Scene, start: int, costs: _Costs) -> Iterator[_Segment]:
    """Yield what the clauses from `start` may ask together, one of them, two, and so on."""
    cost = 0.0
    asks = False
    for end in range(start + 1, min(start + _MOST_JOINED, len(scene.read.clauses)) + 1):
        clause = scene.read.clauses[end - 1]
        if _announces(clause, scene.read.facts[end - 1]) and len(scene.read.clauses) > 1:
            return  # it belongs to none of the questions
        cost += costs.joined * (asks and clause.asks)
        asks = asks or clause.asks
        judged = scene.judged(start, end)
        conflict = any(scene.asks_else(at, judged.best) for at in range(start, end))
        total = cost + _CONFLICT_COST * conflict
        yield _Segment(start, end, Topic(judged.best), judged.log, total, judged.nothing > judged.log)


def _background(scene: _Scene, at: int) -> _Segment:
    """Return a clause as one that asks nothing by itself."""
    clause = scene.read.clauses[at]
    if _says_nothing(clause, scene.read.facts[at]):
        return _Segment(at, at + 1, None, 0.0)
    least = -_IGNORED_QUESTION if clause.asks else -_IGNORED_STATEMENT
    return _Segment(at, at + 1, None, max(scene.judged(at, at + 1).nothing, least))


def _is_sure(segment: _Segment, read: Read) -> bool:
    """Whether a segment is sure enough to be one of several questions.

    Less will do where the writing says so: a word like "and", the end of a sentence before it, "two questions".
    """
    clauses = read.clauses
    own = clauses[segment.start].joined or (segment.start > 0 and clauses[segment.start - 1].ends)
    own = own or any(ANNOUNCED in part.concepts for part in read.facts)
    asks = any(clause.asks for clause in clauses[segment.start : segment.end])
    return exp(segment.log) >= (_ASKED_TOO if own and asks else ASKED)


def _without_background(segments: Sequence[_Segment], clauses: Sequence[Clause]) -> list[_Segment]:
    """Return the segments; beside a question, statements are its background, but for a sure sentence of its own."""
    asking = [any(clause.asks for clause in clauses[segment.start : segment.end]) for segment in segments]
    if not any(asks and segment.topic for segment, asks in zip(segments, asking, strict=True)):
        return list(segments)
    return [
        segment
        if asks or (exp(segment.log) >= _STATED and clauses[segment.end - 1].ends)
        else replace(segment, topic=None)
        for segment, asks in zip(segments, asking, strict=True)
    ]


def _announces(clause: Clause, facts: Facts) -> bool:
    """Whether a clause only says that questions follow ("two things:")."""
    return ANNOUNCED in facts.concepts and not clause.asks


def _says_nothing(clause: Clause, facts: Facts) -> bool:
    """Whether a clause is a mere name, announces questions, or holds no word at all."""
    return _announces(clause, facts) or (
        facts.is_bare() and (facts.slots != NOT_SAID or not (clause.spans or facts.unread))
    )


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
            found[index] = Found(
                Ask(known.ask.topic, slots),
                max(known.sure, new.sure),
                known.asking or new.asking,
                known.general or new.general,
            )
            return
    found.append(new)


def _concepts(facts: Iterable[Facts]) -> set[str]:
    return {concept for part in facts for concept in part.concepts}
