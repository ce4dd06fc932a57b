"""What a reminder says: computed when it is sent, from where the filing stands then."""

from datetime import datetime

from msgspec.structs import replace

from bot.dialog.conversation import Conversation
from bot.dialog.filing_cards import card, contact_name, done_rows, filing_action, name
from bot.dialog.model import Button, Reply, Rows, Who
from bot.dialog.turn import Services, Turn
from bot.filings.filing import Filing, FilingState
from bot.filings.person import Person
from bot.filings.reminder import Reminder, ReminderKind
from bot.store.interface import Handover

DONE_STATES = frozenset({FilingState.VERIFIED, FilingState.RETURNED, FilingState.CANCELLED})


async def compose(services: Services, reminder: Reminder, now: datetime) -> Reply | None:
    """Return the message of a claimed reminder; None when there is nothing to remind of any more."""
    handover = await services.store.handover(reminder)
    return message(services, handover, reminder.kind, now) if handover else None


def message(services: Services, handover: Handover, kind: ReminderKind, now: datetime) -> Reply | None:
    """Return what a reminder of this kind says now; None when there is nothing to remind of any more."""
    filing = handover.filing
    if filing.state in DONE_STATES:
        return None
    person = handover.person or Person(filing.chat_id)
    turn = Turn(services, Who(person.chat_id, person.chat_id), now, person, Conversation())
    over = filing.deadline <= now or filing.state is FilingState.EXPIRED
    if over is not (kind is ReminderKind.EXPIRED):
        return None  # that it is over is said once, by the notice
    reply = card(turn, filing, heading=turn.texts("reminder.expired")) if over else _still_waiting(turn, filing, kind)
    return replace(reply, silent=True) if services.planner.is_quiet(person, now) else reply


def _still_waiting(turn: Turn, filing: Filing, kind: ReminderKind) -> Reply:
    texts = turn.texts
    left = texts.duration(filing.deadline - turn.now)
    waiting = texts.join(contact_name(texts, filing, contact) for contact in filing.waiting_for)
    lines = [
        f"<b>{texts(f'reminder.{kind}', left=left)}</b>",
        name(texts, filing),
        texts("reminder.waiting_for", contacts=waiting),
    ]
    if kind in (ReminderKind.SMS_CHECK, ReminderKind.NOON_RESEND):
        lines.append(texts("filing.left", left=left, deadline=turn.moment(filing.deadline)))
    else:
        lines.append(texts("reminder.deadline", deadline=turn.moment(filing.deadline)))
    portal = turn.services.rulebook.at_moment(filing.submitted_at).portal(filing.province)
    if portal:
        shown = texts("filing.portal", url=portal.page or portal.url, shown=portal.shown)
        lines.append(f"{shown}{texts('filing.choose_province') if portal.choose_province else ''}")
    return Reply("\n".join(lines), _buttons(turn, filing))


def _buttons(turn: Turn, filing: Filing) -> Rows:
    texts = turn.texts
    return (
        *done_rows(turn, filing),
        (
            Button(texts("button.no_sms"), filing_action(filing, "nosms")),
            Button(texts("button.snooze"), filing_action(filing, "snooze")),
        ),
        (Button(texts("button.card"), filing_action(filing, "show")),),
    )
