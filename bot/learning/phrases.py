"""The phrases: what people write, by what it means."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import DataError
from bot.understanding import asks, types
from bot.understanding.classifier import NOTHING

LABELS: Mapping[str, tuple[str, ...]] = {"topics": asks.LABELS, "types": types.LABELS}
"""What is learnt: a folder of `data/phrases` each, with its labels."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A message, or a part of one, with its label."""

    text: str
    label: str


def load_phrases(folder: Path, labels: Iterable[str]) -> list[Phrase]:
    """Read `LABEL.txt` of `NOTHING` and every label, a phrase a line; `DataError` for a file missing or of no label."""
    wanted = {NOTHING, *labels}
    files = {path.stem: path for path in sorted(folder.glob("*.txt"))}
    if files.keys() != wanted:
        raise DataError(
            f"{folder}: has to hold a file for each label; wrong or missing: {sorted(files.keys() ^ wanted)}"
        )
    return [
        Phrase(line, label)
        for label, path in files.items()
        for line in dict.fromkeys(path.read_text("utf-8").splitlines())
        if line.strip()
    ]


def fingerprint(folder: Path) -> str:
    """Return what tells whether weights were learnt from these phrases."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.txt")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
