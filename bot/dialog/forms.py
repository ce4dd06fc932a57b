"""Forms: tracking a filing, correcting its time, submitting it again. Each asks only for what is not known yet."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.dialog.answers import answer
from bot.dialog.conversation import Draft, Form, FormKind, Step
from bot.dialog.filing_cards import card
from bot.dialog.model import Replies, Reply
from bot.dialog.questions import question, time_question
from bot.dialog.turn import Turn
from bot.errors import FilingError
from bot.filings.filing import Filing, edit_submission, new_filing, resubmit
from bot.rules.model import Change, FilingType, RuleState
from bot.texts import Html
from bot.understanding.masking import mask
from bot.understanding.model import Ask, Slots, Topic, TrackLine, Understood

FUTURE_GRACE = timedelta(minutes=2)
"""A submission this far ahead is the other clock's fault and counts as now."""


async def begin_tracking(turn: Turn, line: TrackLine) -> Replies:
    """Begin to track: from one line that may say everything, or from nothing."""
    slots = line.slots
    said = slots != Slots() or bool(line.label)
    draft = Draft(
        province=slots.provinces[0] if len(slots.provinces) == 1 else None,
        filing_type=slots.filing_types[0] if len(slots.filing_types) == 1 else None,
        change=slots.change,
        same_person=slots.same_person,
        label=mask(line.label) if said else None,
    )
    form = open_form(turn, FormKind.TRACK, draft)
    if slots.moments:
        form, problem = _take_moments(turn, form, slots.moments, precise=line.precise)
        if problem:
            return [problem]
    return await _advance(turn, form)


async def begin_time(turn: Turn, kind: FormKind, filing: Filing) -> Replies:
    """Ask when the filing was submitted: to correct it, or because it was submitted again."""
    form = open_form(turn, kind, Draft(province=filing.province, filing_type=filing.filing_type), filing.id)
    return await _advance(turn, form)


def open_form(turn: Turn, kind: FormKind, draft: Draft, filing_id: int = 0) -> Form:
    """Open a form in place of any other; nothing of it is asked yet."""
    number = turn.conversation.forms + 1
    form = Form(kind, number, filing_id, draft)
    turn.conversation = replace(turn.conversation, form=form, forms=number)
    return form


def close_form(turn: Turn) -> None:
    """Close the open form, if there is one."""
    turn.conversation = replace(turn.conversation, form=None)


async def press(turn: Turn, number: str, verb: str, value: str) -> Replies:
    """A button of a form was pressed; `number` says of which."""
    form = turn.conversation.form
    if form is None or str(form.number) != number:
        return [Reply(turn.texts("form.outdated"), notice=True)]
    match verb:
        case "cancel":
            close_form(turn)
            return [Reply(turn.texts("form.cancelled"), replaces=True)]
        case "back":
            return await _back(turn, form)
        case "skip":
            return await _skip(turn, form)
        case "ago" if value.isdigit():
            return await _take(turn, form, (turn.now - timedelta(minutes=int(value)),), precise=True)
        case "at" if value.isdigit():
            return await _take(turn, form, (datetime.fromtimestamp(int(value), tz=turn.now.tzinfo),), precise=True)
        case _:
            return await _choose(turn, form, verb, value)


_BARE = frozenset({Topic.UNKNOWN, Topic.OUT_OF_SCOPE, Topic.PROVINCE, Topic.TARGETS, Topic.TRACK})
"""What a label may be taken for; any other topic is a question in between, if it is sure."""
_SURE_QUESTION = 0.8


async def read_answer(turn: Turn, text: str, understood: Understood) -> Replies | None:
    """Take a message as the answer to the open form's question; None where it does not answer it."""
    form = turn.conversation.form
    if form is None or form.step is None:
        return None
    understanding = turn.services.understanding
    match form.step:
        case Step.PROVINCE:
            provinces = understanding.find_provinces(text)
            return await _choose(turn, form, "province", provinces[0]) if len(provinces) == 1 else None
        case Step.FILING_TYPE:
            types = understanding.find_filing_types(text)
            return await _choose(turn, form, "type", types[0]) if len(types) == 1 else None
        case Step.CHANGE:
            change = understanding.track_line(text, turn.now, turn.zone).slots.change
            return await _choose(turn, form, "change", change) if change else None
        case Step.TIME:
            line = understanding.track_line(text, turn.now, turn.zone)
            moments = line.slots.moments
            return await _take(turn, form, moments, precise=line.precise) if moments else None
        case Step.LABEL if _may_be_label(turn, text, understood):
            return await _fill(turn, form, replace(form.draft, label=text.strip()))
        case _:
            return None


