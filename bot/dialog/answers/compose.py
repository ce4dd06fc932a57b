"""One reply from several answers, with its source named once."""

import re
from collections.abc import Iterable, Sequence

from bot.dialog.answers.buttons import lay_out
from bot.dialog.answers.topics import MAX_BUTTONS
from bot.dialog.model import Answer, Button, Rows
from bot.rules.model import RuleState
from bot.texts import Html, Texts

_NUMBERED = re.compile(r"\d+\. ")


def compose(answers: Sequence[Answer], state: RuleState, texts: Texts, *, sensitive: bool = False) -> Html:
    """Return the text of one reply: the answers in their order, no sentence twice, and the footer for facts.

    `sensitive`: the message held a code, a phone or an ID number; the warning comes first.
    """
    seen: set[str] = set()
    parts = [_without(seen, answer.text) for answer in answers]
    if sensitive:
        parts.insert(0, texts("answers.sensitive_warning"))
    if any(answer.factual for answer in answers):
        parts.append(footer(state, texts))
    return Html("\n\n".join(part for part in parts if part))


def rows(answers: Sequence[Answer]) -> Rows:
    """Return the buttons of one reply: what is missing to choose from, or the first few of the next steps."""
    choices = [button for answer in answers if answer.missing for button in answer.buttons]
    others = [button for answer in answers for button in answer.buttons]
    return lay_out(_unique(choices) if choices else _unique(others)[:MAX_BUTTONS])


def footer(state: RuleState, texts: Texts) -> Html:
    """Return the line that names the rulebook and its date, and where later rules have replaced it."""
    source = texts("footer.source", publisher=state.source.publisher, title=state.source.title, as_of=state.as_of)
    if state.superseded_from is None:
        return Html(f"<i>{source}</i>")
    return Html(f"<i>{source}{texts('footer.superseded', since=state.superseded_from)}</i>")


def _without(seen: set[str], text: str) -> str:
    """Return `text` without the lines that are `seen`, and note the others; a numbered list stays whole."""
    kept = []
    for line in text.splitlines():
        if _NUMBERED.match(line) or line not in seen:
            kept.append(line)
        seen.add(line)
    return "\n".join(kept)


def _unique(buttons: Iterable[Button]) -> list[Button]:
    """Return the buttons, those that do the same once."""
    return list({(button.action, button.url): button for button in buttons}.values())
