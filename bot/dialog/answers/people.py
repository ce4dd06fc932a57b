"""Whose phone verifies, and with whose data."""

from collections.abc import Callable, Iterable, Mapping

from bot.dialog.answers.buttons import which_change, which_type
from bot.dialog.answers.context import Context, NotSaidError
from bot.dialog.answers.disputes import readings
from bot.dialog.model import Answer
from bot.rules.model import Contact, Field, FilingType, Note, PortalStep, Target
from bot.texts import Html, capital

_SHOWN_NOTES = (Note.ALL_MUST_PASS, Note.SAME_PERSON_ONE_CODE, Note.PHONE_MUST_MATCH, Note.NEW_PHONE_VERIFIES)


def targets(ctx: Context) -> Answer:
    """Answer whose phone verifies: for the types that are named, or in short for all."""
    types = types_named(ctx)
    if not types:
        return _overview(ctx)
    if len(types) > 1:
        return ctx.say(*type_lines(ctx))
    fact = ctx.state.targets.get(types[0])
    if fact is None or not fact.value.verified:
        return ctx.say(*type_lines(ctx))
    lines = [_not_this(ctx, types[0]), *type_lines(ctx), *_notes(ctx, fact.value)]
    if fact.value.by_change and ctx.slots.change is None:
        return ctx.say(*lines, ctx.texts("ask.change"), buttons=which_change(ctx), missing="change")
    return ctx.say(*lines)


def same_person(ctx: Context) -> Answer:
    """Answer how many codes there are where both contacts are one person."""
    if not any(Note.SAME_PERSON_ONE_CODE in fact.value.notes for fact in ctx.state.targets.values()):
        raise NotSaidError
    if ctx.slots.same_person is False:
        return ctx.say(ctx.texts("same_person.differ"))
    return ctx.say(ctx.texts("same_person.one"), ctx.texts("same_person.judged"))


def several_phones(ctx: Context) -> Answer:
    """Answer whether one verified phone is enough."""
    if PortalStep.NEXT_PHONE not in ctx.known(ctx.state.verify_steps):
        raise NotSaidError
    return ctx.say(ctx.texts("step.next_phone"), ctx.texts("several.all"))


def exempt_types(ctx: Context) -> Answer:
    """Answer which filing types nobody verifies."""
    if ctx.slots.filing_types:
        return ctx.say(*type_lines(ctx))
    known = [name for name in FilingType if name in ctx.state.targets]
    exempted = [name for name in known if not ctx.state.targets[name].value.verified]
    if not known:
        raise NotSaidError
    if not exempted:
        return ctx.say(ctx.texts("exempt.none"))
    key = "exempt.list_for_now" if any(ctx.state.targets[name].value.contacts for name in exempted) else "exempt.list"
    others = ctx.texts.join(ctx.texts(f"filing_type.{name}") for name in known if name not in exempted)
    return ctx.say(ctx.texts(key, types=ctx.type_names(exempted), others=others))


def phone_changed(ctx: Context) -> Answer:
    """Answer what to do where the phone in use is not the one in the filing data."""
    noted = [name for name in ctx.state.targets if _phone_note(ctx, name)]
    if not noted:
        raise NotSaidError
    asked = ctx.slots.filing_types
    silent = [name for name in asked if name not in noted]
    lines = [ctx.texts("phone.unsaid", types=ctx.type_names(silent))] if silent else []
    shown = [name for name in asked if name in noted] or noted
    return ctx.say(*lines, *_phone_lines(ctx, shown))


def whose_phone(ctx: Context) -> Answer:
    """Answer which phone number is filled in."""
    sender = ctx.known(ctx.state.sender)
    not_emergency = ctx.texts("whose_phone.not_emergency") if sender.emergency_phone is False else None
    return ctx.say(ctx.texts("whose_phone.own"), not_emergency)


def whose_id(ctx: Context) -> Answer:
    """Answer whose ID number is filled in, and of which document."""
    if Field.ID_LAST_SIX not in ctx.known(ctx.state.verify_form):
        raise NotSaidError
    field = ctx.field(Field.ID_LAST_SIX)
    return ctx.say(capital(ctx.texts("whose_id.own", field=field)), *_document_lines(ctx))


def types_named(ctx: Context) -> tuple[FilingType, ...]:
    """Return the types that are asked about; whoever says what has changed asks about a change."""
    return ctx.slots.filing_types or ((FilingType.CHANGE,) if ctx.slots.change else ())


def exempt(ctx: Context) -> bool:
    """Whether types are named and nobody verifies for any of them."""
    found = [ctx.state.target(name) for name in ctx.slots.filing_types]
    return bool(found) and all(target is not None and not target.verified for target in found)


def type_lines(ctx: Context) -> tuple[Html, ...]:
    """Return for each type that is named who verifies, with the readings where the sources disagree."""
    return tuple(line for name in types_named(ctx) for line in (_type_line(ctx, name), *_dispute(ctx, name)))


