"""Reading the data files of the understanding; `DataError` names file, entry and reason."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
import tomli

from bot.errors import DataError
from bot.understanding.templates import expand

T = TypeVar("T")


class Data:
    """One data file: its tables, each looked up with its kind checked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self.tables: Mapping[str, object] = tomli.load(file)
        except (OSError, tomli.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: {error}") from error

    def fault(self, entry: str, reason: str) -> DataError:
        """Return the error for an entry that is wrong."""
        return DataError(f"{self.path}: {entry}: {reason}")

    def whole(self, shape: type[T]) -> T:
        """Return all tables in the shape of a `msgspec.Struct`."""
        try:
            return msgspec.convert(self.tables, shape)
        except msgspec.ValidationError as error:
            raise DataError(f"{self.path}: {error}") from error

    def table(self, name: str) -> Mapping[str, object]:
        """Return the table `name`."""
        return self.as_table(self.tables.get(name), name)

    def as_table(self, value: object, entry: str) -> Mapping[str, object]:
        """Return `value`, which has to be a table."""
        if not isinstance(value, dict):
            raise self.fault(entry, "has to be a table")
        return value

    def strings(self, value: object, entry: str) -> list[str]:
        """Return `value`, which has to be a list of texts; nothing is an empty list."""
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.fault(entry, f"has to be a list of texts, is {value!r}")
        return value

    def spellings(self, value: object, entry: str) -> list[str]:
        """Return what a list of patterns stands for (see `templates.expand`)."""
        try:
            return [spelling for pattern in self.strings(value, entry) for spelling in expand(pattern)]
        except ValueError as error:
            raise self.fault(entry, str(error)) from error

    def number(self, value: object, entry: str) -> float:
        """Return `value`, which has to be a number that is not negative."""
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.fault(entry, f"has to be a number, is {value!r}")
        return float(value)

    def member(self, kind: Callable[[str], T], value: str, entry: str) -> T:
        """Return `kind(value)`, e.g. a member of an enumeration."""
        try:
            return kind(value)
        except ValueError as error:
            raise self.fault(entry, str(error)) from error
