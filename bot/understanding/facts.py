"""What a clause says beside its topic: provinces, filing types, contacts, numbers, days, moments."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any

from msgspec import Struct

from bot.rules.model import Change, Contact, FilingType
from bot.understanding.clauses import Clause
from bot.understanding.lexicon import Span
from bot.understanding.model import NOT_SAID, Slots
from bot.understanding.numbers import batches_in, count_in, elapsed_hours_in, hours_in
from bot.understanding.units import Units
from bot.understanding.words import CHANGED, CONTACT, PLACE, SEVERAL_TYPES, TYPE

CORRECTION = "correction"
_PUT_OFF = "postpone"
"""A day to which the verification is put off is none at which the code came."""
_BEGINNINGS = frozenset(("receive", "submit"))
"""What "three days now" is counted from."""
_DATA = {
    "entity_data": Change.ENTITY,
    "website_data": Change.WEBSITE,
    "website_thing": Change.WEBSITE,
    "both_data": Change.BOTH,
}
_EVENTS = frozenset(("receive", "submit", "arrive", "send", "code", "sms", "not_received"))
"""A mere day (今天) is the time of one of these, or only says when somebody asks."""
_DENYING = ("isnt", "no")
_DROPPED = "dropped"
_TURNING = (*_DENYING, _DROPPED)
_MOST_UNREAD = 2
"""A clause with more unknown words than this says more than its names."""
_SLOTS = Slots.__struct_fields__
_DENIED_WITHIN = 2
"""Units that may lie between "not" and what is denied."""


class Dated(Struct, frozen=True):
    """The time and the day that a message names, with the units where they begin. `now` is None where none matters.

    `timed`: it names a time, be it one to come, which is none of the `moments`.
    """

    now: datetime | None = None
    timed: bool = False
    moments: tuple[datetime, ...] = ()
    moment_at: int = -1
    precise: bool = False
    day: date | None = None
    day_at: int = -1


class Facts(Struct, frozen=True):
    """A clause's slots, and what it denies. `concepts` are those of its words and of what was recognised.

    `data` is what part of a filing the clause names (主体信息), whatever it says of it. `telling` are the concepts that
    say more than names do, and `unread` counts the words (in Chinese: characters) that are not known.
    """

    slots: Slots
    data: Change | None
    denied_provinces: tuple[str, ...]
    denied_types: tuple[FilingType, ...]
    concepts: frozenset[str]
    telling: frozenset[str]
    unread: int

    def is_bare(self, *, data_asked: bool = False) -> bool:
        """Whether the clause only names provinces, types and the like, and asks nothing of its own.

        `data_asked`: what part of a filing is meant was left open, so that 网站 may be the answer to that.
        """
        return self.unread <= _MOST_UNREAD and not self.telling - ({"site"} if data_asked else set())


def facts_of(
    clause: Clause, units: Units, dated: Dated, several_types: Sequence[FilingType], telling: frozenset[str]
) -> Facts:
    """Return what `clause` says; `telling` are the concepts that are no mere names."""
    text = units.words(clause.start, clause.end)
    words = clause.concepts()
    denied = _denied(clause) if words.intersection(_TURNING) else set()
    provinces, unclear, denied_provinces = _provinces(clause, denied) if PLACE in words else ((), (), ())
    types = _types(clause, several_types, lambda span: span not in denied)
    change = _change(words)
    if change and not types:
        types = (FilingType.CHANGE,)
    slots = Slots(
        provinces=provinces,
        unclear_city=unclear,
        filing_types=types,
        change=change,
        contacts=_contacts(words),
        same_person=_same_person(clause, denied),
        batches=_batches(clause, units),
        on=dated.day if clause.start <= dated.day_at < clause.end else None,
        moments=_moments(clause, text, words, dated),
        hours=hours_in(text),
        count=count_in(text),
        provider_unreachable="unreachable" in words,
    )
    denied_types = _types(clause, several_types, lambda span: span in denied) if denied else ()
    return Facts(
        slots,
        _data(words),
        denied_provinces,
        denied_types,
        frozenset(words | _recognised(slots, words)),
        telling & words - _untelling(words),
        _unread(clause, units),
    )


def _untelling(words: set[str]) -> set[str]:
    """Return the concepts that tell nothing beside others: in "wrong, it is Gansu" the last message is."""
    changed = {"changed"} if "change_word" in words else set()
    return changed | ({"wrong"} if CORRECTION in words else set())


def _unread(clause: Clause, units: Units) -> int:
    unknown = set(range(clause.start, clause.end))
    for span in clause.spans:
        unknown.difference_update(range(span.start, span.end))
    return sum(map(units.is_word, unknown))


def _moments(clause: Clause, text: str, words: set[str], dated: Dated) -> tuple[datetime, ...]:
    """Return when the SMS came or the filing was submitted, as far as the clause says it."""
    named = clause.start <= dated.moment_at < clause.end
    if named and _PUT_OFF not in words and (dated.precise or not _EVENTS.isdisjoint(words)):
        return dated.moments
    elapsed = None if named or _BEGINNINGS.isdisjoint(words) else elapsed_hours_in(text)
    return (dated.now.astimezone(UTC) - timedelta(hours=elapsed),) if elapsed is not None and dated.now else ()


def _denied(clause: Clause) -> set[Span]:
    """Return the places and types that a "not" stands before, or a "no longer wanted" behind."""
    denied = set()
    telling = [span for span in clause.spans if span.meaning.concepts != {"neutral"}]
    for first, second in itertools.pairwise(telling):
        if second.start - first.end > _DENIED_WITHIN:
            continue
        if first.meaning.concepts.intersection(_DENYING):
            denied.add(second)
        if _DROPPED in second.meaning.concepts:
            denied.add(first)
    return {span for span in denied if any(_is_entity(concept) for concept in span.meaning.concepts)}


def _is_entity(concept: str) -> bool:
    return concept in (PLACE, SEVERAL_TYPES, "same_person") or concept.startswith(TYPE)


def _provinces(clause: Clause, denied: set[Span]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the provinces that are named, those a name leaves open, and those denied."""
    places = list(clause.with_(PLACE))
    sure = [span.meaning.provinces for span in places if span not in denied and not is_unclear(span)]
    named = tuple(dict.fromkeys(id_ for provinces in sure for id_ in provinces))
    open_ = [span.meaning.provinces for span in places if span not in denied and is_unclear(span)]
    unclear = tuple(dict.fromkeys(id_ for provinces in open_ if not set(named) & set(provinces) for id_ in provinces))
    return named, unclear, tuple(id_ for span in places if span in denied for id_ in span.meaning.provinces)


