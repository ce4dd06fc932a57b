"""The table of topics: who answers each, where the answer holds, and what people ask next."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from bot.dialog.answers import deadlines, messages, origin, pages, people, places, sayings, talk
from bot.dialog.answers.buttons import next_step, which_province
from bot.dialog.answers.context import Context, NotSaidError
from bot.dialog.model import Answer, Button
from bot.rules.model import RuleState
from bot.texts import Texts
from bot.understanding.model import Ask, Topic

MAX_BUTTONS = 4
"""The most buttons for the likely next step under one answer."""


class _Entry(Struct, frozen=True):
    """How a topic is answered.

    `then` are the likely next topics. `of_place`: the answer goes by the province, so that a city that is in several
    has to be asked back. `scoped`: it holds only where and for what verification is asked for; else that is said.
    """

    answerer: Callable[[Context], Answer]
    then: tuple[Topic, ...] = ()
    of_place: bool = True
    scoped: bool = True


def _place(answerer: Callable[[Context], Answer], *then: Topic) -> _Entry:
    return _Entry(answerer, then, scoped=False)


def _procedure(answerer: Callable[[Context], Answer], *then: Topic) -> _Entry:
    return _Entry(answerer, then)


def _general(answerer: Callable[[Context], Answer], *then: Topic) -> _Entry:
    return _Entry(answerer, then, of_place=False, scoped=False)


_TOPICS: Mapping[Topic, _Entry] = {
    Topic.PROVINCE: _place(places.province, Topic.STEPS, Topic.TARGETS, Topic.TRACK),
    Topic.PORTAL: _procedure(places.portal, Topic.STEPS, Topic.NOT_RECEIVED, Topic.TRACK),
    Topic.NEED: _place(places.need, Topic.PORTAL, Topic.TARGETS, Topic.EXEMPT_TYPES),
    Topic.BATCHES: _place(places.batches, Topic.NOT_PILOT, Topic.PORTAL),
    Topic.NOT_PILOT: _place(places.not_pilot, Topic.BATCHES),
    Topic.TARGETS: _procedure(people.targets, Topic.PHONE_CHANGED, Topic.PORTAL, Topic.TRACK),
    Topic.SAME_PERSON: _procedure(people.same_person, Topic.TARGETS, Topic.STEPS),
    Topic.SEVERAL_PHONES: _procedure(people.several_phones, Topic.TARGETS, Topic.VERIFIED),
    Topic.EXEMPT_TYPES: _procedure(people.exempt_types, Topic.TARGETS),
    Topic.VALIDITY: _procedure(deadlines.validity, Topic.TRACK, Topic.EXPIRED),
    Topic.TIME_LEFT: _procedure(deadlines.time_left, Topic.TRACK, Topic.PORTAL, Topic.EXPIRED),
    Topic.EXPIRED: _procedure(deadlines.expired, Topic.STEPS, Topic.TRACK),
    Topic.RETURNED: _procedure(deadlines.returned, Topic.TRACK, Topic.STEPS),
    Topic.RETURNED_TO: _procedure(deadlines.returned_to, Topic.RETURNED),
    Topic.REVIEW: _procedure(deadlines.review, Topic.STEPS, Topic.PORTAL),
    Topic.VERIFIED: _procedure(deadlines.verified, Topic.SEVERAL_PHONES),
    Topic.RESEND: _procedure(messages.resend, Topic.PORTAL, Topic.AUTO_RESEND, Topic.VALIDITY),
    Topic.RESEND_FORM: _procedure(messages.resend_form, Topic.RESEND, Topic.PORTAL),
    Topic.RESEND_RESULT: _procedure(messages.resend_result, Topic.RESEND, Topic.NOT_RECEIVED),
    Topic.AUTO_RESEND: _procedure(messages.auto_resend, Topic.RESEND, Topic.VALIDITY),
    Topic.NOT_RECEIVED: _procedure(messages.not_received, Topic.RESEND, Topic.PHONE_CHANGED, Topic.PORTAL),
    Topic.ARRIVAL: _procedure(messages.arrival, Topic.NOT_RECEIVED, Topic.TRACK),
    Topic.STEPS: _procedure(pages.steps, Topic.PORTAL, Topic.NOT_RECEIVED, Topic.NOT_FOUND),
    Topic.BUTTON: _procedure(pages.button, Topic.STEPS, Topic.PORTAL),
    Topic.FORM: _procedure(pages.form, Topic.WHOSE_ID, Topic.WHOSE_PHONE),
    Topic.ID_DIGITS: _procedure(pages.id_digits, Topic.WHOSE_ID, Topic.WRONG_ENTRIES),
    Topic.WHOSE_ID: _procedure(people.whose_id, Topic.TARGETS, Topic.WRONG_ENTRIES),
    Topic.WHOSE_PHONE: _procedure(people.whose_phone, Topic.TARGETS, Topic.PHONE_CHANGED),
    Topic.CAPTCHA: _procedure(pages.captcha, Topic.FORM),
    Topic.NOT_FOUND: _procedure(pages.not_found, Topic.WRONG_ENTRIES, Topic.RESEND, Topic.WHOSE_ID),
    Topic.WRONG_CODE: _procedure(pages.wrong_code, Topic.RESEND, Topic.NOT_FOUND),
    Topic.WRONG_ENTRIES: _procedure(pages.wrong_entries, Topic.WHOSE_ID, Topic.RETURNED),
    Topic.FAILED: _procedure(pages.failed, Topic.TRACK, Topic.WHOSE_ID),
    Topic.PORTAL_SAYS: _procedure(sayings.portal_says, Topic.NOT_RECEIVED, Topic.SEVERAL_PHONES),
    Topic.PHONE_CHANGED: _procedure(people.phone_changed, Topic.TARGETS),
    Topic.BASIS: _general(origin.basis, Topic.BATCHES),
    Topic.SENDER: _general(messages.sender, Topic.SAFETY, Topic.NOT_RECEIVED),
    Topic.SENDER_NUMBER: _general(messages.sender_number, Topic.SAFETY, Topic.NOT_RECEIVED),
    Topic.WHAT_IS: _general(origin.what_is, Topic.STEPS, Topic.BATCHES, Topic.TARGETS),
    Topic.GREETING: _general(talk.talk, Topic.PORTAL, Topic.NEED, Topic.NOT_RECEIVED, Topic.TRACK),
    Topic.THANKS: _general(talk.talk),
    Topic.BOT: _general(talk.talk, Topic.HELP),
    Topic.HELP: _general(talk.talk, Topic.PORTAL, Topic.NEED, Topic.NOT_RECEIVED, Topic.TRACK),
    Topic.HUMAN: _general(talk.talk),
    Topic.STATUS: _general(talk.talk, Topic.REVIEW, Topic.TRACK),
    Topic.TRACK: _general(talk.talk, Topic.TRACK),
    Topic.FILINGS: _general(talk.talk, Topic.TRACK),
    Topic.LANGUAGE: _general(talk.talk),
    Topic.SETTINGS: _general(talk.talk),
    Topic.PRIVACY: _general(talk.talk),
    Topic.SAFETY: _general(talk.safety, Topic.SENDER, Topic.STEPS),
    Topic.COMPLAINT: _general(talk.talk, Topic.HUMAN),
    Topic.OUT_OF_SCOPE: _general(talk.talk, Topic.HELP),
    Topic.UNKNOWN: _general(talk.unknown, Topic.HELP),
}


def answer(ask: Ask, state: RuleState, texts: Texts, *, now: datetime, zone: ZoneInfo) -> Answer:
    """Return the answer to one ask: facts from `state`, which are the rules of the day that the ask names or of today.

    `now` (aware) and the person's `zone` serve for the time that is left.
    A fact that the rulebook does not hold is answered with that, never invented.
    """
    ctx = Context(ask, state, texts, now, zone)
    entry = _TOPICS[sayings.topic_meant(ask)]
    if entry.of_place and ask.slots.unclear_city and not ask.slots.provinces:
        return _which_of(ctx)
    try:
        answered = _scoped(ctx, entry.answerer) if entry.scoped else entry.answerer(ctx)
    except NotSaidError:
        answered = ctx.say(texts("unsaid"))
    return answered if answered.missing else replace(answered, buttons=_buttons(ctx, answered, entry))


def _scoped(ctx: Context, answerer: Callable[[Context], Answer]) -> Answer:
    """Answer only for the provinces and types that verify; of the others say that they do not."""
    inside = tuple(name for name in ctx.slots.provinces if places.verifies(ctx, name))
    outside = tuple(name for name in ctx.slots.provinces if name not in inside)
    barred = places.need_lines(ctx.about(outside))
    if barred and not inside:
        return ctx.say(*barred)
    if people.exempt(ctx):
        return ctx.say(*people.type_lines(ctx))
    answered = answerer(ctx.about(inside))
    return replace(answered, text="\n".join([*barred, answered.text]))


def _buttons(ctx: Context, answered: Answer, entry: _Entry) -> tuple[Button, ...]:
    """Return the buttons of an answer and those for the likely next step; one that opens the portal answers for it."""
    opens = any(button.url for button in answered.buttons)
    steps = [next_step(ctx, topic) for topic in _then(ctx, entry) if not (opens and topic is Topic.PORTAL)]
    return (*answered.buttons, *steps)[:MAX_BUTTONS]


def _then(ctx: Context, entry: _Entry) -> tuple[Topic, ...]:
    """Return the likely next topics; where nobody verifies, who does."""
    provinces = ctx.slots.provinces
    if entry.of_place and provinces and not any(places.verifies(ctx, name) for name in provinces):
        return (Topic.BATCHES, Topic.NOT_PILOT)
    if entry.of_place and people.exempt(ctx):
        return (Topic.EXEMPT_TYPES,)
    return entry.then


def _which_of(ctx: Context) -> Answer:
    """Ask which of the provinces is meant that have a city of the name."""
    provinces = ctx.slots.unclear_city
    names = ctx.texts.join(map(ctx.province_name, provinces), "or")
    question = ctx.texts("ask.city", provinces=names)
    return ctx.say(question, buttons=which_province(ctx, provinces), missing="province", factual=False)
