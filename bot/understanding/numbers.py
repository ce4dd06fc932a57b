"""Numbers that mean something here: how often, how many hours, which batch."""

import re

LAST_BATCH = -1
"""Stands for the last batch, whichever that is."""
MOST_BATCHES = 5
"""A greater number beside "batch" counts something else ("the first seven provinces")."""

_NUMERALS = {character: value for value, character in enumerate("零一二三四五六七八九十")} | {"两": 2, "首": 1, "头": 1}
_WORDS = {
    word: value
    for value, words in enumerate(
        (
            "zero",
            "one first once initial",
            "two second twice",
            "three third thrice",
            "four fourth",
            "five fifth",
            "six sixth",
        )
    )
    for word in words.split()
}
_WORDS |= {"seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NUMBER = r"(?<![0-9.])(\d{1,3}|[零一二两三四五六七八九十]{1,3}|(?<![a-z])(?:" + "|".join(_WORDS) + r")(?![a-z]))"
_COUNT = re.compile(
    _NUMBER + r"\s?(?:次|遍|回|times?\b|tries\b|attempts?\b|mistakes?\b|wrong\b)|(?<![a-z])(once|twice|thrice)(?![a-z])"
)
_COUNTED = re.compile("次|遍|回|time|tries|attempt|mistake|wrong|once|twice|thrice")
"""What every count holds; most texts do not, and are not searched for one. The same for hours, below."""
_NOT_YET = re.compile("[没未不][^,.?，。？]{0,2}$")
"""Before a count: so many times it was not (没错满5次)."""
_HOURS = re.compile(_NUMBER + r"\s?(?:个)?(小时|钟头|hours?\b|hrs?\b|h\b|天|days?\b)(?!前|之前|以前|\s?ago)")
_TIMED = re.compile("小时|钟头|天|h(?:ou)?r|h(?<![a-z]h)(?![a-z])|day")
_ELAPSED = re.compile(
    r"(?:已经?|都|过了)?"
    + _NUMBER
    + r"\s?个?(小时|钟头|天)了|for (?:over )?"
    + _NUMBER
    + r"\s?(hours?|days?)\b(?! left)"
)
_DAYS = "天d"
_ORDINAL = re.compile(r"\d+|[首头一二三四五]|" + "|".join(rf"(?<![a-z]){word}(?![a-z])" for word in _WORDS))
_LAST = re.compile(r"最后|末|\b(?:last|final|latest)\b")
_LAST_TWO = re.compile("后两|后二")
_EARLIEST = re.compile("最[早先初]")
_FIRST_TWO = re.compile("前两|前二")
_OF_ONE = re.compile(r"(?<=[a-z]) one$")
"""In "the third one" a noun, no number."""


def value_of(text: str) -> int | None:
    """Return the number that a short numeral stands for, up to 99: 3, 三, 两, 十二, five."""
    if text.isdecimal():
        return int(text)
    if text in _WORDS:
        return _WORDS[text]
    tens, ten, ones = text.partition("十")
    if not ten:
        return _NUMERALS.get(text)
    if tens not in (*_NUMERALS, "") or ones not in (*_NUMERALS, ""):
        return None
    return _NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0)


def count_in(text: str) -> int | None:
    """Return how many times something was done: 输错三次, wrong 3 times."""
    if not _COUNTED.search(text):
        return None
    found = next((match for match in _COUNT.finditer(text) if not _NOT_YET.search(text[: match.start()])), None)
    return value_of(found[1] or found[2]) if found else None


def hours_in(text: str) -> int | None:
    """Return a number of hours, days counted as 24: 24小时, 72 hours, 三天."""
    if not _TIMED.search(text):
        return None
    for found in _HOURS.finditer(text):
        value = value_of(found[1])
        if value is not None:
            return value * (24 if found[2][0] in _DAYS else 1)
    return None


def elapsed_hours_in(text: str) -> int | None:
    """Return how many hours have passed since: 收到三天了, "had it for 2 days"."""
    found = _ELAPSED.search(text)
    value = value_of(found[1] or found[3]) if found else None
    return value * (24 if (found[2] or found[4])[0] in _DAYS else 1) if found and value is not None else None


def batches_in(text: str) -> tuple[int, ...]:
    """Return the numbers of the batches that words like 第二、三批 or "second batch" name."""
    if _LAST.search(text):
        return (LAST_BATCH,)
    if _LAST_TWO.search(text):
        return (2, 3)
    if _FIRST_TWO.search(text):
        return (1, 2)
    if _EARLIEST.search(text):
        return (1,)
    values = [value_of(found[0]) for found in _ORDINAL.finditer(_OF_ONE.sub("", text))]
    return tuple(dict.fromkeys(value for value in values if value and value <= MOST_BATCHES))
