"""Parts of the day: 上午, 晚上, in the afternoon, and 早 or 晚 right before a clock time."""

import re
from collections.abc import Iterator
from datetime import timedelta

from bot.understanding.times.numerals import Numerals
from bot.understanding.times.pieces import Context, Finder, Part, Piece
from bot.understanding.times.words import PartOfDay, Words, any_of, begin, none_before


def part_named(words: Words, name: str) -> Part:
    """Return the part of the day that the data file calls `name`."""
    return _part(next(part for part in words.parts if part.name == name))


def _part(part: PartOfDay, *, beside: bool = False) -> Part:
    return Part(part.window, timedelta(hours=part.starts.hour, minutes=part.starts.minute), beside)


def parts_of_day(words: Words, numerals: Numerals) -> Finder:
    """Find the parts of the day."""
    full = {word: _part(part) for part in words.parts for word in part.words}
    beside = {word: _part(part, beside=True) for part in words.parts for word in part.beside}
    short = {word: _part(part, beside=True) for part in words.parts for word in part.before_clock}
    all_parts = short | beside | full
    exceptions = words.part_exceptions
    clock = rf"\s*(?:{numerals.small}\s*{any_of(words.clock.hour)}|\d{{1,2}}:\d\d)"
    pattern = re.compile(
        rf"{any_of((*full, *beside))}(?!{any_of(exceptions.not_after)})"
        rf"|{none_before(exceptions.not_before)}{any_of(short)}(?={clock})",
        re.ASCII,
    )

    def find(context: Context) -> Iterator[Piece]:
        for match in pattern.finditer(context.text):
            yield Piece(match.start(), match.end(), (all_parts[" ".join(match.group().split())],))

    return Finder(find, (begin(all_parts),))
