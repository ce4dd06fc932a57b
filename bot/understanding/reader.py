"""Reading a message: its words, clauses, names and times, before anybody asks what it is about."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from bot.rules.model import FilingType
from bot.understanding.abbreviations import Abbreviations
from bot.understanding.clauses import YESNO, Clause, Cutter
from bot.understanding.facts import Dated, Facts, facts_of, together
from bot.understanding.features import Features
from bot.understanding.language import Scripts
from bot.understanding.latin import Latin
from bot.understanding.lexicon import Span
from bot.understanding.model import Slots, TrackLine
from bot.understanding.normal import Normal, Normaliser
from bot.understanding.phrases import Phrases
from bot.understanding.places import load_places
from bot.understanding.sequences import Sequences
from bot.understanding.sounds import Sounds
from bot.understanding.times import read_times
from bot.understanding.units import Splitter, Units
from bot.understanding.words import Vocabulary, load_vocabulary

_BARE = 0.5
"""What the concepts of a mere name weigh at most."""


class Read(Struct, frozen=True, dict=True):
    """A message in all the forms that the next steps need; `facts` and `features` are those of the clauses.

    `phrases` are the ids of what it quotes of the portal; `locale` that of the writing, None where it does not tell.
    `lasts`: it reads the same at any other moment of that day, for it names none.
    """

    clauses: list[Clause]
    facts: list[Facts]
    features: list[list[str]]
    phrases: tuple[str, ...]
    locale: str | None
    lasts: bool

    @cached_property
    def slots(self) -> Slots:
        """What all clauses say together."""
        return together(self.facts)


class Reader:
    """Reads messages. Built once; reading changes nothing, so that any number of threads may share it."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        splitter: Splitter,
        abbreviations: Abbreviations,
        cutter: Cutter,
        phrases: Phrases,
        days: Iterable[date],
    ) -> None:
        self._vocabulary = vocabulary
        self._normalise = Normaliser()
        self._split = splitter
        self._abbreviations = abbreviations
        self._cut = cutter
        self._features = Features(vocabulary.alphabet.by_unit())
        self._scripts = Scripts(vocabulary.simplified, vocabulary.frame, frozenset(vocabulary.latin_places.values()))
        concepts = vocabulary.concepts.items()
        self._telling = frozenset(name for name, concept in concepts if concept.weight > _BARE and name != YESNO)
        self._phrases = phrases
        self._days = tuple(days)

    @classmethod
    def load(cls, folder: Path, days: Iterable[date] = ()) -> "Reader":
        """Read the data files of a folder; `DataError` names file, entry and reason. See `Understanding.load`."""
        own = folder / "understanding"
        sounds = Sounds.load(own)
        places = load_places(folder)
        vocabulary = load_vocabulary(own, places, sounds)
        concepts = dict(vocabulary.concepts)
        return cls(
            vocabulary,
            Splitter(Latin(vocabulary, sounds), vocabulary.numbers),
            Abbreviations(places.abbreviations),
            Cutter(Sequences.load(own, concepts), concepts),
            Phrases.load(own),
            days,
        )

    def read(self, text: str, now: datetime, zone: ZoneInfo) -> Read:
        """Return `text` as it is read at the moment `now`, said by someone in `zone`."""
        normal = self._normalise(text)
        pasted = self._phrases.find(normal.text)
        units = self._split(replace(normal, text=pasted.rest))
        clauses = self._clauses(units)
        dated = self._dated(normal, units, now, zone)
        facts = self._facts(clauses, units, dated)
        return Read(
            clauses,
            facts,
            [self._features(clause, units) for clause in clauses],
            pasted.phrases,
            self._scripts.locale(text, normal, units),
            not dated.timed and not any(part.slots.moments for part in facts),
        )

    def track_line(self, text: str, now: datetime, zone: ZoneInfo) -> TrackLine:
        """Return what a line like `甘肃 新增备案 昨天下午3点 example.com` says, in whatever order."""
        # Most of what is read is no such line, and a start does not wait for what reads one.
        from bot.understanding.tracking import read_track_line  # noqa: PLC0415

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
        return together(self._facts(self._clauses(units), units, Dated()))

    def _clauses(self, units: Units) -> list[Clause]:
        return self._cut(units, self._spans(units))

    def _spans(self, units: Units) -> list[Span]:
        """Return the words of a message, those of abbreviations of provinces among them."""
        spans = self._vocabulary.lexicon.find(units.text)
        return self._abbreviations.add(units.text, spans)

    def _facts(self, clauses: Sequence[Clause], units: Units, dated: Dated) -> list[Facts]:
        several = self._vocabulary.several_types
        return [facts_of(clause, units, dated, several, self._telling) for clause in clauses]

    def _dated(self, normal: Normal, units: Units, now: datetime, zone: ZoneInfo) -> Dated:
        """Return the moment and the day that the message names; a moment to come is none that a code came at."""
        moment, day = read_times(normal.text, now, zone)
        if moment is None and day is None:
            return Dated(now)
        past = tuple(one for one in moment.moments if one <= now) if moment else ()
        return Dated(
            now,
            moment is not None,
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


def _unit_at(units: Units, place: int) -> int:
    """Return the first unit at or after a place in the raw message."""
    return next((number for number, end in enumerate(units.ends) if end > place), -1)
