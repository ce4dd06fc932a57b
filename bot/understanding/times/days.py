"""Days named by their distance from today, and weekdays."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from bot.understanding.times.parts import part_named
from bot.understanding.times.pieces import Ago, Context, Day, DayKind, Finder, Meaning, Part, Piece, Unknown
from bot.understanding.times.words import Words, any_of, begin

WEEK = 7


def relative_days(words: Words) -> Finder:
    """Find 昨天, today, 昨晚, this morning, 前两天, and 第二天, every day."""
    days = words.days
    offsets: Mapping[str, tuple[int, Part | None]] = {
        word: (day.offset, part_named(words, day.part) if day.part else None)
        for day in (*days.relative, *days.parted)
        for word in day.words
    }
    rough = {word: Ago(timedelta(days=some.days), rough=True) for some in days.rough for word in some.words}
    pattern = re.compile(any_of((*offsets, *rough, *days.unknown)), re.ASCII)

    def meanings(word: str, today: date) -> tuple[Meaning, ...]:
        if word in rough:
            return (rough[word],)
        if word not in offsets:
            return (Unknown(),)
        offset, part = offsets[word]
        day = Day(DayKind.RELATIVE, ((today + timedelta(days=offset),),), weak=word in days.weak)
        return (day, part) if part else (day,)

    def find(context: Context) -> Iterator[Piece]:
        for match in pattern.finditer(context.text):
            yield Piece(match.start(), match.end(), meanings(" ".join(match.group().split()), context.today))

    return Finder(find, (begin((*offsets, *rough, *days.unknown)),))


def _latest(today: date, weekday: int) -> date:
    """Return the latest such weekday up to today (ISO numbers)."""
    return today - timedelta(days=(today.isoweekday() - weekday) % WEEK)


def _in_week(today: date, weekday: int, weeks: int) -> date:
    """Return that weekday of the week (Monday to Sunday) so many weeks from this one."""
    return today + timedelta(days=weekday - today.isoweekday() + WEEK * weeks)


def _bare(today: date, weekday: int) -> Day:
    """Without a word for the week the latest one is meant: today itself if its time is past, else a week before."""
    latest = _latest(today, weekday)
    return Day(DayKind.WEEKDAY, ((latest, latest - timedelta(days=WEEK)),))


def chinese_weekdays(words: Words) -> Finder:
    """Find 周一, 上周五, 礼拜三, 星期天."""
    table = words.weekdays
    names = "".join(name for name in table.names if not name.isdecimal())
    figures = "".join(name for name in table.names if name.isdecimal())
    before = "".join((*table.not_before, *words.numbers.digits, *words.numbers.tens))
    pattern = re.compile(
        rf"(?<![{before}\d])(?P<week>{any_of(table.weeks)})?{any_of(table.marks)}"
        rf"(?P<name>[{names}]|[{figures}](?!\d))(?!{any_of(table.not_after)})",
        re.ASCII,
    )

    def find(context: Context) -> Iterator[Piece]:
        for match in pattern.finditer(context.text):
            weekday = table.names[match["name"]]
            day = _bare(context.today, weekday)
            if match["week"]:
                day = Day(DayKind.WEEKDAY, ((_in_week(context.today, weekday, table.weeks[match["week"]]),),))
            yield Piece(match.start(), match.end(), (day,))

    return Finder(find, (begin(table.marks),))


def english_weekdays(words: Words) -> Finder:
    """Find Monday, last Friday, this Tuesday; a short name (Mon) where something beside it shows that it is one."""
    table = words.weekdays
    names = {**table.english, **table.short}
    pattern = re.compile(
        rf"(?:(?:(?P<last>{any_of(table.english_last)})|(?P<week>{any_of(table.english_weeks)}))\s+)?"
        rf"(?P<name>{any_of(names)})\.?",
        re.ASCII,
    )

    def day_of(match: re.Match[str], today: date) -> Day:
        weekday = names[match["name"]]
        if match["week"]:
            return Day(DayKind.WEEKDAY, ((_in_week(today, weekday, table.english_weeks[match["week"]]),),))
        if match["last"]:
            return Day(DayKind.WEEKDAY, ((_latest(today - timedelta(days=1), weekday),),))
        bare = _bare(today, weekday)
        return Day(bare.kind, bare.readings, needs_time=match["name"] in table.short)

    def find(context: Context) -> Iterator[Piece]:
        for match in pattern.finditer(context.text):
            yield Piece(match.start(), match.end(), (day_of(match, context.today),))

    return Finder(find, (begin(names),))
