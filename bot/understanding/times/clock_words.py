"""Clock times in words: 三点一刻, 8点05分, 差五分三点, 3pm, at nine, half past three, noon."""

import re
from datetime import timedelta

from bot.understanding.times.clocks import Meanings, bound, finder, hours_of, meridiem, valid, window_of
from bot.understanding.times.numerals import FIGURES_BEGIN, Numerals
from bot.understanding.times.pieces import Clock, Context, Finder, Hours
from bot.understanding.times.words import FIGURES, Words, any_of, begin, none_before

QUARTER = 15


def chinese_times(words: Words, numerals: Numerals) -> Finder:
    """Find 3点, 三点半, 十点一刻, 3点20, 15点30分, 三点零五."""
    clock, small = words.clock, numerals.small
    minute, minute_sign = rf"(?:\d\d(?!\d)|{numerals.chinese_minutes})", any_of(clock.minute)
    counted = any_of(words.dates.counted)

    def read(match: re.Match[str], _: Context) -> Meanings:
        hour = numerals.value(match["hour"])
        return valid(
            Clock(
                hour,
                minute_of(match),
                numerals.value(match["second"]) if match["second"] else 0,
                hours_of(hour),
                vague=match["hour"] in clock.vague and match["rest"] is None,
                bound=match["bound"] is not None,
            )
        )

    def minute_of(match: re.Match[str]) -> int:
        if match["half"]:
            return 30
        if match["quarter"]:
            return QUARTER * numerals.value(match["quarter"])
        named = match["minute"] or match["named_minute"]
        return numerals.value(named) if named else 0

    return finder(
        rf"{none_before(clock.not_before)}{numerals.begins}(?P<hour>{small})\s*{any_of(clock.hour)}"
        rf"(?!{any_of(clock.not_after)})"
        rf"(?P<rest>{any_of(clock.exact)}|(?P<half>{clock.half})|\s*(?P<quarter>{small})\s*{any_of(clock.quarter)}"
        rf"|{any_of(clock.past)}?\s*(?P<named_minute>{small})\s*{minute_sign}(?!{any_of(clock.minute_not_after)})"
        rf"(?:\s*(?P<second>{small})\s*{any_of(clock.second)})?"
        rf"|{any_of(clock.past)}?(?P<minute>{minute})(?!\s*{counted}))?{bound(words)}",
        read,
        begin(clock.hour),
    )


def lacking_times(words: Words, numerals: Numerals) -> Finder:
    """Find 差五分三点, 差一刻十点."""
    clock, small = words.clock, numerals.small

    def read(match: re.Match[str], _: Context) -> Meanings:
        lacking = QUARTER * numerals.value(match["quarter"]) if match["quarter"] else numerals.value(match["minute"])
        hour = numerals.value(match["hour"])
        return valid(Clock(hour, hours=hours_of(hour), minus=timedelta(minutes=lacking)))

    return finder(
        rf"{any_of(clock.lacking)}(?:(?P<quarter>{small})\s*{any_of(clock.quarter)}"
        rf"|(?P<minute>{small})\s*{any_of(clock.minute)}{any_of(clock.minute_not_after)}?)"
        rf"(?P<hour>{small})\s*{any_of(clock.hour)}(?!{any_of(clock.not_after)})",
        read,
        begin(clock.lacking),
    )


def english_times(words: Words, numerals: Numerals) -> tuple[Finder, ...]:
    """Find 3pm, 3 o'clock, at nine, half past three, 3 in the afternoon."""
    clock = words.clock
    hour = rf"(?P<hour>{FIGURES_BEGIN}\d{{1,2}}(?![\d:])|{numerals.english})"
    half_of_day = meridiem(words)
    parts = [word for part in words.parts for word in part.words if word.isascii()]
    number = FIGURES | begin(words.numbers.english)
    past = (*clock.half_past, *clock.quarter_past, *clock.quarter_to)
    end = rf"(?=\s*(?:$|[^\s\da-z:.,%/\-]|[.,](?!\d)|{any_of(clock.after_bare)}))"

    def read(match: re.Match[str], _: Context) -> Meanings:
        hour = numerals.value(match["hour"])
        fields = match.groupdict()
        minute = 30 if fields.get("half") else QUARTER if fields.get("quarter") else 0
        minus = timedelta(minutes=QUARTER if fields.get("to") else 0)
        window = window_of(match) if "am" in fields else None
        return valid(Clock(hour, minute, 0, hours_of(hour), window, minus=minus))

    return (
        finder(rf"{hour}\s*{half_of_day}", read, number, begin((*clock.am, *clock.pm))),
        finder(rf"{hour}\s*{any_of(clock.oclock)}(?:\s*{half_of_day})?", read, number, begin(clock.oclock)),
        finder(rf"{any_of(clock.at)}\s+{hour}{end}", read, number, begin(clock.at)),
        finder(rf"{hour}(?=\s+{any_of(parts)})", read, number, begin(parts)),
        finder(
            rf"(?:(?P<half>{any_of(clock.half_past)})|(?P<quarter>{any_of(clock.quarter_past)})"
            rf"|(?P<to>{any_of(clock.quarter_to)}))\s+{hour}(?:\s*{half_of_day})?",
            read,
            number,
            begin(past),
        ),
    )


def named_times(words: Words) -> Finder:
    """Find noon and midnight."""
    noon, midnight = any_of(words.clock.noon), any_of(words.clock.midnight)

    def read(match: re.Match[str], _: Context) -> Meanings:
        return (Clock(12, hours=Hours.FULL),) if match["noon"] else (Clock(0, hours=Hours.MIDNIGHT),)

    return finder(rf"(?P<noon>{noon})|{midnight}", read, begin((*words.clock.noon, *words.clock.midnight)))
