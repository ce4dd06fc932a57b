"""What the buttons of a filing's card and of its reminders do."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.dialog.answers import answer
from bot.dialog.calendar import calendar_file
from bot.dialog.conversation import FormKind
from bot.dialog.filing_cards import card, filing_action, name, overview
from bot.dialog.forms import begin_time
from bot.dialog.model import Button, Document, Replies, Reply
from bot.dialog.turn import Turn
from bot.errors import FilingError
from bot.filings.filing import (
    Filing,
    FilingState,
    cancel,
    join_contacts,
    mark_returned,
    unverify,
    verify,
    wrong_entry,
)
from bot.rules.model import Contact
from bot.texts import Html
from bot.understanding.model import Ask, Slots, Topic

SNOOZE_MINUTES = (30, 60, 180, 360)
"""The delays that are offered."""

Verb = Callable[[Turn, Filing, str], Awaitable[Replies]]


async def show_filings(turn: Turn) -> Replies:
    """Show what is tracked: the list, or the card where there is only one."""
    await turn.store.expire_filings(turn.now)
    filings = await turn.store.filings_of(turn.who.chat_id)
    return [card(turn, filings[0]) if len(filings) == 1 else overview(turn, filings)]


async def press(turn: Turn, filing_id: str, verb: str, value: str) -> Replies:
    """A button of a filing was pressed. One of another chat is as if it were not there."""
    await turn.store.expire_filings(turn.now)
    filing = await turn.store.filing(int(filing_id)) if filing_id.isdigit() else None
    if filing is None or filing.chat_id != turn.who.chat_id:
        return [Reply(turn.texts("filing.gone"), replaces=True)]
    if verb not in _VERBS:
        return [Reply(turn.texts("button.outdated"), notice=True)]
    try:
        return await _VERBS[verb](turn, filing, value)
    except FilingError:
        return [card(turn, filing, heading=turn.texts("filing.no_longer"))]


async def _change(turn: Turn, before: Filing, after: Filing, heading: str, *, replan: bool = False) -> Replies:
    """Store a changed filing and show it; where somebody else was faster, show theirs."""
    plan = turn.services.planner.plan(after, turn.person, turn.now) if replan and after.is_open else None
    if before != after and not await turn.store.update_filing(before, after, plan):
        current = await turn.store.filing(before.id)
        return [card(turn, current or before, heading=turn.texts("filing.changed_meanwhile"))]
    turn.services.plan_changed()
    return [card(turn, after, heading=turn.texts(heading))]


async def _show(turn: Turn, filing: Filing, _: str) -> Replies:
    return [card(turn, filing)]


async def _done(turn: Turn, filing: Filing, value: str) -> Replies:
    contact = Contact(value) if value in set(Contact) else None
    after = verify(filing, contact, turn.now)
    return await _change(turn, filing, after, "filing.all_done" if not after.waiting_for else "filing.one_done")


async def _undo(turn: Turn, filing: Filing, _: str) -> Replies:
    """Take back the latest tick."""
    ticked = [check for check in filing.contacts if check.verified_at]
    if not ticked:
        return await _show(turn, filing, "")
    latest = max(ticked, key=lambda check: check.verified_at or filing.created_at)
    return await _change(turn, filing, unverify(filing, latest.contact), "filing.undone")


async def _same(turn: Turn, filing: Filing, _: str) -> Replies:
    return await _change(turn, filing, join_contacts(filing, turn.now), "filing.same_person")


async def _wrong(turn: Turn, filing: Filing, _: str) -> Replies:
    rules = turn.services.rulebook.at_moment(filing.submitted_at)
    if rules.wrong_entries is None:
        raise FilingError("the rules count no wrong entries")
    after = wrong_entry(filing, rules.wrong_entries.value.limit, turn.now)
    return await _change(turn, filing, after, "filing.wrong_counted" if after.is_open else "filing.failed")


async def _no_sms(turn: Turn, filing: Filing, _: str) -> Replies:
    """Say what to do, for this province; the card stays where it is."""
    rules = turn.services.rulebook.at_moment(filing.submitted_at)
    ask = Ask(Topic.NOT_RECEIVED, Slots(provinces=(filing.province,), filing_types=(filing.filing_type,)))
    said = answer(ask, rules, turn.texts, now=turn.now, zone=turn.zone)
    portal = rules.portal(filing.province)
    rows: list[tuple[Button, ...]] = []
    if portal:
        rows.append((Button(turn.texts("button.portal"), url=portal.page or portal.url),))
    rows.append((Button(turn.texts("button.back_to_filing"), filing_action(filing, "show")),))
    return [Reply(Html(f"<b>{name(turn.texts, filing)}</b>\n{said.text}"), tuple(rows))]


async def _snooze(turn: Turn, filing: Filing, value: str) -> Replies:
    """Ask for how long, or plan one more reminder after that long."""
    if not filing.is_open:
        raise FilingError("nothing to remind of")
    texts = turn.texts
    if not value.isdigit():
        fitting = [m for m in SNOOZE_MINUTES if turn.now + timedelta(minutes=m) < filing.deadline]
        rows = tuple(
            (Button(texts.duration(timedelta(minutes=m)), filing_action(filing, "snooze", str(m))),) for m in fitting
        )
        back = (Button(texts("button.back_to_filing"), filing_action(filing, "show")),)
        return [card(turn, filing, heading=texts("filing.snooze_how_long"), buttons=(*rows, back))]
    reminder = turn.services.planner.snoozed(filing, timedelta(minutes=int(value)), turn.person, turn.now)
    if reminder is None:
        return [card(turn, filing, heading=texts("filing.snooze_too_late"))]
    await turn.store.snooze(filing.id, reminder)
    turn.services.plan_changed()
    return [card(turn, filing, heading=texts("filing.snoozed", moment=turn.moment(reminder.due_at)))]


async def _edit_time(turn: Turn, filing: Filing, _: str) -> Replies:
    if not filing.is_open:
        raise FilingError("its time is past")
    return await begin_time(turn, FormKind.EDIT_TIME, filing)


async def _resubmit(turn: Turn, filing: Filing, _: str) -> Replies:
    if filing.state not in (FilingState.EXPIRED, FilingState.RETURNED):
        raise FilingError("it was not returned")
    return await begin_time(turn, FormKind.RESUBMIT, filing)


async def _calendar(turn: Turn, filing: Filing, _: str) -> Replies:
    document = Document(f"beian-{filing.id}.ics", calendar_file(turn, filing), "text/calendar")
    return [Reply(turn.texts("filing.calendar"), document=document)]


async def _returned(turn: Turn, filing: Filing, value: str) -> Replies:
    if value == "yes":
        return await _change(turn, filing, mark_returned(filing, turn.now), "filing.is_returned")
    return [_confirm(turn, filing, "returned")]


async def _stop(turn: Turn, filing: Filing, value: str) -> Replies:
    if value == "yes":
        return await _change(turn, filing, cancel(filing, turn.now), "filing.stopped")
    return [_confirm(turn, filing, "stop")]


def _confirm(turn: Turn, filing: Filing, verb: str) -> Reply:
    if not filing.is_open:
        raise FilingError(f"{verb} needs an open filing")
    texts = turn.texts
    yes = Button(texts("button.yes"), filing_action(filing, verb, "yes"))
    no = Button(texts("button.no"), filing_action(filing, "show"))
    return card(turn, filing, heading=texts(f"filing.confirm_{verb}"), buttons=((yes, no),))


_VERBS: Mapping[str, Verb] = {
    "show": _show,
    "done": _done,
    "undo": _undo,
    "same": _same,
    "wrong": _wrong,
    "nosms": _no_sms,
    "snooze": _snooze,
    "time": _edit_time,
    "resubmit": _resubmit,
    "ics": _calendar,
    "returned": _returned,
    "stop": _stop,
}


async def replan_all(turn: Turn) -> None:
    """Plan the reminders of the chat's open filings anew, after a change of zone or quiet hours.

    What is due already, or the notice of a deadline just passed, is not in a plan of now; it goes out as it is.
    """
    for filing in await turn.store.filings_of(turn.who.chat_id, open_only=True):
        there = await turn.store.reminders_of(filing.id)
        planned = turn.services.planner.plan_again(filing, there, turn.person, turn.now)
        await turn.store.replan(filing, planned, turn.now)
    turn.services.plan_changed()
