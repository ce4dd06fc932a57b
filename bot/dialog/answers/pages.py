"""What to do on the portal's pages, and what they say."""

from bot.dialog.answers import deadlines
from bot.dialog.answers.buttons import open_portal
from bot.dialog.answers.context import Context, NotSaidError
from bot.dialog.answers.disputes import readings
from bot.dialog.model import Answer
from bot.rules.model import Field, PortalStep, WrongEntries
from bot.texts import Html, link

_QUOTED_IN_STEP = {
    PortalStep.PRESS_BUTTON: "verify_button",
    PortalStep.PRESS_RESEND_TAB: "resend_tab",
    PortalStep.READ_RESULT: "resent",
}
"""The portal's words that a step quotes."""


def steps(ctx: Context) -> Answer:
    """Answer how to verify, step by step."""
    numbered = step_lines(ctx, ctx.known(ctx.state.verify_steps), ctx.known(ctx.state.verify_form))
    return ctx.say(ctx.texts("steps.title"), *numbered, buttons=open_portal(ctx))


def button(ctx: Context) -> Answer:
    """Answer what to press, and where that is."""
    if PortalStep.PRESS_BUTTON not in ctx.known(ctx.state.verify_steps):
        return ctx.say(*_step(ctx, PortalStep.OPEN_PAGE, ()), buttons=open_portal(ctx))
    listed = ctx.texts("button.among", services=ctx.quote("services"))
    return ctx.say(*_step(ctx, PortalStep.PRESS_BUTTON, ()), listed, buttons=open_portal(ctx))


def form(ctx: Context) -> Answer:
    """Answer what has to be filled in."""
    return ctx.say(form_line(ctx, ctx.known(ctx.state.verify_form)))


def id_digits(ctx: Context) -> Answer:
    """Answer how much of the ID number is filled in."""
    _require_field(ctx, Field.ID_LAST_SIX)
    return ctx.say(ctx.texts("id_digits.only", field=ctx.field(Field.ID_LAST_SIX)))


def captcha(ctx: Context) -> Answer:
    """Answer whether there is a picture puzzle."""
    _require_field(ctx, Field.CAPTCHA)
    return ctx.say(ctx.texts("captcha.yes", captcha=ctx.field(Field.CAPTCHA)))


def not_found(ctx: Context) -> Answer:
    """Answer what it means that no record is found, and what to check."""
    done = _quoted_if_known(ctx, "not_found.or_done", "not_found_or_done")
    return ctx.say(_mismatch(ctx), done, _limit_line(ctx) if ctx.state.wrong_entries else None)


def wrong_code(ctx: Context) -> Answer:
    """Answer what to do when the code was mistyped."""
    again = ctx.texts("wrong_code.resend", tab=ctx.quote("resend_tab"))
    counts = ctx.state.wrong_entries is not None and ctx.state.wrong_entries.value.of == "any"
    return ctx.say(ctx.texts("wrong_code.retry"), again, _limit_line(ctx) if counts else None)


def wrong_entries(ctx: Context) -> Answer:
    """Answer how many wrong entries are borne, and how many are left after those that were made."""
    borne = ctx.known(ctx.state.wrong_entries)
    count = ctx.slots.count or 0
    left = borne.fails_at - count
    if left <= 0:
        over = ctx.texts("wrong.over", count=count, failed=ctx.quote("failed"))
        return ctx.say(over, deadlines.resubmit_line(ctx), *_wrong_readings(ctx))
    counted = ctx.texts.plural("wrong.left", left, count=count) if count else None
    return ctx.say(counted, _limit_line(ctx), *_wrong_readings(ctx))


def failed(ctx: Context) -> Answer:
    """Answer what it means that the verification has failed."""
    return ctx.say(_limit_line(ctx), deadlines.resubmit_line(ctx))


