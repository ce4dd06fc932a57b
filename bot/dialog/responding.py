"""Questions answered from the rulebook: what a message asks, from which day's rules."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.dialog.answers import answer, compose, nearest_answer, rows
from bot.dialog.model import Rows
from bot.rules.model import BEIJING
from bot.rules.rulebook import Rulebook
from bot.texts import Html, Texts
from bot.understanding.memory import Memory
from bot.understanding.model import Ask, Context, Topic, Understood

RESPONSES_KEPT = 4000


class Response(Struct, frozen=True):
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


_Key = tuple[tuple[Ask, ...], tuple[Topic, ...], bool, str, date]
"""All that the response to a message depends on that names no moment: what it asks, the language, today's rules."""


class Responder:
    """Responds, and keeps what it has said: the same is asked all day long, by everybody in other words.

    `rulebook` and catalogs stay the same. A message that names a moment gets a response of its own: the time left is
    that of whoever asks.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._kept: Memory[_Key, Response] = Memory(RESPONSES_KEPT)

    def respond(self, understood: Understood, texts: Texts, *, now: datetime, zone: ZoneInfo) -> Response:
        """See the function of this name."""

        def work_out() -> Response:
            return respond(understood, self._rulebook, texts, now=now, zone=zone)

        if any(ask.slots.moments for ask in understood.asks):
            return work_out()
        today = now.astimezone(BEIJING).date()
        key = (understood.asks, understood.nearest, understood.sensitive, texts.locale, today)
        return self._kept.recall(key, work_out)


def context_after(understood: Understood) -> Context:
    """Return what the next message may refer to: the last ask."""
    last = understood.asks[-1]
    return Context(last.topic, last.slots)
