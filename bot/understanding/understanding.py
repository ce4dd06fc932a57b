"""The door of this package: what a message asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.resources import resource
from bot.rules.model import FilingType
from bot.understanding.abbreviations import Abbreviations
from bot.understanding.asks import CHANGE_WORD, SMALL_TALK, Asker, Found
from bot.understanding.clauses import Clause, Cutter
from bot.understanding.facts import Dated, Facts, facts_of, merged
from bot.understanding.follow_up import asks_for_data, asks_of_names, with_context
from bot.understanding.language import Scripts
from bot.understanding.latin import Latin
from bot.understanding.lexicon import Span
from bot.understanding.masking import is_sensitive
from bot.understanding.model import Ask, Context, Slots, Topic, TrackLine, Understood
from bot.understanding.normal import Normal, Normaliser
from bot.understanding.phrases import Phrases
from bot.understanding.places import load_places
from bot.understanding.sequences import Sequences
from bot.understanding.sounds import Sounds
from bot.understanding.times import read_date, read_moment
from bot.understanding.topics import PSEUDO_WEIGHTS, Topics
from bot.understanding.tracking import read_track_line
from bot.understanding.units import Splitter, Units
from bot.understanding.words import Vocabulary, load_vocabulary

_ENTITY_WEIGHTS = dict.fromkeys(PSEUDO_WEIGHTS, 0.0)
_NEAREST = 3
_UNKNOWN_NEAREST = (Topic.PORTAL, Topic.TARGETS, Topic.NOT_RECEIVED)
"""What is offered when nothing at all was recognised: what people ask most."""
_SAID_WITH_PHRASE = frozenset(
    (Topic.NOT_FOUND, Topic.FAILED, Topic.RESEND, Topic.RESEND_RESULT, Topic.STEPS, Topic.VERIFIED, Topic.WHAT_IS)
)
"""What a question like "what does it mean" beside a pasted phrase may look like."""
_PASTED = 6.0
"""How much a pasted phrase of the portal scores: nothing is surer."""
_GUESSED = 0.6
"""How sure it is that a name among words that are not understood is what the message is about."""
_NAMES_BEAT = 2.0
"""Below this score, names of provinces and types tell more than the topic."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A message in all the forms that the steps need."""

    normal: Normal
    units: Units
    clauses: list[Clause]
    facts: list[Facts]
    phrases: tuple[str, ...]


