"""Commands for staff alone; for everybody else there are none of these names."""

from collections.abc import Mapping
from datetime import timedelta

from bot.dialog.filing_cards import name
from bot.dialog.model import Replies, Reply
from bot.dialog.turn import Command, Turn
from bot.filings.reminder import FailedReminder
from bot.store.interface import Overview
from bot.texts import Html

SPANS = (timedelta(hours=2), timedelta(hours=6), timedelta(hours=24))
"""Within which deadlines are counted."""

LATEST = 5
"""So many failed reminders are shown."""

REASON_LENGTH = 120
"""Characters of a reason that are shown; the terminal shows all."""

SEPARATOR = " · "


async def stats(turn: Turn, _: str) -> Replies:
    """Say where everything stands, what has failed of late, and how to have it tried again."""
    overview = await turn.store.overview(turn.now, SPANS)
    failed = await turn.store.failed_reminders(limit=LATEST)
    parts = ["\n".join(_counts(turn, overview))]
    if failed:
        parts += [turn.texts("stats.failed"), *(_failed(turn, each) for each in failed)]
        parts.append(turn.texts("stats.retry", ids=" ".join(str(each.reminder.id) for each in failed)))
    return [Reply("\n\n".join(parts))]


def _counts(turn: Turn, overview: Overview) -> list[Html]:
    texts = turn.texts
    states = [texts(f"stats.filings.{state}", count=texts.number(count)) for state, count in overview.filings.items()]
    deadlines = [
        texts("stats.within", span=texts.hours(span), count=texts.number(count))
        for span, count in overview.deadlines.items()
    ]
    return [
        texts("stats.title", moment=turn.moment(turn.now)),
        texts("stats.people", count=texts.number(overview.people)),
        texts("stats.filings", counts=Html(SEPARATOR.join(states))),
        texts("stats.deadlines", counts=Html(SEPARATOR.join(deadlines))),
        texts(
            "stats.reminders",
            waiting=texts.number(overview.waiting),
            overdue=texts.number(overview.overdue),
            failed=texts.number(overview.failed),
        ),
    ]


def _failed(turn: Turn, failed: FailedReminder) -> Html:
    texts, reminder = turn.texts, failed.reminder
    reason = " ".join(reminder.reason.split())
    return texts(
        "stats.failed_one",
        id=reminder.id,
        kind=texts(f"stats.kind.{reminder.kind}"),
        moment=turn.moment(failed.failed_at) if failed.failed_at else texts("stats.some_time"),
        filing=name(texts, failed.filing),
        reason=reason if len(reason) <= REASON_LENGTH else f"{reason[: REASON_LENGTH - 1]}…",
    )


STAFF_COMMANDS: Mapping[str, Command] = {"stats": stats}
"""Every command for staff, in the order in which they are listed to them."""
