"""The report: tables by topic and language, the failures, and which topics are taken for which."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bot.understanding.model import Topic
from tests.evaluation.judging import Outcome

SEVERAL = "several"
THRESHOLDS = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Rates = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the report with its title."""

    title: str
    rows: Sequence[tuple[str, ...]]


def rates(
    outcomes: Iterable[Outcome],
    key: Callable[[Outcome], str],
    passes: Callable[[Outcome], bool] = lambda outcome: not outcome.faults,
) -> Rates:
    """Return how many pass of how many, by `key`."""
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total[key(outcome)] += 1
        passed[key(outcome)] += passes(outcome)
    return {name: (passed[name], count) for name, count in sorted(total.items())}


def confusions(outcomes: Iterable[Outcome]) -> Counter[tuple[str, str]]:
    """Return how often which topic was understood as which; one of several that are right counts as taken."""
    found: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        wanted, taken = topic_of(outcome), outcome.topics[0] if len(outcome.topics) == 1 else SEVERAL
        right = len(outcome.question.topics) == 1 and taken in outcome.question.topics[0]
        found[taken if right else wanted, taken] += 1
    return found


def topic_of(outcome: Outcome) -> str:
    """Return the topic that a question stands under in the tables."""
    return min(outcome.question.topics[0]) if len(outcome.question.topics) == 1 else SEVERAL


