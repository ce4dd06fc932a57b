"""Numbers in figures, in Chinese numerals up to 99, and in English words."""

from bot.understanding.times.words import Words, any_of


class Numerals:
    """Patterns for numbers, and their values. The patterns hold no groups."""

    def __init__(self, words: Words) -> None:
        numbers = words.numbers
        self._digits = numbers.digits
        self._tens = numbers.tens
        self._english = numbers.english
        zeros = "".join(numeral for numeral, value in numbers.digits.items() if value == 0)
        ones = "".join(numeral for numeral, value in numbers.digits.items() if value)
        tens = "".join(numbers.tens)
        all_numerals = "".join(numbers.digits) + tens
        self.chinese = f"(?:[{ones}]?[{tens}][{ones}]?|[{zeros}]?[{ones}]|[{zeros}])(?![{all_numerals}])"
        """A number up to 99."""
        self.chinese_minutes = f"(?:[{ones}]?[{tens}][{ones}]?|[{zeros}][{ones}]?)(?![{all_numerals}])"
        """A number that says by itself that it means minutes: 二十, 零五, but not 五."""
        self.chinese_year = f"[{ones}][{zeros}{ones}]{{3}}"
        self.small = rf"(?:\d{{1,2}}(?!\d)|{self.chinese})"
        """A number up to 99 in figures or Chinese numerals."""
        self.english = any_of(numbers.english)
        self.begins = _begin(all_numerals, words)
        """Holds where a number begins that is neither the rest of a longer one nor of a name."""

    def value(self, text: str) -> int:
        """Return the number that one of the patterns has matched."""
        text = " ".join(text.split())
        if text in self._english:
            return self._english[text]
        if text.isdecimal():
            return int(text)
        total = 0
        for numeral in text:
            ten = self._tens.get(numeral)
            if ten is None:
                total += self._digits[numeral]
            elif ten == 10:
                total = max(total, 1) * 10
            else:
                total = ten
        return total

    def year(self, text: str) -> int:
        """Return a year of four figures or four numerals."""
        figures = [numeral if numeral.isdecimal() else str(self._digits[numeral]) for numeral in text]
        return int("".join(figures))


def _begin(all_numerals: str, words: Words) -> str:
    """A numeral may follow another one only where that names a weekday: 周三十点 is Wednesday at ten."""
    marks = words.weekdays.marks
    names = "".join(words.weekdays.names)
    after_weekday = "|".join(f"(?<={mark}[{names}])" for mark in marks)
    not_a_weekday = "".join(f"(?<!{mark})" for mark in marks)
    not_greater = f"(?<![{''.join(words.numbers.greater)}])"
    return f"{FIGURES_BEGIN}{not_greater}(?:(?<![{all_numerals}])|{after_weekday}){not_a_weekday}"


FIGURES_BEGIN = r"(?<![\da-z])(?<!\d[.:/])(?<![\da-z]-)"
"""Holds where figures begin that are neither the rest of longer ones nor of a name."""

YEAR = r"(?:19|20|21)\d\d"
"""Years that are read; others are numbers of something else."""
