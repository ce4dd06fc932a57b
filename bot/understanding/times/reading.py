"""Reading the time or the date that a text names; see `read_moment` and `read_date` of the package."""

import re
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from bot.understanding.times.clock_words import chinese_times, english_times, lacking_times, named_times
from bot.understanding.times.clocks import colon_times, iso_times
from bot.understanding.times.dates import CalendarDates
from bot.understanding.times.days import chinese_weekdays, english_weekdays, relative_days
from bot.understanding.times.elapsed import TimesAgo, present
from bot.understanding.times.expressions import CHINESE, Composer, Expression
from bot.understanding.times.model import DateReading, MomentReading
from bot.understanding.times.numerals import Numerals
from bot.understanding.times.parts import parts_of_day
from bot.understanding.times.pieces import Ago, Context, Day, Finder
from bot.understanding.times.resolve import Resolver
from bot.understanding.times.words import Words, tokens, words

NAME = re.compile(
    r"https?://[!-~]+|[a-z0-9._%+-]+@[a-z0-9.-]+|(?<![a-z0-9@.-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?![a-z0-9])(?:[:/][!-~]*)?",
    re.ASCII,
)
"""Addresses and host names: what looks like a time in one is none."""
IN_NAMES = frozenset(".:@")
"""Every such name holds one of these."""
MASK = "\0"
FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
"""Full-width forms, and the spaces that are no ASCII ones, one character for one, so that places stay."""


class Reader:
    """Reads times and dates with the given words."""

    def __init__(self, words: Words) -> None:
        numerals = Numerals(words)
        self._dates = CalendarDates(words, numerals)
        self._composer = Composer(words)
        self._finders: tuple[Finder, ...] = (
            present(words),
            TimesAgo(words, numerals).finder,
            relative_days(words),
            chinese_weekdays(words),
            english_weekdays(words),
            Finder(self._dates.find, ()),
            parts_of_day(words, numerals),
            iso_times(),
            colon_times(words),
            chinese_times(words, numerals),
            lacking_times(words, numerals),
            *english_times(words, numerals),
            named_times(words),
        )

    def times(self, text: str, now: datetime, zone: ZoneInfo) -> tuple[MomentReading | None, DateReading | None]:
        """Return the time and the first calendar date that the text names, None if it names none."""
        context = _context(text, now.astimezone(zone).date())
        return self._moment(text, context, now, zone), self._date(text, context)

    def moment(self, text: str, now: datetime, zone: ZoneInfo) -> MomentReading | None:
        """Return the time that the text names, None if it names none."""
        return self._moment(text, _context(text, now.astimezone(zone).date()), now, zone)

    def date(self, text: str, today: date) -> DateReading | None:
        """Return the first calendar date that the text names, None if it names none."""
        return self._date(text, _context(text, today))

    def _moment(self, text: str, context: Context, now: datetime, zone: ZoneInfo) -> MomentReading | None:
        resolver = Resolver(now, zone)
        pieces = [piece for find in self._finders for piece in find(context)]
        if not pieces:
            return None
        readings = [
            (_rank(expression, resolver.is_future(moments)), expression, moments, precise)
            for expression in self._composer.expressions(pieces, context.text)
            for moments, precise in [resolver.resolve(expression)]
        ]
        if not readings:
            return None
        _, best, moments, precise = min(readings, key=lambda reading: reading[0])
        return MomentReading(moments, best.spans, " ".join(text[start:end] for start, end in best.spans), precise)

    def _date(self, text: str, context: Context) -> DateReading | None:
        written = [
            found
            for found in self._dates.written(context)
            if not found.needs_time and found.readings[0].month is not None
        ]
        if not written:
            return None
        first = min(written, key=lambda found: (found.start, -found.end))
        fields = first.readings[0]
        dates = fields.dates(context.today)
        day = next((day for day in dates if day <= context.today), dates[0])
        return DateReading(day, fields.year, (first.start, first.end), text[first.start : first.end])


def _context(text: str, today: date) -> Context:
    folded = text.translate(FOLDED)
    lowered = folded.lower()
    if len(lowered) != len(folded):
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in folded)
    if not IN_NAMES.isdisjoint(lowered):
        lowered = NAME.sub(lambda match: MASK * len(match.group()), lowered)
    return Context(lowered, today, CHINESE.search(lowered) is not None, tokens(lowered))


def _rank(expression: Expression, future: bool) -> tuple[int, int]:
    """What is read: the first expression, but a mere "now" or "today", or what lies ahead, only for want of another."""
    ago = expression.first(Ago)
    if ago is not None and ago.weak:
        return 3, expression.spans[0][0]
    if future:
        return 2, expression.spans[0][0]
    weak = all(isinstance(meaning, Day) and meaning.weak for meaning in expression.meanings)
    return int(weak), expression.spans[0][0]


@cache
def reader() -> Reader:
    """Return the reader with the shipped words."""
    return Reader(words())
