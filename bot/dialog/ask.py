"""Questions answered one by one, without a database: each has only its own earlier turns as context."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from bot.dialog.defaults import Defaults
from bot.dialog.model import Rows
from bot.dialog.responding import context_after, respond
from bot.rules.model import FilingType
from bot.rules.rulebook import Rulebook
from bot.texts import Catalogs, Html
from bot.understanding import Understanding
from bot.understanding.model import Context, Topic


class Asked(Struct, frozen=True):
    """An answer with what was understood; `text_html` is the HTML that Telegram knows."""

    text_html: Html
    topics: tuple[Topic, ...]
    province: str | None
    filing_type: FilingType | None
    buttons: Rows
    locale: str


class Asker(Struct, frozen=True):
    """Answers from the rulebook alone."""

    rulebook: Rulebook
    catalogs: Catalogs
    understanding: Understanding
    defaults: Defaults

    def ask(self, question: str, turns: Sequence[str] = (), *, now: datetime, locale: str | None = None) -> Asked:
        """Answer `question`, said after `turns`; in `locale`, else in the language that was last written."""
        context: Context | None = None
        written: str | None = None
        for turn in turns:
            earlier = self.understanding.read(turn, now, self.defaults.zone, context)
            context = context_after(earlier)
            written = earlier.locale or written
        understood = self.understanding.read(question, now, self.defaults.zone, context)
        chosen = locale or understood.locale or written or self.defaults.locale
        response = respond(understood, self.rulebook, self.catalogs[chosen], now=now, zone=self.defaults.zone)
        slots = [ask.slots for ask in understood.asks]
        return Asked(
            text_html=response.text,
            topics=tuple(ask.topic for ask in understood.asks),
            province=next((province for each in slots for province in each.provinces), None),
            filing_type=next((type_ for each in slots for type_ in each.filing_types), None),
            buttons=response.buttons,
            locale=chosen,
        )
