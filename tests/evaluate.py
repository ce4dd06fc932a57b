"""How well messages are understood and answered, by the questions in `tests/questions`.

    python -m tests.evaluate [--held-out | --tuned] [--quiet] [--html FILE]

Prints a table by topic and language, every failure, and which topics are taken for which. A question fails where its
topics, its slots, its language or its warning are not as labelled, or where the answer is not what its checks ask for.

The files, one JSON object a line: `dev.jsonl` with its labels beside it, `more.jsonl` (half of it held out: nobody
looks at what fails there while the words and rules are worked on), `tuned.jsonl` (written to find what is missing).
Fields: `id`, `lang`, `q`, `turns` (earlier messages); `topics`: in their order, each with all that would be right;
`slots`: those that matter; `all`, `any`, `none`: what the answer has to hold, or may not.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import load_knowledge
from bot.dialog.ask import Asked, Asker
from bot.dialog.turn import Defaults
from bot.texts.html import plain
from bot.understanding import Understanding
from bot.understanding.language import SIMPLIFIED, TRADITIONAL
from bot.understanding.model import Context, Understood
from bot.understanding.normal import Normaliser

FOLDER = Path(__file__).parent / "questions"
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=ZONE)
LONGEST = {"zh_Hans": 700, "zh_Hant": 700, "en": 1500}
"""Characters of an answer: it is not the whole manual."""

_normal = Normaliser()
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is expected."""

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: the topics it was understood as, and what is wrong."""

    question: Question
    topics: tuple[str, ...]
    faults: tuple[str, ...]


def load_questions(*names: str) -> list[Question]:
    """Return the questions of the files named (`dev`, `more`, `tuned`)."""
    return [_question(row) for name in names for row in _rows(name)]


def _rows(name: str) -> list[dict[str, Any]]:
    rows = _read(FOLDER / f"{name}.jsonl")
    labels = FOLDER / f"{name}.labels.jsonl"
    if not labels.exists():
        return rows
    by_id = {row["id"]: row for row in _read(labels)}
    return [row | by_id[row["id"]] for row in rows]


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
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


def read(understanding: Understanding, question: Question) -> Understood:
    """Return how a question is understood after its turns."""
    context: Context | None = None
    for turn in question.turns:
        earlier = understanding.read(turn, NOW, ZONE, context)
        context = Context(earlier.asks[-1].topic, earlier.asks[-1].slots)
    return understanding.read(question.text, NOW, ZONE, context)


def faults_of(question: Question, understood: Understood) -> list[str]:
    """Return what is not understood as labelled."""
    faults = []
    topics = [ask.topic.value for ask in understood.asks]
    fits = len(topics) == len(question.topics)
    if not fits or any(topic not in right for topic, right in zip(topics, question.topics, strict=True)):
        faults.append(f"topics {', '.join(topics)}")
    for name, wanted in question.slots.items():
        found = [getattr(ask.slots, name) for ask in understood.asks]
        if not _says(name, wanted, found):
            faults.append(f"{name} {found}")
    faults += wrong_provinces(question, understood)
    if understood.sensitive != question.sensitive:
        faults.append(f"sensitive {understood.sensitive}")
    if understood.locale not in (None, question.language) and not _either_script(question, understood.locale):
        faults.append(f"locale {understood.locale}")
    return faults


def wrong_provinces(question: Question, understood: Understood) -> list[str]:
    """Return the provinces that the message does not name."""
    if any("out_of_scope" in topics for topics in question.topics):
        return []
    named = set(question.slots.get("provinces", ()))
    extra = {province for ask in understood.asks for province in ask.slots.provinces} - named
    return [f"wrong provinces {sorted(extra)}"] if extra else []


def _says(name: str, wanted: Any, found: Sequence[Any]) -> bool:
    if name == "moments":
        return any(len(moments) >= wanted for moments in found)
    if isinstance(wanted, list):
        together = {str(value) for values in found for value in values}
        return together == {str(value) for value in wanted}
    return any(str(value) == str(wanted) for value in found)


def _either_script(question: Question, locale: str) -> bool:
    """Whether nothing in the question tells one script from the other."""
    return {question.language, locale} == {SIMPLIFIED, TRADITIONAL} and not _normal(question.text).traditional


def reply_faults(question: Question, reply: str) -> list[str]:
    """Return which checks of a question its answer fails; `reply` is plain text."""
    text = _squeezed(reply)
    faults = ["no reply"] if not text else []
    if len(reply) > LONGEST[question.language]:
        faults.append(f"{len(reply)} characters")
    faults += [f"lacks {want!r}" for want in question.wanted if _squeezed(want) not in text]
    faults += [
        f"none of {', '.join(group[:4])} …"
        for group in question.one_of
        if not any(_squeezed(one) in text for one in group)
    ]
    return faults + [f"holds {ban!r}" for ban in question.banned if _squeezed(ban) in text]


def _squeezed(text: str) -> str:
    plainer = unicodedata.normalize("NFKC", text).translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return re.sub(r"\s+", "", _INVISIBLE.sub("", plainer).lower())


def evaluate(questions: Iterable[Question], understanding: Understanding, ask: Callable[..., Asked]) -> list[Outcome]:
    """Put the questions, and return what became of each."""
    outcomes = []
    for question in questions:
        understood = read(understanding, question)
        reply = plain(ask(question.text, question.turns, now=NOW).text_html)
        faults = [*faults_of(question, understood), *(f"answer: {fault}" for fault in reply_faults(question, reply))]
        outcomes.append(Outcome(question, tuple(one.topic.value for one in understood.asks), tuple(faults)))
    return outcomes


def rates(outcomes: Iterable[Outcome], key: Callable[[Outcome], str]) -> dict[str, tuple[int, int]]:
    """Return how many pass of how many, by `key`."""
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total[key(outcome)] += 1
        passed[key(outcome)] += not outcome.faults
    return {name: (passed[name], count) for name, count in sorted(total.items())}


def confusions(outcomes: Iterable[Outcome]) -> Counter[tuple[str, str]]:
    """Return how often which topics were taken for which others."""
    found: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        wanted = "+".join("/".join(sorted(topics)) for topics in outcome.question.topics)
        taken = "+".join(outcome.topics)
        if any(fault.startswith("topics") for fault in outcome.faults):
            found[wanted, taken] += 1
    return found


def _topic(outcome: Outcome) -> str:
    return min(outcome.question.topics[0]) if len(outcome.question.topics) == 1 else "several"


def sections(outcomes: Sequence[Outcome]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Return the report as titled tables."""
    failed = [outcome for outcome in outcomes if outcome.faults]

    def shown(found: Mapping[str, tuple[int, int]]) -> list[tuple[str, ...]]:
        return [(name, f"{good}/{count}", f"{100 * good / count:.1f} %") for name, (good, count) in found.items()]

    return [
        ("by topic", shown(rates(outcomes, _topic))),
        ("by language", shown(rates(outcomes, lambda outcome: outcome.question.language))),
        (
            "failures",
            [
                (one.question.id, " => ".join((*one.question.turns, one.question.text)), "; ".join(one.faults))
                for one in failed
            ],
        ),
        ("taken for", [(wanted, taken, str(count)) for (wanted, taken), count in confusions(outcomes).most_common()]),
        ("all", shown(rates(outcomes, lambda _: "questions"))),
    ]


