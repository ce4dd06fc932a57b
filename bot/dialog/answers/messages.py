"""The SMS itself: when it comes, from whom, and how it is sent again."""

from datetime import timedelta

from bot.dialog.answers.buttons import open_portal
from bot.dialog.answers.context import Context, NotSaidError
from bot.dialog.answers.disputes import readings
from bot.dialog.answers.pages import form_line, step_lines
from bot.dialog.answers.places import common_portal
from bot.dialog.model import Answer
from bot.rules.model import AutoResend
from bot.texts import Html, link


def resend(ctx: Context) -> Answer:
    """Answer how, and on which page, the code is sent again by hand."""
    steps = step_lines(ctx, ctx.known(ctx.state.resend_steps), ctx.known(ctx.state.resend_form))
    lines = [ctx.texts("resend.title"), *steps, _times(ctx), ctx.texts("resend.deadline")]
    return ctx.say(*lines, buttons=open_portal(ctx))


def resend_form(ctx: Context) -> Answer:
    """Answer what the page for sending again asks."""
    return ctx.say(form_line(ctx, ctx.known(ctx.state.resend_form)))


def resend_result(ctx: Context) -> Answer:
    """Answer what the page says when the code was sent again."""
    return ctx.say(ctx.texts("resent.says", phrase=ctx.quote("resent")), ctx.texts("step.verify"))


def auto_resend(ctx: Context) -> Answer:
    """Answer whether the code comes again by itself, and when."""
    fact = ctx.state.auto_resend
    if fact is None:
        raise NotSaidError
    said = readings(ctx, fact, lambda value: _auto_line(ctx, value)) or (_auto_line(ctx, fact.value),)
    if _in_time(ctx, fact.value):
        return ctx.say(*said, ctx.texts("resend.deadline"))
    return ctx.say(ctx.texts("auto.dont_wait", hours=ctx.hours()), by_hand(ctx), *said)


def not_received(ctx: Context) -> Answer:
    """Answer what to do when no SMS came."""
    auto = ctx.state.auto_resend
    return ctx.say(
        by_hand(ctx),
        _arrival_line(ctx) if ctx.state.sms_delay else None,
        ctx.texts("not_received.phone"),
        _checks(ctx),
        _auto_line(ctx, auto.value) if auto and _in_time(ctx, auto.value) else None,
        buttons=open_portal(ctx),
    )


def arrival(ctx: Context) -> Answer:
    """Answer how soon the SMS comes."""
    return ctx.say(_arrival_line(ctx), by_hand(ctx))


def sender(ctx: Context) -> Answer:
    """Answer who sends the SMS."""
    return ctx.say(ctx.texts(f"sender.{ctx.known(ctx.state.sender).by}"), _numbers(ctx))


def sender_number(ctx: Context) -> Answer:
    """Answer from which number the SMS comes."""
    known = ctx.known(ctx.state.sender)
    digits = ctx.texts.plural("sender.digits", known.code_digits) if known.code_digits else None
    return ctx.say(_numbers(ctx) or ctx.texts("sender.number_unsaid"), ctx.texts(f"sender.{known.by}"), digits)


def by_hand(ctx: Context) -> Html:
    """Return in one sentence how the code is sent again by hand."""
    return ctx.texts("resend.how", site=_site(ctx), button=ctx.quote("verify_button"), tab=ctx.quote("resend_tab"))


def _site(ctx: Context) -> Html:
    """Return how to get to the portal: of the province that is named, or the one for all."""
    portal = ctx.portal(ctx.province) if ctx.province else common_portal(ctx)
    if portal is None:
        return ctx.texts("site.own")
    opened = link(portal.page or portal.url, portal.page or portal.shown)
    if ctx.province is None or not portal.choose_province:
        return ctx.texts("site.at", link=opened)
    name, list_ = ctx.province_name(ctx.province), ctx.quote("portal_list")
    return ctx.texts("site.choose", link=opened, list=list_, province=name)


def _times(ctx: Context) -> Html | None:
    return ctx.texts.plural("resend.times", ctx.state.manual_resends.value) if ctx.state.manual_resends else None


def _in_time(ctx: Context, resent: AutoResend) -> bool:
    """Whether nothing is known to stop the code from coming again by itself before the deadline."""
    longest = timedelta(days=resent.days, hours=resent.at.hour, minutes=resent.at.minute)
    return ctx.state.validity is None or longest < ctx.state.validity.value


def _auto_line(ctx: Context, resent: AutoResend) -> Html:
    at = ctx.texts.time(resent.at)
    return (
        ctx.texts("auto.next_day", time=at)
        if resent.days == 1
        else ctx.texts.plural("auto.later", resent.days, time=at)
    )


def _arrival_line(ctx: Context) -> Html:
    return ctx.texts("arrival.after", delay=ctx.texts.duration(ctx.known(ctx.state.sms_delay)))


def _checks(ctx: Context) -> Html | None:
    if ctx.state.no_sms_checks is None:
        return None
    names = (ctx.texts(f"check.{name}") for name in ctx.state.no_sms_checks.value)
    return ctx.texts("not_received.check", checks=ctx.texts.join(names, "or"))


def _numbers(ctx: Context) -> Html | None:
    known = ctx.known(ctx.state.sender)
    if not known.numbers:
        return None
    return ctx.texts("sender.numbers", numbers=ctx.texts.join(known.numbers, "or"))