def by_threshold(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """Return for each confidence how many questions reach it, and how many of these are understood wrongly.

    Questions of which nothing was understood are asked back, whatever the threshold: they are not counted.
    """
    answered = [outcome for outcome in outcomes if outcome.topics != (Topic.UNKNOWN,)]
    rows: list[tuple[str, ...]] = [("confidence", "answered", "wrong", "asked back")]
    for threshold in THRESHOLDS:
        sure = [outcome for outcome in answered if outcome.confidence >= threshold]
        wrong = sum(any(not fault.startswith("answer") for fault in outcome.faults) for outcome in sure)
        rows.append((f"{threshold:.1f}", str(len(sure)), str(wrong), str(len(outcomes) - len(sure))))
    return rows


def answered(outcome: Outcome) -> bool:
    """Whether the answer holds what it has to, however the message was understood."""
    return not any(fault.startswith(("answer", "grave")) for fault in outcome.faults)


def _file(outcome: Outcome) -> str:
    return f"{outcome.question.file}{', held out' if outcome.question.held_out else ''}"


def sections(outcomes: Sequence[Outcome]) -> list[Section]:
    """Return the report. Of the held-out questions no failure is shown."""
    tables = [
        Section("by topic", _shown(rates(outcomes, topic_of))),
        Section("by language", _shown(rates(outcomes, lambda outcome: outcome.question.language))),
        Section("by file", _shown(rates(outcomes, _file))),
        Section("answers by language", _shown(rates(outcomes, lambda outcome: outcome.question.language, answered))),
        Section("answers by file", _shown(rates(outcomes, _file, answered))),
        Section("by confidence", by_threshold(outcomes)),
    ]
    seen = [outcome for outcome in outcomes if not outcome.question.held_out]
    wrong = [(pair, count) for pair, count in confusions(seen).most_common() if pair[0] != pair[1]]
    tables.append(Section("failures", [_failure(outcome) for outcome in seen if outcome.faults]))
    tables.append(Section("taken for", [(wanted, taken, str(count)) for (wanted, taken), count in wrong]))
    grave = sum(bool(outcome.grave) for outcome in outcomes)
    totals = [
        *_shown(rates(outcomes, lambda _: "questions")),
        *_shown(rates(outcomes, lambda _: "answers", answered)),
        ("grave faults", str(grave)),
    ]
    return [*tables, Section("all", totals)]


def _shown(found: Rates) -> list[tuple[str, ...]]:
    return [(name, f"{good}/{count}", f"{100 * good / count:.1f} %") for name, (good, count) in found.items()]


def _failure(outcome: Outcome) -> tuple[str, ...]:
    asked = " => ".join((*outcome.question.turns, outcome.question.text))
    return (outcome.question.id, asked, "; ".join(outcome.faults))


_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; margin: 2em; color: #222 }
h2 { margin: 2em 0 .5em }
td, th { padding: 2px 10px 2px 0; vertical-align: top; text-align: left; font-weight: normal }
.tables { display: flex; gap: 4em; flex-wrap: wrap }
.bar { display: inline-block; height: .7em; background: #3b7a57 }
.bar.low { background: #c0392b }
.map { border-collapse: collapse; font-size: 11px }
.map td { width: 17px; height: 17px; padding: 0; text-align: center; border: 1px solid #eee }
.map th { padding-right: 6px; white-space: nowrap }
.map thead th { writing-mode: vertical-rl; padding: 0 0 6px; vertical-align: bottom; transform: rotate(180deg) }
"""


def as_html(outcomes: Sequence[Outcome]) -> str:
    """Return the report as a page of its own, with the confusions as a map."""
    tables = {section.title: section for section in sections(outcomes)}
    page = ["<!doctype html><meta charset=utf-8><title>Questions</title>", f"<style>{_STYLE}</style>"]
    page.append(f"<h1>Questions: {escape(', '.join(' '.join(row) for row in tables['all'].rows))}</h1>")
    page.append("<div class=tables>")
    page += ["<div>", _bars("by language", rates(outcomes, lambda outcome: outcome.question.language))]
    page += [_bars("by file", rates(outcomes, _file))]
    page += [_bars("answers by language", rates(outcomes, lambda outcome: outcome.question.language, answered))]
    page += [_bars("answers by file", rates(outcomes, _file, answered)), _table(tables["by confidence"]), "</div>"]
    page += [_bars("by topic", rates(outcomes, topic_of)), "</div>"]
    page.append("<h2>taken for</h2><p>Rows: what a question asks. Columns: what it was understood as.</p>")
    page += [_map(confusions(outcomes)), _table(tables["failures"])]
    return "\n".join(page)


def _table(section: Section) -> str:
    rows = (f"<tr>{''.join(f'<td>{escape(cell)}' for cell in row)}" for row in section.rows)
    return f"<div><h2>{escape(section.title)}</h2><table>{''.join(rows)}</table></div>"


def _bars(title: str, found: Rates) -> str:
    rows = []
    for name, (good, count) in found.items():
        share = 100 * good / count
        bar = f"<span class='bar{' low' if share < 98 else ''}' style='width:{share:.0f}px'></span>"
        rows.append(f"<tr><td>{escape(name)}<td>{good}/{count}<td>{bar} {share:.1f} %")
    return f"<div><h2>{escape(title)}</h2><table>{''.join(rows)}</table></div>"


def _map(found: Mapping[tuple[str, str], int]) -> str:
    names = [*(topic.value for topic in Topic), SEVERAL]
    used = [name for name in names if any(name in pair for pair in found)]
    head = "".join(f"<th>{escape(name)}" for name in used)
    rows = (f"<tr><th>{escape(wanted)}{''.join(_cell(found, wanted, taken) for taken in used)}" for wanted in used)
    return f"<table class=map><thead><tr><th>{head}</thead>{''.join(rows)}</table>"


def _cell(found: Mapping[tuple[str, str], int], wanted: str, taken: str) -> str:
    count = found.get((wanted, taken), 0)
    if not count:
        return "<td>"
    of_row = sum(number for (one, _), number in found.items() if one == wanted)
    colour = "59,122,87" if wanted == taken else "192,57,43"
    strength = 0.15 + 0.85 * count / of_row
    ink = "#fff" if strength > 0.6 else "#222"
    return f"<td style='background:rgba({colour},{strength:.2f});color:{ink}' title='{wanted} as {taken}'>{count}"
