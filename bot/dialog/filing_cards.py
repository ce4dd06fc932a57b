"""How a tracked filing is shown: its card with buttons, and the list of all."""

from collections.abc import Sequence

from bot.dialog.actions import join_action
from bot.dialog.model import Button, Reply, Rows
from bot.dialog.turn import Turn
from bot.filings.filing import ContactCheck, Filing, FilingState
from bot.rules.model import Contact
from bot.texts import Html, Texts

LIST_LENGTH = 20
"""Filings that one list shows; more would not fit a message and nobody reads them."""


def card(turn: Turn, filing: Filing, *, heading: str = "", buttons: Rows | None = None) -> Reply:
    """Return the card of a filing; `heading` says what has just happened."""
    lines = [*([f"<b>{heading}</b>", ""] if heading else []), *_lines(turn, filing)]
    return Reply("\n".join(lines), card_buttons(turn, filing) if buttons is None else buttons, replaces=True)


def overview(turn: Turn, filings: Sequence[Filing]) -> Reply:
    """Return the list of a chat's filings, each with a button that opens its card."""
    texts = turn.texts
    if not filings:
        return Reply(texts("filings.none"), ((Button(texts("button.track"), join_action("track")),),), replaces=True)
    shown = filings[:LIST_LENGTH]
    lines = [texts.plural("filings.title", len(filings)), ""]
    for number, filing in enumerate(shown, 1):
        lines += [f"{number}. <b>{name(texts, filing)}</b>", f"    {standing(turn, filing)}"]
    if len(filings) > len(shown):
        lines.append(texts.plural("filings.more", len(filings) - len(shown)))
    rows = tuple(
        (Button(f"{number}. {short_name(texts, filing)}", filing_action(filing, "show")),)
        for number, filing in enumerate(shown, 1)
    )
    return Reply("\n".join(lines), (*rows, (Button(texts("button.track"), join_action("track")),)), replaces=True)


def filing_action(filing: Filing, verb: str, value: str = "") -> str:
    """Return what a button of this filing carries."""
    return join_action("filing", str(filing.id), verb, value)


def name(texts: Texts, filing: Filing) -> Html:
    """Return label, province and type, as HTML."""
    return texts("filing.name" if filing.label else "filing.name_without_label", **_names(texts, filing))


def short_name(texts: Texts, filing: Filing) -> str:
    """Return what tells the filing from others on a button: its label, else province and type. Not HTML."""
    if filing.label:
        return filing.label
    names = _names(texts, filing)
    return f"{names['province']} {names['type']}"


def _names(texts: Texts, filing: Filing) -> dict[str, str]:
    return {
        "label": filing.label,
        "province": texts(f"province.{filing.province}"),
        "type": texts(f"filing_type.{filing.filing_type}"),
    }


def standing(turn: Turn, filing: Filing) -> str:
    """Return in one line where the filing stands; for an open one, how long is left."""
    texts = turn.texts
    deadline = turn.moment(filing.deadline)
    if filing.is_open and filing.deadline > turn.now:
        return texts("filing.left", left=texts.duration(filing.deadline - turn.now), deadline=deadline)
    state = FilingState.EXPIRED if filing.is_open else filing.state
    return texts(f"filing.state.{state}", deadline=deadline)


def contact_name(texts: Texts, filing: Filing, contact: Contact) -> Html:
    """Return whose phone it is; one person in both roles is named as such."""
    return texts("contact.same" if filing.same_person else f"contact.{contact}")


def _lines(turn: Turn, filing: Filing) -> list[str]:
    texts = turn.texts
    lines = [f"<b>{name(texts, filing)}</b>", *(_contact_line(turn, filing, check) for check in filing.contacts)]
    lines += [texts("filing.submitted", moment=turn.moment(filing.submitted_at)), standing(turn, filing)]
    rules = turn.services.rulebook.at_moment(filing.submitted_at)
    if filing.wrong_entries and filing.is_open and rules.wrong_entries:
        limit = rules.wrong_entries.value.limit
        lines.append(
            texts.plural("filing.tries_left", limit - filing.wrong_entries, made=filing.wrong_entries, limit=limit)
        )
    portal = rules.portal(filing.province)
    if portal and filing.is_open:
        shown = texts("filing.portal", url=portal.page or portal.url, shown=portal.shown)
        lines.append(f"{shown}{texts('filing.choose_province') if portal.choose_province else ''}")
    return lines


def _contact_line(turn: Turn, filing: Filing, check: ContactCheck) -> str:
    who = contact_name(turn.texts, filing, check.contact)
    if check.verified_at:
        return turn.texts("filing.contact_done", contact=who, moment=turn.moment(check.verified_at))
    return turn.texts("filing.contact_waits", contact=who)


def card_buttons(turn: Turn, filing: Filing) -> Rows:
    """Return the buttons that make sense in the filing's state."""
    if filing.is_open and filing.deadline > turn.now:
        return (*done_rows(turn, filing), *_open_rows(turn, filing))
    texts = turn.texts
    again = Button(texts("button.resubmitted"), filing_action(filing, "resubmit"))
    to_list = Button(texts("button.filings"), join_action("filings"))
    if filing.is_open or filing.state is FilingState.EXPIRED:
        in_time = Button(texts("button.was_in_time"), filing_action(filing, "done", "all"))
        return ((again,), (in_time,), (to_list,))
    return ((again,), (to_list,)) if filing.state is FilingState.RETURNED else ((to_list,),)


def done_rows(turn: Turn, filing: Filing) -> Rows:
    """Return a button for each contact who has still to verify; for two, one for both beside them."""
    texts = turn.texts
    if len(filing.contacts) == 1:
        return ((Button(texts("button.done"), filing_action(filing, "done", "all")),),)
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                texts("button.contact_done", contact=texts(f"contact.{contact}")),
                filing_action(filing, "done", contact),
            ),
        )
        for contact in filing.waiting_for
    ]
    if len(filing.waiting_for) > 1:
        rows.append((Button(texts("button.all_done"), filing_action(filing, "done", "all")),))
    return tuple(rows)


def _open_rows(turn: Turn, filing: Filing) -> Rows:
    texts = turn.texts

    def button(id_: str, verb: str) -> Button:
        return Button(texts(f"button.{id_}"), filing_action(filing, verb))

    portal = turn.services.rulebook.at_moment(filing.submitted_at).portal(filing.province)
    rows: list[tuple[Button, ...]] = [(button("no_sms", "nosms"), button("wrong", "wrong"))]
    if portal:
        rows.append((Button(texts("button.portal"), url=portal.page or portal.url), button("snooze", "snooze")))
    rows.append((button("edit_time", "time"), button("calendar", "ics")))
    ticked = [check for check in filing.contacts if check.verified_at]
    if ticked:
        rows.append((button("undo", "undo"),))
    elif len(filing.contacts) > 1:
        rows.append((button("same_person", "same"),))
    rows.append((button("returned", "returned"), button("stop", "stop")))
    rows.append((Button(texts("button.filings"), join_action("filings")),))
    return tuple(rows)
