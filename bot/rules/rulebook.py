"""A rulebook: every fact with the days on which it holds, and the state of them on one day."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from msgspec import Struct

from bot.rules.model import BEIJING, Batch, Fact, FilingType, RuleState, Source


class Entry(Struct, frozen=True):
    """One entry of a rulebook: what it says (`fact`) under `kind` and `name`, until the day `until`, if it ends."""

    kind: str
    name: str
    fact: Fact[Any]
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on `day`, as far as its own dates go."""
        return self.fact.starts <= day and (self.until is None or day < self.until)


STATES_KEPT = 64
"""Days whose state is kept; people mostly ask about today."""


class Rulebook(Struct, frozen=True, eq=False, dict=True):
    """A rulebook as it was read; `entries` in the order of their beginning, those of the same day as in the file."""

    id: str
    source: Source
    entries: tuple[Entry, ...]
    superseded_from: date | None = None

    def at(self, day: date) -> RuleState:
        """Return the rules as they are on `day`."""
        return self._states(day)

    @cached_property
    def _states(self) -> Callable[[date], RuleState]:
        return lru_cache(STATES_KEPT)(self._state)

    def _state(self, day: date) -> RuleState:
        current: dict[str, dict[str, Fact[Any]]] = {}
        for entry in self.entries:
            if entry.holds(day):
                current.setdefault(entry.kind, {})[entry.name] = entry.fact
        batches = _batches(current.get("batches", {}).values())
        later = _batches(
            entry.fact
            for entry in self.entries
            if entry.kind == "batches" and entry.fact.starts > day and entry.name not in current.get("batches", {})
        )

        def fact(kind: str) -> Fact[Any] | None:
            return current.get(kind, {}).get("")

        return RuleState(
            rulebook=self.id,
            on=day,
            source=self.source,
            as_of=max((entry.fact.starts for entry in self.entries if entry.fact.starts <= day), default=day),
            superseded_from=self.superseded_from,
            batches=batches,
            upcoming=later,
            portals=current.get("portals", {}),
            targets={FilingType(name): target for name, target in current.get("filing_types", {}).items()},
            phrases={name: phrase.value for name, phrase in current.get("phrases", {}).items()},
            **{kind: fact(kind) for kind in SINGLE_FACTS},
        )

    def at_moment(self, moment: datetime) -> RuleState:
        """Return the rules as they are at an aware moment: of that day in Beijing."""
        return self.at(moment.astimezone(BEIJING).date())

    def changes(self) -> tuple[date, ...]:
        """Return the days on which something changes, earliest first."""
        days = {entry.fact.starts for entry in self.entries} | {entry.until for entry in self.entries if entry.until}
        return tuple(sorted(days))


SINGLE_FACTS: tuple[str, ...] = (
    "validity",
    "timeout",
    "sms_delay",
    "auto_resend",
    "manual_resends",
    "no_sms_checks",
    "wrong_entries",
    "verify_steps",
    "verify_form",
    "resend_steps",
    "resend_form",
    "id_documents",
    "sender",
    "review",
)
"""The kinds with at most one fact at a time; each is the name of a field of `RuleState`."""


def _batches(facts: Iterable[Fact[Batch]]) -> tuple[Batch, ...]:
    """Return the batches, each once, in the order of their beginning."""
    unique = {id(fact.value): fact.value for fact in facts}
    return tuple(sorted(unique.values(), key=lambda batch: (batch.starts, batch.number or 0)))
