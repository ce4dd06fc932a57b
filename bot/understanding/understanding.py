"""The door of this package: what a message asks."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from bot.resources import resource
from bot.rules.model import FilingType
from bot.understanding.asks import ASKED, CHANGE_WORD, SMALL_TALK, Asker, Found, akin_to
from bot.understanding.classifier import Evidence
from bot.understanding.facts import CORRECTION
from bot.understanding.follow_up import asks_for_data, asks_of_names, with_context
from bot.understanding.masking import is_sensitive
from bot.understanding.memory import Memory, fingerprint
from bot.understanding.model import Ask, Context, Slots, Topic, TrackLine, Understood
from bot.understanding.reader import Read, Reader
from bot.understanding.types import DescribedTypes

SURE = 0.3
"""How likely a topic has to be to be answered; chosen on the questions of `tests/questions` (`make eval` shows why)."""
_SURE_STATEMENT = 0.8
"""The same in a mere statement of where somebody is."""
_SURE_CORRECTION = 0.95
_SURE_FOLLOW_UP = 0.7
"""The same where the message names something of which the last question may be meant, with "sorry, …" or without."""
_NEAREST = 3
_UNKNOWN_NEAREST = (Topic.PORTAL, Topic.TARGETS, Topic.NOT_RECEIVED)
"""What is offered when nothing at all was recognised: what people ask most."""
_SAID_WITH_PHRASE = frozenset(
    (Topic.NOT_FOUND, Topic.FAILED, Topic.RESEND, Topic.RESEND_RESULT, Topic.STEPS, Topic.VERIFIED, Topic.WHAT_IS)
)
"""What a question like "what does it mean" beside a pasted phrase may look like."""
_GUESSED = 0.4
"""How sure it is that a name among words that are not understood is what the message is about."""


_LONGEST_REMEMBERED = 200
"""Characters of a message that may come again from somebody else."""
_MESSAGES_REMEMBERED = 1000
_ANSWERS_REMEMBERED = 4000


class _Message(Struct, frozen=True):
    """A message as it is read, and what speaks for each topic in each clause."""

    read: Read
    evidence: list[Evidence]
    sensitive: bool
    found: dict[frozenset[Topic], list[Found]] = field(default_factory=dict)
    """What it was found to ask, by the topics that were likelier for what had been asked before."""

    @property
    def may_be_kept(self) -> bool:
        """Whether it reads the same when it comes again that day, and holds nothing that nobody else should see."""
        return self.read.lasts and not self.sensitive


_Key = tuple[bytes, date]


class Understanding:
    """Reads messages. Built once; any number of threads may share it."""

    def __init__(self, reader: Reader, asker: Asker, types: DescribedTypes) -> None:
        self._reader = reader
        self._asker = asker
        self._types = types

    @classmethod
    def load(cls, folder: Path | None = None, days: Iterable[date] = ()) -> "Understanding":
        """Read the data files, by default the shipped ones; `DataError` names file, entry and reason.

        `folder` holds `provinces.toml` and the folder `understanding`. `days` are those that matter in the rules (the
        first days of the batches): a day named without its year is taken for one of them.
        """
        folder = folder or resource("data")
        own = folder / "understanding"
        return cls(Reader.load(folder, days), Asker.load(own), DescribedTypes.load(own))

    def remembering(self) -> "Remembering":
        """Return one that reads the same, and remembers what it has read."""
        return Remembering(self._reader, self._asker, self._types)

    def read(self, text: str, now: datetime, zone: ZoneInfo, context: Context | None = None) -> Understood:
        """Return what `text` asks at the moment `now`, said by someone in `zone`.

        `context` is what the conversation was about; what a follow-up leaves out is taken from there.
        """
        return self._understood(self._message(text, now, zone), context)

    def _message(self, text: str, now: datetime, zone: ZoneInfo) -> _Message:
        read = self._types.complete(self._reader.read(text, now, zone))
        # Nothing of its words is wanted any more, should it be kept.
        return _Message(replace(read, features=[]), self._asker.weigh(read), is_sensitive(text))

    def _understood(self, message: _Message, context: Context | None) -> Understood:
        read = message.read
        asks, confidence = self._asks(message, context)
        if asks:
            return Understood(asks, read.locale, message.sensitive, confidence=confidence)
        nearest = self._asker.nearest(read, message.evidence, _NEAREST) or _UNKNOWN_NEAREST
        return Understood((Ask(Topic.UNKNOWN, read.slots),), read.locale, message.sensitive, nearest, confidence)

    def track_line(self, text: str, now: datetime, zone: ZoneInfo) -> TrackLine:
        """Return what a line like `甘肃 新增备案 昨天下午3点 example.com` says, in whatever order."""
        return self._reader.track_line(text, now, zone)

    def find_provinces(self, text: str) -> tuple[str, ...]:
        """Return the provinces that `text` names; those of an ambiguous town are left out."""
        return self._reader.find_provinces(text)

    def find_filing_types(self, text: str) -> tuple[FilingType, ...]:
        """Return the filing types that `text` names, also by names that are only used where a type is expected."""
        return self._reader.find_filing_types(text)

    def _asks(self, message: _Message, context: Context | None) -> tuple[tuple[Ask, ...], float]:
        """Return the asks of a message, none where it is not understood, and how sure they are."""
        read = message.read
        pasted = [Found(Ask(Topic.PORTAL_SAYS, Slots(phrase=phrase)), 1.0) for phrase in read.phrases]
        named = () if pasted else self._names_only(read, context)
        if named:
            return named, 1.0
        akin = akin_to(context.topic if context else None)
        if akin not in message.found:
            message.found[akin] = self._asker.find(read, message.evidence, akin)
        found = message.found[akin]
        if pasted:
            found = [*pasted, *filter(_is_apart, found)]
        named = asks_of_names(replace(read.slots, moments=()), context, None, asking=_goes_on(read))
        needed = _needed(read, named, context)
        sure = [one for one in found if one.ask.topic not in SMALL_TALK and one.sure >= needed]
        if sure:
            return with_context(sure, read.facts, context), min(one.sure for one in sure)
        if named:
            return named, _GUESSED
        sure = [one for one in found if one.sure >= SURE]
        return with_context(sure, read.facts, context), max((one.sure for one in found), default=0.0)

    def _names_only(self, read: Read, context: Context | None) -> tuple[Ask, ...]:
        """Return what a message asks that holds nothing but names; nothing where it holds more."""
        data_asked = asks_for_data(context)
        if not all(part.is_bare(data_asked=data_asked) for part in read.facts):
            return ()
        slots = read.slots
        if not slots.filing_types and any(
            CHANGE_WORD in part.concepts and CORRECTION not in part.concepts for part in read.facts
        ):
            slots = replace(slots, filing_types=(FilingType.CHANGE,))
        data = next((part.data for part in read.facts if part.data), None)
        return asks_of_names(slots, context, data, asking=_goes_on(read))


class Remembering(Understanding):
    """Reads messages and remembers for the day what they say, but for those that name a time or hold digits to hide.

    Of their words nothing is kept: a message that comes again is known by its fingerprint.
    """

    def __init__(self, reader: Reader, asker: Asker, types: DescribedTypes) -> None:
        super().__init__(reader, asker, types)
        self._messages: Memory[_Key, _Message] = Memory(_MESSAGES_REMEMBERED)
        self._answers: Memory[tuple[_Key, Context | None], Understood] = Memory(_ANSWERS_REMEMBERED)

    def read(self, text: str, now: datetime, zone: ZoneInfo, context: Context | None = None) -> Understood:
        """See `Understanding.read`."""
        if len(text) > _LONGEST_REMEMBERED:
            return super().read(text, now, zone, context)
        key = fingerprint(text), now.astimezone(zone).date()
        message = self._messages.recall(key, lambda: self._message(text, now, zone), lambda read: read.may_be_kept)
        if not message.may_be_kept:
            return self._understood(message, context)
        return self._answers.recall((key, context), lambda: self._understood(message, context))


def _needed(read: Read, named: Sequence[Ask], context: Context | None) -> float:
    """Return how sure a topic has to be: more where the names in a message tell what it is about without one."""
    if not named:
        return SURE
    if not any(clause.asks for clause in read.clauses) and named[0].topic is Topic.PROVINCE:
        return _SURE_STATEMENT
    if context is None or named[0].topic is not context.topic:
        return SURE
    corrects = any(CORRECTION in part.concepts for part in read.facts)
    return _SURE_CORRECTION if corrects else _SURE_FOLLOW_UP


def _is_apart(found: Found) -> bool:
    """Whether an ask beside a pasted phrase is more than the question what that means."""
    return found.asking and found.sure >= ASKED and found.ask.topic not in _SAID_WITH_PHRASE


def _goes_on(read: Read) -> bool:
    """Whether a message of mere names repeats the question before it, whatever that was: "and Hebei?".

    A correction ("sorry, it is Hebei") does so only where the answer depends on it.
    """
    corrects = any(CORRECTION in part.concepts for part in read.facts)
    return not corrects and any(clause.asks for clause in read.clauses)