def as_html(report: Sequence[tuple[str, list[tuple[str, ...]]]]) -> str:
    """Return the report as a page of its own."""
    parts = ["<!doctype html><meta charset=utf-8><title>Questions</title>"]
    parts.append("<style>body{font:14px sans-serif}td{padding:2px 12px 2px 0;vertical-align:top}</style>")
    for title, rows in report:
        cells = ("".join(f"<td>{escape(cell)}" for cell in row) for row in rows)
        parts.append(f"<h2>{escape(title)}</h2><table>{''.join(f'<tr>{row}' for row in cells)}</table>")
    return "\n".join(parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate what the command line names; 1 when a question fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate", description="Evaluate the questions.")
    parser.add_argument("--held-out", action="store_true", help="only the held-out ones, without the failures")
    parser.add_argument("--tuned", action="store_true", help="only those that the words were tuned on")
    parser.add_argument("--quiet", action="store_true", help="only the totals")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report there as a page")
    options = parser.parse_args(arguments)
    known = load_knowledge("pilot", SIMPLIFIED)
    asker = Asker(known.rulebook, known.catalogs, known.understanding, Defaults(SIMPLIFIED, ZONE, quiet=None))
    questions = [
        question
        for question in load_questions("dev", "more", "tuned")
        if not (options.held_out and not question.held_out) and not (options.tuned and question.held_out)
    ]
    outcomes = evaluate(questions, asker.understanding, asker.ask)
    hidden = {"failures", "taken for"} if options.held_out else set()
    report = [(title, rows) for title, rows in sections(outcomes) if title not in hidden]
    for title, rows in report if not options.quiet else report[-1:]:
        print(f"\n{title}")
        for row in rows:
            print("  " + "  ".join(cell.ljust(24) if index == 0 else cell for index, cell in enumerate(row)))
    if options.html:
        options.html.write_text(as_html(report), "utf-8")
    return int(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
