"""The questions: what people ask, and what is expected.

The files in `tests/questions`, one JSON object a line: `dev.jsonl` with its labels beside it; `tuned.jsonl`, written
to find what is missing; `more.jsonl`, written before the words were worked on, and partly held out; `fresh.jsonl`,
meant to be unlike all others; `blind.jsonl`, held out. Nobody looks at what fails of the held-out ones.

Fields: `id`, `lang`, `q`, `turns` (earlier messages); `topics`: in their order, each with all that would be right;
`slots`: those that matter; `all`, `any`, `none`: what the answer has to hold, or may not; `sensitive`; `held_out`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "questions"
FILES = ("dev", "more", "fresh", "blind", "tuned")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is expected, and the file that it is from."""

    file: str
    id: str
    language: str
    text: str
    turns: tuple[str, ...]
    topics: tuple[frozenset[str], ...]
    slots: Mapping[str, Any]
    sensitive: bool
    held_out: bool
    wanted: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]
    banned: tuple[str, ...]

    @property
    def provinces(self) -> frozenset[str]:
        """The provinces that it is about."""
        return frozenset(self.slots.get("provinces", ()))


def load_questions(*names: str) -> list[Question]:
    """Return the questions of the files named, by default of all."""
    return [_question(name, row) for name in names or FILES for row in _rows(name)]


def _rows(name: str) -> list[dict[str, Any]]:
    rows = _read(FOLDER / f"{name}.jsonl")
    labels = FOLDER / f"{name}.labels.jsonl"
    if not labels.exists():
        return rows
    by_id = {row["id"]: row for row in _read(labels)}
    return [row | by_id[row["id"]] for row in rows]


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _question(file: str, row: Mapping[str, Any]) -> Question:
    return Question(
        file=file,
        id=row["id"],
        language=row["lang"],
        text=row["q"],
        turns=tuple(row.get("turns", ())),
        topics=tuple(frozenset(topics) for topics in row["topics"]),
        slots=row["slots"],
        sensitive=row.get("sensitive", False),
        held_out=row.get("held_out", False),
        wanted=tuple(row.get("all", ())),
        one_of=tuple(tuple(group) for group in row.get("any", ())),
        banned=tuple(row.get("none", ())),
    )