def is_unclear(span: Span) -> bool:
    """Whether the name of a place is that of towns in several provinces."""
    return len(span.meaning.provinces) > 1 and "group" not in span.meaning.concepts


def _types(clause: Clause, several: Sequence[FilingType], wanted: Callable[[Span], bool]) -> tuple[FilingType, ...]:
    concepts = [concept for span in clause.spans if wanted(span) for concept in span.meaning.concepts]
    found = [FilingType(concept.removeprefix(TYPE)) for concept in concepts if concept.startswith(TYPE)]
    if not found and SEVERAL_TYPES in concepts:
        return tuple(several)
    return tuple(dict.fromkeys(found))


def _change(words: Iterable[str]) -> Change | None:
    changes = {concept.removeprefix(CHANGED) for concept in words if concept.startswith(CHANGED)}
    if not changes:
        return None
    return Change(changes.pop()) if len(changes) == 1 else Change.BOTH


def _data(words: Iterable[str]) -> Change | None:
    named = {_DATA[concept] for concept in words if concept in _DATA}
    return (named.pop() if len(named) == 1 else Change.BOTH) if named else None


def _contacts(words: Iterable[str]) -> tuple[Contact, ...]:
    named = {concept.removeprefix(CONTACT) for concept in words if concept.startswith(CONTACT)}
    if not named:
        return ()
    return tuple(contact for contact in Contact if contact.value in named or "both" in named)


def _same_person(clause: Clause, denied: set[Span]) -> bool | None:
    spans = list(clause.with_("same_person"))
    return None if not spans else not any(span in denied for span in spans)


def _batches(clause: Clause, units: Units) -> tuple[int, ...]:
    named = [batches_in(units.words(span.start, span.end)) for span in clause.with_("nth_batch")]
    return tuple(dict.fromkeys(number for numbers in named for number in numbers))


def _recognised(slots: Slots, words: Iterable[str]) -> set[str]:
    present = {
        "place": slots.provinces or slots.unclear_city,
        "type": slots.filing_types,
        "contact": slots.contacts,
        "changed_data": slots.change,
        "moment": slots.moments,
        "day": slots.on,
        "hours": slots.hours,
        "count": slots.count,
    }
    return {name for name, value in present.items() if value} | {"type" for word in words if word.startswith(TYPE)}


def together(facts: Iterable[Facts]) -> Slots:
    """Return what clauses say together."""
    return reduce(merged, (part.slots for part in facts), NOT_SAID)


def merged(first: Slots, second: Slots) -> Slots:
    """Return both: lists joined, other values of `first` where it has them."""
    if NOT_SAID in (first, second):
        return second if first == NOT_SAID else first
    values: dict[str, Any] = {}
    for name in _SLOTS:
        one, other = getattr(first, name), getattr(second, name)
        if isinstance(one, tuple):
            values[name] = tuple(dict.fromkeys((*one, *other))) if one or other else ()
        else:
            values[name] = other if _is_empty(name, one) else one
    if set(values["unclear_city"]) & set(values["provinces"]):
        values["unclear_city"] = ()  # "Fuzhou, Fujian"
    return Slots(**values)


def filled(own: Slots, rest: Slots) -> Slots:
    """Return `own` with what it does not say taken from `rest`; what names provinces goes together."""
    if own in (NOT_SAID, rest) or rest == NOT_SAID:
        return rest if own == NOT_SAID else own
    values: dict[str, Any] = {}
    for name in _SLOTS:
        value = getattr(own, name)
        empty = _is_empty(name, value)
        if name in PLACE_SLOTS and has_place(own):
            # The day that another clause names may be that of any province.
            empty = empty and name == "on" and not own.batches
        values[name] = getattr(rest, name) if empty else value
    return Slots(**values)


def _is_empty(name: str, value: object) -> bool:
    return value in (None, ()) or (name == "provider_unreachable" and value is False)


PLACE_SLOTS = ("provinces", "unclear_city", "batches", "on")
"""They say together which provinces are meant: one of them takes the place of all."""


def has_place(slots: Slots) -> bool:
    """Whether it is said which provinces are meant."""
    return bool(slots.provinces or slots.unclear_city or slots.batches or slots.on)
