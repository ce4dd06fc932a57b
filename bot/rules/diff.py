"""What differs between two states of the rules: two days of one rulebook, or two rulebooks. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from bot.rules.model import Batch, Fact, RuleState
from bot.rules.rulebook import SINGLE_FACTS


class Difference(Struct, frozen=True):
    """One entry that is not the same; None where a state does not have it.

    `kind` is `provinces` (the values are then batches), `portals`, `filing_types`, `phrases`, or the name of a single
    fact such as `validity` (with an empty `name`). `before` and `after` are facts, batches or phrases.
    """

    kind: str
    name: str
    before: Any
    after: Any


def diff(before: RuleState, after: RuleState) -> tuple[Difference, ...]:
    """Return the entries that say something else, by kind and name.

    What is compared is what they say. Since when, and where it was read, may differ.
    """
    return tuple(
        difference
        for kind in ("provinces", "portals", "filing_types", *SINGLE_FACTS, "phrases")
        for difference in _of_kind(kind, _entries(before, kind), _entries(after, kind))
    )


def _entries(state: RuleState, kind: str) -> Mapping[str, Any]:
    match kind:
        case "provinces":
            return {province: batch for batch in state.batches for province in batch.provinces}
        case "portals":
            return state.portals
        case "filing_types":
            return {filing_type.value: fact for filing_type, fact in state.targets.items()}
        case "phrases":
            return state.phrases
        case _:
            fact = getattr(state, kind)
            return {} if fact is None else {"": fact}


def _of_kind(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if _said(old) != _said(new):
            yield Difference(kind, name, old, new)


def _said(entry: Any) -> Any:
    """Return what an entry says, apart from its dates and sources."""
    match entry:
        case Fact():
            return entry.value, entry.disputed, [reading.value for reading in entry.readings]
        case Batch():
            return entry.number, entry.starts
        case _:
            return entry
