"""Follow-ups: what a message leaves out is taken from what the conversation was about."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot.rules.model import Change, FilingType
from bot.understanding.asks import Found
from bot.understanding.facts import PLACE_SLOTS, Facts, filled, has_place
from bot.understanding.model import Ask, Context, Slots, Topic

_PLACE_TOPICS = frozenset(
    (
        Topic.PROVINCE, Topic.PORTAL, Topic.NEED, Topic.BATCHES, Topic.TARGETS, Topic.STEPS, Topic.BUTTON, Topic.RESEND,
        Topic.NOT_RECEIVED, Topic.TRACK, Topic.SAME_PERSON, Topic.PHONE_CHANGED,
    )
)  # fmt: skip
"""Topics whose answer depends on the province."""
_TYPE_TOPICS = frozenset((Topic.TARGETS, Topic.NEED, Topic.SAME_PERSON, Topic.PHONE_CHANGED, Topic.SEVERAL_PHONES))
"""Topics whose answer depends on the filing type."""
_CANCELLING = (FilingType.CANCEL_ENTITY, FilingType.CANCEL_WEBSITE)


def asks_of_names(slots: Slots, context: Context | None, data: Change | None, *, asking: bool) -> tuple[Ask, ...]:
    """Return what a message asks that only names provinces, types and the like.

    `data` is what part of a filing it names: that tells what a change is about, or a cancellation, where this was open.
    `asking`: it has a 呢 or a question mark, so that it repeats the last question whatever that was.
    """
    before = context or Context()
    if slots.filing_types and slots.moments and has_place(slots) and not asking:
        return (Ask(Topic.TRACK, slots),)  # all that a filing is tracked by, and no question
    slots = _chosen(slots, before.slots, data)
    topic = _repeated(slots, before, asking=asking)
    if topic is not None:
        return (Ask(topic, _same_day(filled(slots, before.slots), before.slots)),)
    if slots.filing_types or slots.change or slots.contacts:
        about = Ask(Topic.TARGETS, slots if has_place(slots) else filled(slots, _lasting(before.slots)))
        return (Ask(Topic.PROVINCE, slots), about) if slots.provinces or slots.unclear_city else (about,)
    if slots.batches or slots.on:
        return (Ask(Topic.BATCHES, slots),)
    if slots.provinces or slots.unclear_city:
        return (Ask(Topic.PROVINCE, slots),)
    if slots.moments:
        return (Ask(Topic.TIME_LEFT, filled(slots, _lasting(before.slots))),)
    return ()


def asks_for_data(context: Context | None) -> bool:
    """Whether it was left open what part of a filing is changed or cancelled."""
    types = context.slots.filing_types if context else ()
    return types == (FilingType.CHANGE,) or set(types) == set(_CANCELLING)


def _same_day(slots: Slots, before: Slots) -> Slots:
    """Return the slots about the day that the province before was asked about, if no other is named."""
    if slots.provinces and before.provinces and slots.on is None:
        return replace(slots, on=before.on)
    return slots


def _chosen(slots: Slots, before: Slots, data: Change | None) -> Slots:
    """Return the slots, a bare 主体 or 网站 read as what is changed or cancelled."""
    if data is None or slots.change or slots.filing_types not in ((), (FilingType.CHANGE,)):
        return slots
    if set(before.filing_types) == set(_CANCELLING):
        chosen = {Change.ENTITY: _CANCELLING[:1], Change.WEBSITE: _CANCELLING[1:], Change.BOTH: _CANCELLING}[data]
        return replace(slots, filing_types=chosen)
    if before.filing_types == (FilingType.CHANGE,):
        return replace(slots, filing_types=before.filing_types, change=data)
    return slots


def _repeated(slots: Slots, before: Context, *, asking: bool) -> Topic | None:
    """Return the topic that a message of mere names goes on with, None if it does not."""
    topic = before.topic
    if topic is None or topic in _SMALL:
        return None
    if topic is Topic.TRACK:
        return topic
    if slots.filing_types or slots.change or slots.contacts:
        return topic if topic in _TYPE_TOPICS - {Topic.SAME_PERSON, Topic.SEVERAL_PHONES} else None
    if slots.batches:
        return topic if topic in (Topic.PORTAL, Topic.BATCHES) else None
    if has_place(slots):
        return topic if topic in _PLACE_TOPICS or asking else None
    if slots.moments or slots.hours or slots.count:
        return topic if topic in _NUMBER_TOPICS else None
    return None


_SMALL = frozenset(
    (Topic.GREETING, Topic.THANKS, Topic.BOT, Topic.HELP, Topic.COMPLAINT, Topic.UNKNOWN, Topic.OUT_OF_SCOPE)
)
_NUMBER_TOPICS = frozenset((Topic.VALIDITY, Topic.TIME_LEFT, Topic.EXPIRED, Topic.WRONG_ENTRIES, Topic.NOT_RECEIVED))


def with_context(found: Sequence[Found], facts: Sequence[Facts], context: Context | None) -> tuple[Ask, ...]:
    """Return the asks, what they leave out filled from the context where their topic depends on it."""
    if context is None:
        return tuple(one.ask for one in found)
    denied = {id_ for part in facts for id_ in part.denied_provinces}
    denied_types = {type_ for part in facts for type_ in part.denied_types}
    lasting = _lasting(context.slots)
    lasting = replace(
        lasting,
        provinces=tuple(id_ for id_ in lasting.provinces if id_ not in denied),
        filing_types=tuple(type_ for type_ in lasting.filing_types if type_ not in denied_types),
    )
    return tuple(_completed(one, lasting, context) for one in found)


def _completed(found: Found, lasting: Slots, context: Context) -> Ask:
    topic, slots = _meant(found.ask.topic, context), found.ask.slots
    if found.general:
        return found.ask
    if topic in _PLACE_TOPICS and not has_place(slots):
        slots = replace(slots, **{name: getattr(lasting, name) for name in PLACE_SLOTS})
    if topic in _TYPE_TOPICS and not slots.filing_types:
        slots = replace(slots, filing_types=lasting.filing_types, change=slots.change or lasting.change)
        slots = replace(slots, same_person=lasting.same_person if slots.same_person is None else slots.same_person)
    if topic is Topic.PHONE_CHANGED and context.topic is topic:
        slots = replace(slots, provider_unreachable=slots.provider_unreachable or lasting.provider_unreachable)
    return Ask(topic, slots)


def _meant(topic: Topic, context: Context) -> Topic:
    """Return the topic: what to fill in, asked after how to have the SMS sent again, is asked of that page."""
    if topic is Topic.FORM and context.topic in (Topic.RESEND, Topic.RESEND_FORM, Topic.RESEND_RESULT):
        return Topic.RESEND_FORM
    return topic


def _lasting(slots: Slots) -> Slots:
    """Return what stays true of the person's filing; numbers, days and pasted words were of one message."""
    return replace(slots, on=None, moments=(), hours=None, count=None, phrase=None, contacts=())
