"""Calendar dates: 2018年9月15日, 9月25号, 25号, 2018-09-15, 11/23, Sept 15 2018, 24th of September."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from msgspec import Struct

from bot.understanding.times.numerals import FIGURES_BEGIN, YEAR, Numerals
from bot.understanding.times.pieces import Context, Day, DayKind, Piece
from bot.understanding.times.words import FIGURES, Words, any_of, begin

YEARS_BACK = 9
"""So far back a 29 February is looked for; eight years may lie between two."""
MONTHS_BACK = 3
"""So far back a 31st or 30th is looked for."""
MONTHS = 12


class Fields(Struct, frozen=True):
    """A day as it is written: None is not said. `month_back` counts from this month."""

    year: int | None
    month: int | None
    day: int
    month_back: int | None = None

    def dates(self, today: date) -> tuple[date, ...]:
        """Return the days it may be: the one there is, or where year or month is not said the latest first."""
        if self.month is None:
            back = range(MONTHS_BACK) if self.month_back is None else [self.month_back]
            months = [_months_before(today, months) for months in back]
        elif self.year is None:
            months = [(year, self.month) for year in range(today.year, today.year - YEARS_BACK, -1)]
        else:
            months = [(self.year, self.month)]
        return tuple(day for year, month in months if (day := _date(year, month, self.day)))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_before(today: date, months: int) -> tuple[int, int]:
    years, month = divmod(today.year * MONTHS + today.month - 1 - months, MONTHS)
    return years, month + 1


class Written(Struct, frozen=True):
    """A calendar date in a text: its place and its readings, each of which is a day that exists."""

    start: int
    end: int
    readings: tuple[Fields, ...]
    figures: bool = False
    needs_time: bool = False


Reader = Callable[[re.Match[str], Context], Written | None]


class CalendarDates:
    """Finds calendar dates."""

    def __init__(self, words: Words, numerals: Numerals) -> None:
        self._words = words.dates
        self._numerals = numerals
        day, separators = begin((*self._words.day, *self._words.day_of_month)), frozenset("-/.")
        self._readers: list[tuple[re.Pattern[str], Reader, tuple[frozenset[str], ...]]] = [
            (self._chinese_pattern(), self._chinese, (begin(self._words.month),)),
            (self._day_pattern(), self._day, (day,)),
            *((pattern, self._figures, (FIGURES, separators)) for pattern in self._figure_patterns()),
            *((pattern, self._english, (FIGURES, begin(self._words.english))) for pattern in self._english_patterns()),
        ]

    def find(self, context: Context) -> Iterator[Piece]:
        """Yield the dates as pieces of a time."""
        for written in self.written(context):
            rows = tuple(fields.dates(context.today) for fields in written.readings)
            day = Day(DayKind.CALENDAR, rows, needs_time=written.needs_time, figures=written.figures)
            yield Piece(written.start, written.end, (day,))

    def written(self, context: Context) -> Iterator[Written]:
        """Yield the dates of the text; they may overlap."""
        for pattern, reader, needs in self._readers:
            if any(map(context.tokens.isdisjoint, needs)):
                continue
            for match in pattern.finditer(context.text):
                written = reader(match, context)
                if written is not None and written.readings:
                    yield written

    def _chinese_pattern(self) -> re.Pattern[str]:
        words, numerals = self._words, self._numerals
        return re.compile(
            rf"(?:{numerals.begins}(?P<year>{YEAR}|{numerals.chinese_year})\s*{words.year}\s*"
            rf"|(?P<year_word>{any_of(words.years)})\s*|(?<!{words.year}))"
            rf"{numerals.begins}(?P<month>{numerals.small})\s*{any_of(words.month)}\s*(?P<day>{numerals.small})"
            rf"(?:\s*{any_of(words.day)}|(?!:|\s*{any_of(words.counted)}))",
            re.ASCII,
        )

    def _chinese(self, match: re.Match[str], context: Context) -> Written | None:
        year = self._numerals.year(match["year"]) if match["year"] else None
        if match["year_word"]:
            year = context.today.year + self._words.years[match["year_word"]]
        return _written(match, context, Fields(year, self._value(match["month"]), self._value(match["day"])))

    def _value(self, text: str) -> int:
        return self._numerals.value(text)

    def _day_pattern(self) -> re.Pattern[str]:
        words, numerals = self._words, self._numerals
        not_before = "".join(re.escape(word) for word in words.not_before)
        return re.compile(
            rf"(?:(?P<month>{any_of(words.months)})\s*|(?<![{not_before}]))"
            rf"{numerals.begins}(?P<day>{numerals.small})\s*{any_of(words.day)}(?!{any_of(words.not_after)})"
            rf"|{any_of(words.day_of_month)}\s+(?P<english>\d{{1,2}}){any_of(words.ordinals)}",
            re.ASCII,
        )

    def _day(self, match: re.Match[str], context: Context) -> Written | None:
        back = -self._words.months[match["month"]] if match["month"] else None
        return _written(match, context, Fields(None, None, self._value(match["day"] or match["english"]), back))

    def _figure_patterns(self) -> tuple[re.Pattern[str], ...]:
        begin = rf"{FIGURES_BEGIN}(?<![a-z][./])"
        end = r"(?![\d:]|[-/.][\da-z]|[a-su-z])"  # a T may follow, as in ISO 8601
        counted = any_of(self._words.counted)
        two, separator = r"(?P<first>\d{1,2})", r"(?P<separator>[-/.])"
        patterns = (
            rf"{begin}(?P<year>{YEAR}){separator}{two}(?P=separator)(?P<second>\d{{1,2}}){end}",
            rf"{begin}{two}{separator}(?P<second>\d{{1,2}})(?P=separator)(?P<last_year>{YEAR}){end}",
            rf"{begin}{two}{separator}(?P<second>\d{{1,2}}){end}(?!\s*{counted})",
        )
        return tuple(re.compile(pattern, re.ASCII) for pattern in patterns)

    def _figures(self, match: re.Match[str], context: Context) -> Written | None:
        fields = match.groupdict()
        first, second = int(match["first"]), int(match["second"])
        year = fields.get("year") or fields.get("last_year")
        dotted = year is None and match["separator"] == "."
        if match.group() in self._words.never or (dotted and not (context.chinese or _before_time(match))):
            return None
        month_first = Fields(int(year) if year else None, first, second)
        if "year" in fields or match["separator"] == "-" or (context.chinese and "last_year" not in fields):
            return _written(match, context, month_first, figures=True, needs_time=dotted)
        day_first = Fields(month_first.year, second, first)
        return _written(match, context, month_first, day_first, figures=True, needs_time=dotted)

    def _english_patterns(self) -> tuple[re.Pattern[str], ...]:
        words = self._words
        month, ordinal = rf"(?P<month>{any_of(words.english)})\.?", rf"{any_of(words.ordinals)}"
        year = rf"(?:,?\s*(?P<year>{YEAR})(?![\d:]))?"
        patterns = (
            rf"{month}\s*(?:the\s+)?(?P<day>\d{{1,2}})(?:{ordinal}|(?![\da-z:])){year}",
            rf"{FIGURES_BEGIN}(?P<day>\d{{1,2}})\s*{ordinal}?\s*(?:of\s+)?{month}{year}",
        )
        return tuple(re.compile(pattern, re.ASCII) for pattern in patterns)

    def _english(self, match: re.Match[str], context: Context) -> Written | None:
        year = int(match["year"]) if match["year"] else None
        return _written(match, context, Fields(year, self._words.english[match["month"]], int(match["day"])))


def _before_time(match: re.Match[str]) -> bool:
    return re.match(r"\s+\d{1,2}:\d\d", match.string[match.end() :]) is not None


def _written(
    match: re.Match[str], context: Context, *readings: Fields, figures: bool = False, needs_time: bool = False
) -> Written:
    """Keep the readings that are days; two that come to the same day are one."""
    by_dates = {dates: fields for fields in reversed(readings) if (dates := fields.dates(context.today))}
    return Written(match.start(), match.end(), tuple(reversed(by_dates.values())), figures, needs_time)
