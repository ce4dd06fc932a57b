"""Filing types that people describe and do not name: "we move over from another provider" is new access."""

from functools import reduce
from math import exp
from pathlib import Path

from msgspec.structs import replace

from bot.rules.model import Change, FilingType
from bot.understanding.classifier import Classifier, Evidence, Judgement
from bot.understanding.facts import Facts
from bot.understanding.model import NOT_SAID
from bot.understanding.reader import Read

_WEIGHTS = "types.weights"
_CHANGE_OF = "change_"
LABELS: tuple[str, ...] = (
    "new_filing", "new_website", "new_access", "change", "change_entity", "change_website", "change_both",
    "cancel_entity", "cancel_website", "cancel_access",
)  # fmt: skip
"""What a phrase may describe; `change_entity` is a change of entity data."""
_SURE = 0.8
_SURE_TO_CANCEL = 0.95
"""How likely a description has to be to count; who cancels need not verify, so a mistake there costs most."""

_CANCELLATIONS = frozenset((FilingType.CANCEL_ENTITY, FilingType.CANCEL_WEBSITE, FilingType.CANCEL_ACCESS))

Described = tuple[FilingType, Change | None]


class DescribedTypes:
    """Tells the filing type that clauses describe."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    @classmethod
    def load(cls, folder: Path) -> "DescribedTypes":
        """Read the weights."""
        return cls(Classifier.load(folder / _WEIGHTS, LABELS))

    def complete(self, read: Read) -> Read:
        """Return the message with the types that it describes, where it names none.

        Who describes something else than a cancellation does not cancel, whatever word was taken for one.
        """
        named = read.slots.filing_types
        if read.slots != NOT_SAID and all(part.is_bare() for part in read.facts):
            return read
        if named == (FilingType.CHANGE,) and read.slots.change is None:
            return self._with_change(read)
        if named and not _CANCELLATIONS.issuperset(named):
            return read
        denied = {type_ for part in read.facts for type_ in part.denied_types}
        described = {at: found for at, found in self._find(read).items() if found[0] not in denied}
        if not described:
            return read
        if len(named) == 1 and all(type_ in _CANCELLATIONS for type_, _ in described.values()):
            return read
        return replace(read, facts=[_with(part, described.get(at)) for at, part in enumerate(read.facts)])

    def _with_change(self, read: Read) -> Read:
        """Return the message, which names a change, with what it describes as changed."""
        change = next((change for _, change in self._find(read).values() if change), None)
        if change is None:
            return read
        return replace(read, facts=[replace(part, slots=replace(part.slots, change=change)) for part in read.facts])

    def _find(self, read: Read) -> dict[int, Described]:
        """Return what the clauses describe: each for itself, or where none is clear, all together (as the first).

        A cancellation counts only where the whole message sounds like it as well.
        """
        if not read.features:
            return {}
        evidence = [self._classifier.weigh(features) for features in read.features]
        whole = self._classifier.judge(reduce(Evidence.__add__, evidence))
        judged = dict(enumerate(map(self._classifier.judge, evidence) if evidence[1:] else [whole]))
        found = {
            at: described
            for at, each in judged.items()
            if (described := _described(each)) and (each.best not in _CANCELLATIONS or each.best == whole.best)
        }
        all_together = _described(whole)
        return found or ({0: all_together} if all_together else {})


def _described(judged: Judgement) -> Described | None:
    label = judged.best
    if exp(judged.log) < (_SURE_TO_CANCEL if label in _CANCELLATIONS else _SURE):
        return None
    if label.startswith(_CHANGE_OF):
        return FilingType.CHANGE, Change(label.removeprefix(_CHANGE_OF))
    return FilingType(label), None


def _with(facts: Facts, described: Described | None) -> Facts:
    """Return the facts of a clause with the type that it describes, and no other."""
    types, change = ((described[0],), described[1]) if described else ((), None)
    slots = replace(facts.slots, filing_types=types, change=facts.slots.change or change)
    concepts = facts.concepts | {"type"} if types else facts.concepts
    return replace(facts, slots=slots, concepts=concepts)
