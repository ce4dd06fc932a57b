"""Evaluate the questions.

    python -m tests.evaluation [--held-out | --tuned] [--files NAMES] [--quiet] [--html FILE]

Prints a table by topic and language, every failure, and which topics are taken for which. A question fails where its
topics, its slots, its language or its warning are not as labelled, or where the answer is not what its checks ask for.
Of held-out questions no failures are shown: nobody tunes on them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.app import load_knowledge
from bot.dialog.ask import Asker
from bot.dialog.defaults import Defaults
from bot.understanding.language import SIMPLIFIED
from tests.evaluation.judging import ZONE, evaluate
from tests.evaluation.questions import FILES, load_questions
from tests.evaluation.report import as_html, sections


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate what the command line names; 1 when a question fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description="Evaluate the questions.")
    parser.add_argument("--held-out", action="store_true", help="only the held-out ones, without the failures")
    parser.add_argument("--tuned", action="store_true", help="only those that the words were tuned on")
    parser.add_argument("--files", nargs="+", choices=FILES, default=FILES, help="only those of these files")
    parser.add_argument("--quiet", action="store_true", help="only the totals")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report there as a page")
    options = parser.parse_args(arguments)
    questions = [
        question
        for question in load_questions(*options.files)
        if not (options.held_out and not question.held_out) and not (options.tuned and question.held_out)
    ]
    known = load_knowledge("pilot", SIMPLIFIED)
    outcomes = evaluate(
        questions, Asker(known.rulebook, known.catalogs, known.understanding, Defaults(SIMPLIFIED, ZONE, quiet=None))
    )
    report = sections(outcomes)
    for section in report if not options.quiet else report[-1:]:
        print(f"\n{section.title}")
        for row in section.rows:
            print("  " + "  ".join(cell.ljust(24) if index == 0 else cell for index, cell in enumerate(row)))
    if options.html:
        options.html.write_text(as_html(outcomes), "utf-8")
    return int(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