def _may_be_label(turn: Turn, text: str, understood: Understood) -> bool:
    """Whether a message names a filing: a site, whatever its name sounds like, or what is no sure question."""
    site = turn.services.understanding.track_line(text, turn.now, turn.zone).label
    named = "." in site and 2 * len(site) >= len(text)
    return named or understood.asks[0].topic in _BARE or understood.confidence < _SURE_QUESTION


def ask_again(turn: Turn) -> Reply | None:
    """Return the open form's question once more, None where no form is open."""
    form = turn.conversation.form
    return question(turn, form, form.step) if form and form.step else None


async def _choose(turn: Turn, form: Form, verb: str, value: str) -> Replies:
    draft = form.draft
    if verb == "province" and value in turn.services.provinces:
        return await _fill(turn, form, replace(draft, province=value))
    if verb == "type" and value in set(FilingType):
        return await _fill(turn, form, replace(draft, filing_type=FilingType(value), change=None))
    if verb == "change" and value in set(Change):
        return await _fill(turn, form, replace(draft, change=Change(value)))
    return [Reply(turn.texts("form.outdated"), notice=True)]


async def _skip(turn: Turn, form: Form) -> Replies:
    """Leave the open step out, where the filing can be tracked without it."""
    match form.step:
        case Step.LABEL:
            return await _fill(turn, form, replace(form.draft, label=""))
        case Step.CHANGE:
            return await _fill(turn, form, replace(form.draft, change=Change.BOTH))
        case _:
            return [Reply(turn.texts("form.needed"), notice=True)]


async def _fill(turn: Turn, form: Form, draft: Draft) -> Replies:
    return await _advance(turn, replace(form, draft=draft))


async def _take(turn: Turn, form: Form, moments: tuple[datetime, ...], *, precise: bool) -> Replies:
    form, problem = _take_moments(turn, form, moments, precise=precise)
    return [problem] if problem else await _advance(turn, form)


def _take_moments(turn: Turn, form: Form, moments: tuple[datetime, ...], *, precise: bool) -> tuple[Form, Reply | None]:
    """Take a submission time, or say why it cannot be one: never guess."""
    texts = turn.texts
    form = _asking(turn, form, Step.TIME)
    past = tuple(moment for moment in moments if moment <= turn.now + FUTURE_GRACE)
    # A reading under which it has expired already is not offered beside one under which it has not.
    past = tuple(moment for moment in past if not _expired(turn, moment)) or past
    if not past:
        said = turn.moment(moments[0])
        return form, time_question(turn, form, texts("form.time.future", moment=said), ())
    if len(past) > 1 or not precise:
        if precise:
            return form, time_question(turn, form, texts("form.time.which"), past)
        return form, time_question(
            turn, form, texts("form.time.hour", day=texts.date(past[0].astimezone(turn.zone).date())), ()
        )
    moment = min(past[0], turn.now)
    rules = turn.services.rulebook.at_moment(moment)
    if rules.validity and _expired(turn, moment):
        ended = turn.moment(moment + rules.validity.value)
        span = texts.hours(rules.validity.value)
        return form, time_question(turn, form, texts("form.time.too_old", hours=span, deadline=ended), ())
    return replace(form, draft=replace(form.draft, submitted_at=moment)), None


def _expired(turn: Turn, moment: datetime) -> bool:
    """Whether a filing submitted at `moment` has run out of time."""
    validity = turn.services.rulebook.at_moment(moment).validity
    return validity is not None and moment + validity.value <= turn.now


def _asking(turn: Turn, form: Form, step: Step) -> Form:
    """Return the form with `step` as the open one, and remember it so."""
    asked = form.asked if form.step is step else (*form.asked, step)
    form = replace(form, asked=asked)
    turn.conversation = replace(turn.conversation, form=form)
    return form


async def _back(turn: Turn, form: Form) -> Replies:
    """Ask the step before the open one again, forgetting what it was answered with."""
    if len(form.asked) < 2:
        close_form(turn)
        return [Reply(turn.texts("form.cancelled"), replaces=True)]
    step = form.asked[-2]
    cleared = {
        Step.PROVINCE: {"province": None},
        Step.FILING_TYPE: {"filing_type": None, "change": None},
        Step.CHANGE: {"change": None},
        Step.TIME: {"submitted_at": None},
        Step.LABEL: {"label": None},
    }[step]
    form = replace(form, asked=form.asked[:-2], draft=replace(form.draft, **cleared))
    return await _advance(turn, form)


