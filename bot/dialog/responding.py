"""Questions answered from the rulebook: what a message asks, from which day's rules."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dialog.answers import answer, compose, nearest_answer, rows
from bot.dialog.model import Rows
from bot.rules.rulebook import Rulebook
from bot.texts import Html, Texts
from bot.understanding.model import Context, Topic, Understood


@dataclass(frozen=True, slots=True)
class Response:
    """The reply to a question: HTML, with buttons for the likely next step. `factual`: it states the rulebook."""

    text: Html
    buttons: Rows
    factual: bool


def respond(understood: Understood, rulebook: Rulebook, texts: Texts, *, now: datetime, zone: ZoneInfo) -> Response:
    """Answer all asks of a message, in order; what is asked about another day, by the rules of that day."""
    today = rulebook.at_moment(now)
    answers = []
    for ask in understood.asks:
        state = rulebook.at(ask.slots.on) if ask.slots.on else today
        if ask.topic is Topic.UNKNOWN:
            answers.append(nearest_answer(understood.nearest, texts))
        else:
            answers.append(answer(ask, state, texts, now=now, zone=zone))
    text = compose(answers, today, texts, sensitive=understood.sensitive)
    return Response(text, rows(answers), any(given.factual for given in answers))


def context_after(understood: Understood) -> Context:
    """Return what the next message may refer to: the last ask."""
    last = understood.asks[-1]
    return Context(last.topic, last.slots)
