"""`export`: what is tracked as CSV, which `import` reads again, or as JSON."""

import argparse
import asyncio
import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from bot.errors import DataError
from bot.filings.filing import Filing
from bot.terminal.common import load
from bot.terminal.filings import chosen
from bot.terminal.records import EXPORT_COLUMNS, filing_record

FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""What a cell begins with that a spreadsheet would run."""


def main(arguments: argparse.Namespace) -> int:
    """Write the filings to a file or stdout; `DataError` where the file cannot be written."""
    filings = asyncio.run(chosen(load(), arguments.user))
    write = _write_json if arguments.json else write_csv
    if arguments.file == "-":
        write(filings, sys.stdout)
        return 0
    try:
        with Path(arguments.file).open("w", encoding="utf-8", newline="") as file:
            write(filings, file)
    except OSError as error:
        raise DataError(f"{arguments.file}: cannot be written: {error.strerror}") from error
    return 0


def write_csv(filings: Iterable[Filing], file: TextIO) -> None:
    """Write one row a filing under a row of names; a label that a spreadsheet would run begins with `'`."""
    writer = csv.DictWriter(file, EXPORT_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for filing in filings:
        label = f"'{filing.label}" if _is_formula(filing.label) else filing.label
        writer.writerow(filing_record(filing) | {"label": label})


def read_label(cell: str) -> str:
    """Return the label of a cell that `write_csv` wrote."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it; so too behind `'`, for that has then to come back from an import as well."""
    return text.lstrip("'").startswith(FORMULA_SIGNS)


def _write_json(filings: Iterable[Filing], file: TextIO) -> None:
    json.dump([filing_record(filing) for filing in filings], file, ensure_ascii=False, indent=2)
    file.write("\n")