async def _advance(turn: Turn, form: Form) -> Replies:
    """Ask for the next thing that is missing, or finish."""
    refusal = _why_not(turn, form.draft)
    if refusal:
        close_form(turn)
        return [refusal]
    step = _missing(form, turn.rules)
    if step is None:
        return await _finish(turn, form)
    form = _asking(turn, form, step)
    return [question(turn, form, step)]


def _missing(form: Form, rules: RuleState) -> Step | None:
    draft = form.draft
    target = rules.target(draft.filing_type) if draft.filing_type else None
    steps = {
        Step.PROVINCE: draft.province is None,
        Step.FILING_TYPE: draft.filing_type is None,
        Step.CHANGE: target is not None and target.by_change and draft.change is None,
        Step.TIME: draft.submitted_at is None,
        Step.LABEL: draft.label is None,
    }
    if form.kind is not FormKind.TRACK:
        return Step.TIME if steps[Step.TIME] else None
    return next((step for step, missing in steps.items() if missing), None)


def _why_not(turn: Turn, draft: Draft) -> Reply | None:
    """Return the answer that says why this is not tracked, None where it is."""
    rules = turn.services.rulebook.at_moment(draft.submitted_at or turn.now)
    if draft.province and not rules.needs_verification(draft.province):
        slots = Slots(provinces=(draft.province,), on=rules.on if rules.upcoming_batch_of(draft.province) else None)
    elif draft.filing_type and not rules.contacts_to_verify(draft.filing_type, draft.change):
        slots = Slots(filing_types=(draft.filing_type,))
    else:
        return None
    why = answer(Ask(Topic.NEED, slots), rules, turn.texts, now=turn.now, zone=turn.zone)
    return Reply(Html(f"{why.text}\n{turn.texts('form.not_tracked')}"))


async def _finish(turn: Turn, form: Form) -> Replies:
    close_form(turn)
    if form.kind is FormKind.TRACK:
        return await _track(turn, form.draft)
    filing = await turn.store.filing(form.filing_id)
    submitted_at = form.draft.submitted_at
    if filing is None or filing.chat_id != turn.who.chat_id or submitted_at is None:
        return [Reply(turn.texts("filing.gone"))]
    rules = turn.services.rulebook.at_moment(submitted_at)
    change = edit_submission if form.kind is FormKind.EDIT_TIME else resubmit
    try:
        after = change(filing, rules, submitted_at)
    except FilingError:
        return [card(turn, filing, heading=turn.texts("filing.no_longer"))]
    there = await turn.store.reminders_of(after.id)
    planned = turn.services.planner.plan_again(after, there, turn.person, turn.now)
    if not await turn.store.update_filing(filing, after, planned):
        return [Reply(turn.texts("filing.changed_meanwhile"))]
    turn.services.plan_changed()
    heading = "filing.time_edited" if form.kind is FormKind.EDIT_TIME else "filing.resubmitted"
    return [card(turn, after, heading=turn.texts(heading))]


async def _track(turn: Turn, draft: Draft) -> Replies:
    if draft.province is None or draft.filing_type is None or draft.submitted_at is None:
        raise FilingError("the draft is not complete")
    filing = new_filing(
        turn.services.rulebook.at_moment(draft.submitted_at),
        chat_id=turn.who.chat_id,
        province=draft.province,
        filing_type=draft.filing_type,
        submitted_at=draft.submitted_at,
        now=turn.now,
        label=draft.label or "",
        change=draft.change,
        same_person=draft.same_person,
    )
    for other in await turn.store.filings_of(turn.who.chat_id, open_only=True):
        if _same(other, filing):
            return [card(turn, other, heading=turn.texts("filing.known"))]
    filing = await turn.store.track_filing(filing, turn.services.planner.plan(filing, turn.person, turn.now))
    turn.services.plan_changed()
    return [card(turn, filing, heading=turn.texts("filing.tracked"))]


def _same(one: Filing, other: Filing) -> bool:
    return (one.label, one.province, one.filing_type, one.submitted_at) == (
        other.label,
        other.province,
        other.filing_type,
        other.submitted_at,
    )
