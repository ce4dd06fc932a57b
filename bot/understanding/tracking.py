"""Lines to track: `甘肃 新增备案 昨天下午3点 example.com`, in any order."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.filings.filing import LABEL_LENGTH
from bot.rules.model import FilingType
from bot.understanding.clauses import Clause
from bot.understanding.facts import Facts, together
from bot.understanding.lexicon import Span
from bot.understanding.model import Slots, TrackLine
from bot.understanding.normal import Normal
from bot.understanding.times import read_moment
from bot.understanding.units import ADDRESS, Units
from bot.understanding.words import CHANGED, PLACE, TYPE, Vocabulary

_TAKEN = ("several_types", "same_person", "change_word", PLACE)
_FILLER = frozenset(("neutral", "submit", "filing", "track", "receive", "to", "by", "aspect", "already", "joining"))
"""Words of these concepts alone make no label."""
_CHUNK = re.compile(r"[^\s,，、;；|]+")
_EDGES = ".。!！?？:：()（）[]【】\"'“”‘’-–—"


def read_track_line(
    text: str,
    normal: Normal,
    now: datetime,
    zone: ZoneInfo,
    units: Units,
    spans: Sequence[Span],
    clauses: Sequence[Clause],
    facts: Sequence[Facts],
    vocabulary: Vocabulary,
) -> TrackLine:
    """Return what a line says: what is neither time nor name is its label."""
    slots = _with_change(together(facts), facts)
    moment = read_moment(normal.text, now, zone)
    hidden = set(_places(units, [span for clause in clauses for span in clause.spans if _is_taken(span)]))
    filler = set(_places(units, [span for span in spans if span.meaning.concepts & _FILLER]))
    for start, end in moment.spans if moment else ():
        hidden.update(range(normal.origin[start], normal.origin[end]))
    rest = "".join(" " if at in hidden else character for at, character in enumerate(text))
    words = _words(rest, filler)
    short = next((vocabulary.short_names[word] for word in words if word in vocabulary.short_names), None)
    if short and not slots.filing_types:
        slots = replace(slots, filing_types=(short,))
        words = [word for word in words if word not in vocabulary.short_names]
    slots = replace(slots, moments=moment.moments if moment else (), on=None, hours=None, count=None)
    label = " ".join(_addresses(rest, units) or words)[:LABEL_LENGTH]
    return TrackLine(slots, label, moment.text if moment else "", precise=moment is None or moment.precise)


def _with_change(slots: Slots, facts: Sequence[Facts]) -> Slots:
    """Return the slots; where no other type is named, the data that are named are those that change."""
    if slots.change or slots.filing_types not in ((), (FilingType.CHANGE,)):
        return slots
    return replace(slots, change=next((part.data for part in facts if part.data), None))


def _is_taken(span: Span) -> bool:
    return any(concept in _TAKEN or concept.startswith((TYPE, CHANGED)) for concept in span.meaning.concepts)


def _places(units: Units, spans: Iterable[Span]) -> Iterable[int]:
    for span in spans:
        start, end = units.place(span.start, span.end)
        yield from range(start, end)


def _addresses(rest: str, units: Units) -> list[str]:
    """Return the domains and addresses; where there are any, they alone are the label."""
    places = zip(units.text, units.starts, units.ends, strict=True)
    return [rest[start:end] for unit, start, end in places if unit == ADDRESS and rest[start:end].strip()]


def _words(rest: str, filler: set[int]) -> list[str]:
    """Return the words of what is left that are more than filler."""
    words = [found for found in _CHUNK.finditer(rest) if not filler.issuperset(range(*found.span()))]
    return [word for word in (found[0].strip(_EDGES) for found in words) if word]
