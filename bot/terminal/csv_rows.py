"""The CSV file of an import: its encoding, its columns, its rows."""

import csv
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO, TextIOWrapper
from pathlib import Path

from bot.errors import DataError
from bot.terminal.records import EXPORT_COLUMNS, IMPORT_COLUMNS

REQUIRED = IMPORT_COLUMNS[:4]
ENCODINGS = ("utf-8-sig", "gb18030")
"""UTF-8, or else what spreadsheets in China write."""

RawRow = tuple[int, list[str]]
"""A row as it stands in the file: its line there, and its cells."""


class CsvFile:
    """A file of filings. `content` is all of it; the rows are read one after the other, once.

    Raises `DataError` for what is no import.
    """

    def __init__(self, content: bytes) -> None:
        text = TextIOWrapper(BytesIO(content), encoding=_encoding(content), newline="")
        self._reader = csv.reader(text, strict=True)
        self.lines = content.count(b"\n")
        """How many lines it has at most."""
        try:
            self.columns = _columns(next(self._reader, []))
        except csv.Error as error:
            raise self._not_csv(error) from error

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows that are not empty; `DataError` where the file is no CSV."""
        try:
            for cells in self._reader:
                if any(cells) and any(not cell.isspace() for cell in cells if cell):
                    yield self._reader.line_num, cells
        except csv.Error as error:
            raise self._not_csv(error) from error

    def _not_csv(self, error: csv.Error) -> DataError:
        return DataError(f"line {self._reader.line_num}: not CSV: {error}")


def read_file(name: str) -> bytes:
    """Return the content of a file, or of stdin for `-`; `DataError` where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise DataError(f"{name}: cannot be read: {error.strerror}") from error


def _encoding(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise DataError("the file is neither UTF-8 nor GB 18030")


def _columns(names: Sequence[str]) -> list[str]:
    columns = [name.strip().lower() for name in names]
    missing = [name for name in REQUIRED if name not in columns]
    unknown = [name for name in columns if name not in {*EXPORT_COLUMNS, "locale"}]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    faults = [
        f"{what}: {', '.join(names)}"
        for what, names in (("columns missing", missing), ("columns unknown", unknown), ("columns twice", twice))
        if names
    ]
    if faults:
        raise DataError("; ".join(faults))
    return columns