class Understanding:
    """Reads messages. Built once; reading changes nothing, so that any number of threads may share it."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        splitter: Splitter,
        abbreviations: Abbreviations,
        cutter: Cutter,
        asker: Asker,
        scripts: Scripts,
        phrases: Phrases,
        days: Sequence[date],
    ) -> None:
        self._vocabulary = vocabulary
        self._normalise = Normaliser()
        self._split = splitter
        self._abbreviations = abbreviations
        self._cut = cutter
        self._asker = asker
        self._scripts = scripts
        self._phrases = phrases
        self._days = tuple(days)

    @classmethod
    def load(cls, folder: Path | None = None, days: Iterable[date] = ()) -> "Understanding":
        """Read the data files, by default the shipped ones; `DataError` names file, entry and reason.

        `folder` holds `provinces.toml` and the folder `understanding`. `days` are those that matter in the rules (the
        first days of the batches): a day named without its year is taken for one of them.
        """
        folder = folder or resource("data")
        own = folder / "understanding"
        sounds = Sounds.load(own)
        places = load_places(folder)
        vocabulary = load_vocabulary(own, places, sounds)
        concepts = dict(vocabulary.concepts)
        sequences = Sequences.load(own, concepts)
        weights = {name: concept.weight for name, concept in concepts.items()} | _ENTITY_WEIGHTS
        return cls(
            vocabulary,
            Splitter(Latin(vocabulary, sounds), vocabulary.numbers),
            Abbreviations(places.abbreviations),
            Cutter(sequences, concepts),
            Asker(Topics.load(own, concepts), weights),
            Scripts(vocabulary.simplified, vocabulary.frame, frozenset(vocabulary.latin_places.values())),
            Phrases.load(own),
            tuple(days),
        )

    def read(self, text: str, now: datetime, zone: ZoneInfo, context: Context | None = None) -> Understood:
        """Return what `text` asks at the moment `now`, said by someone in `zone`.

        `context` is what the conversation was about; what a follow-up leaves out is taken from there.
        """
        message = self._message(text, now, zone)
        locale = self._scripts.locale(text, message.normal, message.units)
        sensitive = is_sensitive(text)
        asks, confidence = self._asks(message, context)
        if asks:
            return Understood(asks, locale, sensitive, confidence=confidence)
        nearest = self._asker.nearest(message.facts, _NEAREST) or _UNKNOWN_NEAREST
        return Understood((Ask(Topic.UNKNOWN, _all_slots(message.facts)),), locale, sensitive, nearest, 0.0)

    def track_line(self, text: str, now: datetime, zone: ZoneInfo) -> TrackLine:
        """Return what a line like `甘肃 新增备案 昨天下午3点 example.com` says, in whatever order."""
        normal = self._normalise(text)
        units = self._split(normal)
        spans = self._spans(units)
        clauses = self._cut(units, spans)
        facts = self._facts(clauses, units, Dated())
        return read_track_line(text, normal, now, zone, units, spans, clauses, facts, self._vocabulary)

    def find_provinces(self, text: str) -> tuple[str, ...]:
        """Return the provinces that `text` names; those of an ambiguous town are left out."""
        return self._named(text).provinces

    def find_filing_types(self, text: str) -> tuple[FilingType, ...]:
        """Return the filing types that `text` names, also by names that are only used where a type is expected."""
        found = self._named(text).filing_types
        if found:
            return found
        short = self._vocabulary.short_names.get(self._normalise(text).text.strip())
        return (short,) if short else ()

    def _named(self, text: str) -> Slots:
        units = self._split(self._normalise(text))
        return _all_slots(self._facts(self._cut(units, self._spans(units)), units, Dated()))

    def _message(self, text: str, now: datetime, zone: ZoneInfo) -> _Message:
        normal = self._normalise(text)
        pasted = self._phrases.find(normal.text)
        units = self._split(replace(normal, text=pasted.rest))
        clauses = self._cut(units, self._spans(units))
        dated = self._dated(normal, units, now, zone)
        facts = self._facts(clauses, units, dated)
        return _Message(normal, units, clauses, facts, pasted.phrases)

    def _spans(self, units: Units) -> list[Span]:
        """Return the words of a message, those of abbreviations of provinces among them."""
        spans = self._vocabulary.lexicon.find(units.text)
        return self._abbreviations.add(units.text, spans)

    def _facts(self, clauses: Iterable[Clause], units: Units, dated: Dated) -> list[Facts]:
        several = self._vocabulary.several_types
        return [facts_of(clause, units, dated, several) for clause in clauses]

    def _dated(self, normal: Normal, units: Units, now: datetime, zone: ZoneInfo) -> Dated:
        """Return the moment and the day that the message names; a moment to come is none that a code came at."""
        moment = read_moment(normal.text, now, zone)
        day = read_date(normal.text, now.astimezone(zone).date())
        past = tuple(one for one in moment.moments if one <= now) if moment else ()
        return Dated(
            now,
            past,
            _unit_at(units, normal.origin[moment.span[0]]) if moment and past else -1,
            bool(moment and moment.precise),
            self._completed(day.date, day.year) if day else None,
            _unit_at(units, normal.origin[day.span[0]]) if day else -1,
        )

    def _completed(self, day: date, year: int | None) -> date:
        """Return the day, one without a year taken for the day of the rules that falls on it."""
        if year is not None:
            return day
        return next((known for known in self._days if (known.month, known.day) == (day.month, day.day)), day)

    def _asks(self, message: _Message, context: Context | None) -> tuple[tuple[Ask, ...], float]:
        """Return the asks of a message, none where it is not understood, and how sure they are."""
        found = self._asker.find(message.clauses, message.facts)
        if message.phrases:
            pasted = [Found(Ask(Topic.PORTAL_SAYS, Slots(phrase=phrase)), _PASTED) for phrase in message.phrases]
            found = [*pasted, *(one for one in found if one.ask.topic not in _SAID_WITH_PHRASE)]
        serious = [one for one in found if one.ask.topic not in SMALL_TALK]
        if serious:
            return with_context(serious, message.facts, context), _confidence(serious)
        named = self._names_only(message, context)
        if named:
            return named, 1.0
        weakest = self._asker.weakest(message.facts)
        weak = found or ([weakest] if weakest else [])
        named = asks_of_names(replace(_all_slots(message.facts), moments=()), context, None, asking=False)
        if named and (not weak or weak[0].score < _NAMES_BEAT or weak[0].ask.topic in SMALL_TALK):
            return named, _GUESSED
        return with_context(weak, message.facts, context), _confidence(weak)

    def _names_only(self, message: _Message, context: Context | None) -> tuple[Ask, ...]:
        """Return what a message asks that holds nothing but names; nothing where it holds more."""
        data_asked = asks_for_data(context)
        if not all(self._asker.is_bare(part, data_asked=data_asked) for part in message.facts):
            return ()
        slots = _all_slots(message.facts)
        if not slots.filing_types and any(CHANGE_WORD in part.concepts for part in message.facts):
            slots = replace(slots, filing_types=(FilingType.CHANGE,))
        data = next((part.data for part in message.facts if part.data), None)
        return asks_of_names(slots, context, data, asking=any(clause.asks for clause in message.clauses))


def _confidence(found: Sequence[Found]) -> float:
    """Return how sure the least sure ask is, from 0 to 1."""
    return min((one.score / (one.score + 1) for one in found), default=0.0)


def _all_slots(facts: Iterable[Facts]) -> Slots:
    return reduce(merged, (part.slots for part in facts), Slots())


def _unit_at(units: Units, place: int) -> int:
    """Return the first unit at or after a place in the raw message."""
    return next((number for number, end in enumerate(units.ends) if end > place), -1)
