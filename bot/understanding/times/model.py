"""What is read from a text: moments, and calendar days."""

from datetime import date, datetime

from msgspec import Struct


class MomentReading(Struct, frozen=True):
    """A time expression and what it may mean.

    `moments` are aware, in UTC, sorted; more than one where the words can be read several ways. `precise` is False
    where the hour is still to be asked for: then the moment is the earliest that the words allow (昨天 is yesterday at
    00:00), or for "two days ago" that long before now. `spans` are the places of the words in the text given, more
    than one where the day and the time stand apart.
    """

    moments: tuple[datetime, ...]
    spans: tuple[tuple[int, int], ...]
    text: str
    precise: bool

    @property
    def span(self) -> tuple[int, int]:
        """The place of the first words."""
        return self.spans[0]


class DateReading(Struct, frozen=True):
    """A calendar day in a text. `year` is None where none is named; `date` is then the latest such day up to today."""

    date: date
    year: int | None
    span: tuple[int, int]
    text: str