def _type_line(ctx: Context, name: FilingType) -> Html:
    target = ctx.state.target(name)
    kind = ctx.type_name(name)
    if target is None:
        return ctx.texts("targets.unsaid", type=kind)
    if not target.verified:
        if not target.contacts:
            return ctx.texts("targets.exempt", type=kind)
        return ctx.texts("targets.exempt_for_now", type=kind, contacts=ctx.contacts(target.contacts, "either"))
    change = ctx.slots.change
    if target.by_change and change is None:
        return ctx.texts("targets.by_change", type=kind, **_both(ctx))
    contacts = ctx.state.contacts_to_verify(name, change)
    number = "both" if len(contacts) > 1 else "one"
    if target.by_change:
        changed = ctx.texts(f"change.{change}")
        return ctx.texts(f"targets.changed_{number}", type=kind, change=changed, contacts=ctx.contacts(contacts))
    return ctx.texts(f"targets.{number}", type=kind, contacts=ctx.contacts(contacts))


def _overview(ctx: Context) -> Answer:
    """Return who verifies for all types, those with the same people in one line."""
    alike: dict[Html, list[FilingType]] = {}
    for name in FilingType:
        target = ctx.state.target(name)
        if target:
            alike.setdefault(_who(ctx, target), []).append(name)
    if not alike:
        raise NotSaidError
    lines = [ctx.texts("targets.item", types=ctx.type_names(names), who=who) for who, names in alike.items()]
    verified = [name for name, fact in ctx.state.targets.items() if fact.value.verified]
    return ctx.say(
        ctx.texts("targets.overview"),
        *lines,
        ctx.texts("ask.type"),
        buttons=which_type(ctx, verified),
        missing="filing_type",
    )


def _who(ctx: Context, target: Target) -> Html:
    if not target.verified:
        return ctx.texts("targets.item_exempt_for_now" if target.contacts else "targets.item_exempt")
    return ctx.texts("targets.item_change", **_both(ctx)) if target.by_change else ctx.contacts(target.contacts)


def _both(ctx: Context) -> dict[str, Html]:
    return {contact.value: ctx.contact(contact) for contact in Contact}


def _not_this(ctx: Context, name: FilingType) -> Html | None:
    """Return that those who are asked about need not verify, where it is so."""
    required = ctx.state.contacts_to_verify(name, ctx.slots.change)
    asked = ctx.slots.contacts
    if not asked or any(contact in required for contact in asked):
        return None
    return ctx.texts("targets.not_this", contacts=ctx.contacts(asked))


def _dispute(ctx: Context, name: FilingType) -> tuple[Html, ...]:
    return readings(ctx, ctx.state.targets.get(name), lambda target: ctx.contacts(target.contacts))


def _notes(ctx: Context, target: Target) -> list[Html]:
    return [ctx.texts(f"note.{note}") for note in _SHOWN_NOTES if note in target.notes]


def _phone_note(ctx: Context, name: FilingType) -> Note | None:
    """Return the remark about a changed phone that holds for a type, the most particular one."""
    notes = ctx.state.targets[name].value.notes
    return next((note for note in _WAYS_OUT if note in notes), None)


def _phone_lines(ctx: Context, names: Iterable[FilingType]) -> list[Html]:
    """Return what to do for each of these types, those with the same way out in one line."""
    alike: dict[Note, list[FilingType]] = {}
    for name in names:
        if note := _phone_note(ctx, name):
            alike.setdefault(note, []).append(name)
    return [line for note, types in alike.items() for line in _WAYS_OUT[note](ctx, ctx.type_names(types))]


def _through_provider(ctx: Context, types: Html) -> list[Html]:
    new_website = ctx.texts(f"filing_type.{FilingType.NEW_WEBSITE}")
    renew = ctx.texts("phone.cancel_and_renew", types=types, new_website=new_website)
    return [renew] if ctx.slots.provider_unreachable else [ctx.texts("phone.original_first", types=types), renew]


def _change_first(ctx: Context, types: Html) -> list[Html]:
    first = ctx.texts("phone.change_first", types=types)
    return [first, ctx.texts("phone.unreachable_unsaid")] if ctx.slots.provider_unreachable else [first]


def _new_verifies(ctx: Context, types: Html) -> list[Html]:
    return [ctx.texts("phone.new_verifies", types=types)]


_WAYS_OUT: Mapping[Note, Callable[[Context, Html], list[Html]]] = {
    Note.PROVIDER_UNREACHABLE: _through_provider,
    Note.PHONE_MUST_MATCH: _change_first,
    Note.NEW_PHONE_VERIFIES: _new_verifies,
}
"""What to say to a changed phone, by the remark of the table of filing types."""


def _document_lines(ctx: Context) -> list[Html]:
    """Return which documents' numbers count, where the rulebook says it; the exceptions of a province after them."""
    if ctx.state.id_documents is None:
        return []
    documents = ctx.state.id_documents.value
    own = [ctx.texts(f"document.{entry.kind}") for entry in documents if entry.number == "own"]
    lines = [ctx.texts("whose_id.documents", documents=ctx.texts.join(own, "or"))]
    asked = ctx.slots.provinces
    for entry in documents:
        if entry.number == "identity_card_on_back" and (not asked or set(asked) & set(entry.provinces)):
            provinces = ctx.province_names(entry.provinces)
            lines.append(ctx.texts("whose_id.back", provinces=provinces, document=ctx.texts(f"document.{entry.kind}")))
    return lines
