"""`ask`: one answer, or one for each line of stdin. Nothing is stored."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, time

from msgspec import Struct

from bot.app import build_asker
from bot.clock import system_clock
from bot.dialog.ask import Asked
from bot.errors import DataError
from bot.terminal.common import answer_settings
from bot.terminal.output import labels
from bot.texts.html import plain


class Question(Struct, frozen=True):
    """A question with what was said before it; `id` is the number of its line where it has no other."""

    id: object
    text: str
    turns: tuple[str, ...] = ()


class BadLine(Struct, frozen=True):
    """A line that is no question: its number and what is wrong with it."""

    number: int
    reason: str


def main(arguments: argparse.Namespace) -> int:
    """Answer what is asked; `DataError` at the end when some lines were no questions."""
    settings = answer_settings(arguments.rulebook)
    asker = build_asker(settings)
    now = system_clock()
    if arguments.at:
        now = datetime.combine(arguments.at, time(12), settings.zone)
    questions = [Question(1, " ".join(arguments.question))] if arguments.question else read_questions(sys.stdin)
    bad = 0
    for question in questions:
        if isinstance(question, BadLine):
            bad += 1
            _print_bad(question, as_json=arguments.json)
            continue
        asked = asker.ask(question.text, question.turns, now=now, locale=arguments.locale)
        _print_answer(question, asked, as_json=arguments.json)
    if bad:
        raise DataError(f"lines that are no questions: {bad}; the others are answered")
    return 0


def read_questions(lines: Iterable[str]) -> Iterator[Question | BadLine]:
    """Return the questions of the lines, each plain text or a JSON object with `q`, perhaps `id` and `turns`."""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith("{"):
            yield _from_json(number, text)
        elif text:
            yield Question(number, text)


def _from_json(number: int, text: str) -> Question | BadLine:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        return BadLine(number, f"not JSON: {error}")
    question, turns = record.get("q"), record.get("turns") or []
    if not isinstance(question, str) or not question.strip():
        return BadLine(number, "has no question in q")
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        return BadLine(number, "turns is not a list of texts")
    return Question(record.get("id", number), question, tuple(turns))


def _print_answer(question: Question, asked: Asked, *, as_json: bool) -> None:
    text = plain(asked.text_html)
    if not as_json:
        print(text, *(f"[{label}]" for label in labels(asked.buttons)), sep="\n", end="\n\n", flush=True)
        return
    record = {
        "id": question.id,
        "question": question.text,
        "text": text,
        "topics": asked.topics,
        "province": asked.province,
        "filing_type": asked.filing_type,
        "buttons": labels(asked.buttons),
        "locale": asked.locale,
    }
    print(json.dumps(record, ensure_ascii=False), flush=True)


def _print_bad(line: BadLine, *, as_json: bool) -> None:
    """Tell of a bad line in its place among the answers; without JSON, on stderr."""
    if as_json:
        print(json.dumps({"id": None, "line": line.number, "error": line.reason}, ensure_ascii=False), flush=True)
    else:
        print(f"beian-bot: line {line.number}: {line.reason}", file=sys.stderr)
