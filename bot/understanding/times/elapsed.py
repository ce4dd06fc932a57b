"""Times before now: 一个半小时前, 40分钟前, 2 hours ago, 两天前, 刚刚, just now."""

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.understanding.times.numerals import Numerals
from bot.understanding.times.pieces import Ago, Context, Day, DayKind, Finder, Meaning, Piece
from bot.understanding.times.words import Unit, Words, any_of, begin, none_before

MINUTES_A_DAY = 1440


class TimesAgo:
    """Finds amounts of time with a word for "ago"."""

    def __init__(self, words: Words, numerals: Numerals) -> None:
        table = words.elapsed
        self._numerals = numerals
        self._amounts = {**table.amounts, **table.rough_amounts}
        self._rough = table.rough_amounts
        self._ending = begin(table.after)
        self._units = {word: unit for unit in table.units for word in unit.words}
        figures = r"\d{1,4}(?!\d)(?:\.\d(?!\d))?"
        amount = rf"(?:{figures}|{any_of(self._amounts)}|{numerals.small}|{numerals.english})"
        half = any_of(table.half)
        segment = (
            rf"{amount}\s*{any_of(table.counters)}?\s*{half}?\s*{any_of(table.more)}?\s*{any_of(self._units)}\s*{half}?"
        )
        self._whole = re.compile(
            rf"{numerals.begins}{segment}(?:\s*{any_of(table.join)}?\s*{segment})?\s*{any_of(table.after)}", re.ASCII
        )
        self._segment = re.compile(
            rf"(?P<amount>{amount})\s*{any_of(table.counters)}?\s*(?P<half>{half})?\s*(?P<more>{any_of(table.more)})?\s*"
            rf"(?P<unit>{any_of(self._units)})\s*(?P<half_more>{half})?",
            re.ASCII,
        )

    @property
    def finder(self) -> Finder:
        """What finds them."""
        return Finder(self._find, (self._ending,))

    def _find(self, context: Context) -> Iterator[Piece]:
        """Yield the pieces. Days and weeks leave the hour open, so a whole number of them is a day."""
        for match in self._whole.finditer(context.text):
            segments = list(self._segment.finditer(match.group()))
            minutes = sum(self._minutes(segment) for segment in segments)
            whole = any(self._unit(segment).whole for segment in segments)
            rough = whole or any(segment["more"] or segment["amount"] in self._rough for segment in segments)
            ago = timedelta(minutes=minutes)
            meaning: Meaning = Ago(ago, rough=rough)
            if whole and minutes % MINUTES_A_DAY == 0:
                meaning = Day(DayKind.RELATIVE, ((context.today - ago,),), ago=ago)
            yield Piece(match.start(), match.end(), (meaning,))

    def _unit(self, segment: re.Match[str]) -> Unit:
        return self._units[segment["unit"]]

    def _minutes(self, segment: re.Match[str]) -> float:
        text = " ".join(segment["amount"].split())
        if text in self._amounts:
            amount = self._amounts[text]
        elif text[0].isdecimal():
            amount = float(text)
        else:
            amount = self._numerals.value(text)
        if segment["half"] or segment["half_more"]:
            amount += 0.5
        return amount * self._unit(segment).minutes


def present(words: Words) -> Finder:
    """Find 刚刚, just now; and weakly 现在, where it stands between spaces, and now, where nothing else is said."""
    table = words.now
    pattern = re.compile(
        rf"{none_before(table.not_before)}{any_of(table.words)}(?!{any_of(table.not_after)})"
        rf"|(?<!\S)(?P<weak>{any_of(table.weak)})(?!\S)",
        re.ASCII,
    )

    def find(context: Context) -> Iterator[Piece]:
        for match in pattern.finditer(context.text):
            weak = match["weak"]
            if not weak or not weak.isascii() or weak == context.text.strip():
                yield Piece(match.start(), match.end(), (Ago(timedelta(), weak=weak is not None),))

    return Finder(find, (begin((*table.words, *table.weak)),))