def form_line(ctx: Context, fields: tuple[Field, ...]) -> Html:
    """Return what a form asks, in one sentence."""
    asked = ctx.texts.join(ctx.field(field) for field in fields if field is not Field.CAPTCHA)
    key = "step.fill_form" if Field.CAPTCHA in fields else "step.fill_form_only"
    return ctx.texts(key, fields=asked, captcha=ctx.field(Field.CAPTCHA), submit=ctx.quote("submit"))


def step_lines(ctx: Context, steps: tuple[PortalStep, ...], fields: tuple[Field, ...]) -> tuple[Html, ...]:
    """Return steps, numbered."""
    lines = [line for step in steps for line in _step(ctx, step, fields)]
    return tuple(Html(f"{number}. {line}") for number, line in enumerate(lines, 1))


def _step(ctx: Context, step: PortalStep, fields: tuple[Field, ...]) -> tuple[Html, ...]:
    """Return the lines of one step; with a province, opening its portal includes choosing it there if need be."""
    match step:
        case PortalStep.OPEN_PORTAL if ctx.province:
            portal = ctx.portal(ctx.province)
            opened = ctx.texts("step.open_portal_at", link=link(portal.url, portal.shown))
            return (opened, _choose(ctx, ctx.province)) if portal.choose_province else (opened,)
        case PortalStep.CHOOSE_PROVINCE:
            return () if ctx.province else (ctx.texts("step.choose_any", list=ctx.quote("portal_list")),)
        case PortalStep.OPEN_PAGE:
            return (ctx.texts("step.open_page", button=ctx.quote("verify_button"), link=_page(ctx)),)
        case PortalStep.FILL_FORM:
            return (form_line(ctx, fields),)
        case PortalStep.PRESS_BUTTON | PortalStep.PRESS_RESEND_TAB | PortalStep.READ_RESULT:
            return (ctx.texts(f"step.{step}", quote=ctx.quote(_QUOTED_IN_STEP[step])),)
    return (ctx.texts(f"step.{step}"),)


def _choose(ctx: Context, province: str) -> Html:
    return ctx.texts("step.choose_province", list=ctx.quote("portal_list"), province=ctx.province_name(province))


def _page(ctx: Context) -> Html:
    """Return the link to the verification page: of the province, or where none is named the first that is known."""
    portals = [ctx.portal(ctx.province)] if ctx.province else [fact.value for fact in ctx.state.portals.values()]
    page = next((portal.page for portal in portals if portal.page), None)
    if page is None:
        raise NotSaidError
    return link(page, page)


def _require_field(ctx: Context, field: Field) -> None:
    if field not in ctx.known(ctx.state.verify_form):
        raise NotSaidError


def _mismatch(ctx: Context) -> Html:
    fields = (field for field in ctx.known(ctx.state.verify_form) if field is not Field.CAPTCHA)
    later = "not_found_or_done"
    phrase = later if ctx.slots.phrase == later and later in ctx.state.phrases else "not_found"
    return ctx.texts("not_found.why", phrase=ctx.quote(phrase), fields=ctx.texts.join(map(ctx.field, fields)))


def _quoted_if_known(ctx: Context, id_: str, phrase: str) -> Html | None:
    return ctx.texts(id_, phrase=ctx.quote(phrase)) if phrase in ctx.state.phrases else None


def _limit_line(ctx: Context) -> Html:
    """Return how many wrong entries fail, the strictest where the sources disagree."""
    borne = ctx.known(ctx.state.wrong_entries)
    return ctx.texts.plural(f"wrong.limit.{borne.of}", borne.fails_at, failed=ctx.quote("failed"))


def _wrong_readings(ctx: Context) -> tuple[Html, ...]:
    return readings(ctx, ctx.state.wrong_entries, lambda borne: _reading(ctx, borne))


def _reading(ctx: Context, borne: WrongEntries) -> Html:
    line = ctx.texts("wrong.in_a_row" if borne.in_a_row else "wrong.in_all", n=borne.fails_at)
    if borne.returned_after is None:
        return line
    return ctx.texts("wrong.returned_after", reading=line, hours=ctx.texts.hours(borne.returned_after))
