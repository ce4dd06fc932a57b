"""How long there is, and what follows when the time runs out or the verification passes."""

from datetime import datetime, timedelta

from bot.dialog.answers.context import Context, NotSaidError
from bot.dialog.answers.disputes import readings
from bot.dialog.model import Answer
from bot.texts import Html


def validity(ctx: Context) -> Answer:
    """Answer how long the code holds, measured against the hours that the person supposes, if any."""
    return ctx.say(*validity_lines(ctx, _holds(ctx)))


def time_left(ctx: Context) -> Answer:
    """Answer until when a code that came, or a filing that was submitted, at a moment can be verified."""
    moments = ctx.slots.moments
    if not moments:
        return ctx.say(*validity_lines(ctx), ctx.texts("time_left.tell"))
    if len(moments) > 1:
        return ctx.say(*(_if(ctx, moment) for moment in moments), *validity_lines(ctx))
    late = _deadline(ctx, moments[0]) <= ctx.now
    after = _after(ctx) if late else ()
    return ctx.say(_outcome(ctx, moments[0]), *after, _basis(ctx, moments[0]), *validity_lines(ctx))


def expired(ctx: Context) -> Answer:
    """Answer what follows when it is not verified in time, or fails."""
    return ctx.say(*_after(ctx))


def returned(ctx: Context) -> Answer:
    """Answer what to do with a filing that was returned."""
    return ctx.say(resubmit_line(ctx), _anew(ctx))


def returned_to(ctx: Context) -> Answer:
    """Answer to whom a filing is returned."""
    return ctx.say(*_after(ctx))


def review(ctx: Context) -> Answer:
    """Answer whether the administration reviews a filing that is not verified."""
    return ctx.say(ctx.texts("review.after"), returned_line(ctx), review_time(ctx))


def verified(ctx: Context) -> Answer:
    """Answer what comes after the verification."""
    ctx.known(ctx.state.verify_steps)
    return ctx.say(ctx.texts("verified.next"), ctx.texts("step.next_phone"), review_time(ctx))


def validity_lines(ctx: Context, holds: Html | None = None) -> tuple[Html, ...]:
    """Return how long the code holds (`holds`, if given, says that), and from when that counts.

    Where the sources disagree, their readings are among the lines.
    """
    said = readings(ctx, ctx.state.validity, ctx.texts.hours)
    return holds or ctx.texts("validity.holds", hours=ctx.hours()), *said, ctx.texts("validity.counts")


def returned_line(ctx: Context) -> Html:
    """Return that a filing is returned when it is not verified in time, or fails."""
    to = ctx.texts(f"returned_to.{ctx.known(ctx.state.timeout).returned_to}")
    return ctx.texts("expired.returned", hours=ctx.hours(), to=to)


def resubmit_line(ctx: Context) -> Html:
    """Return that the filing has to be submitted and verified again."""
    timeout = ctx.known(ctx.state.timeout)
    if not (timeout.resubmit and timeout.verify_again):
        raise NotSaidError
    return ctx.texts("expired.resubmit")


def review_time(ctx: Context) -> Html | None:
    """Return how long the review takes, where the rulebook says it."""
    if ctx.state.review is None:
        return None
    days = ctx.state.review.value
    return ctx.texts("review.takes", min=days.min_days, max=days.max_days)


def _holds(ctx: Context) -> Html | None:
    """Return how long the code holds, as a reply to the number of hours that the person names, if any."""
    if not ctx.slots.hours:
        return None
    asked = timedelta(hours=ctx.slots.hours)
    holds = ctx.known(ctx.state.validity)
    key = "validity.exactly" if asked == holds else "validity.within" if asked < holds else "validity.less"
    return ctx.texts(key, asked=ctx.texts.hours(asked), hours=ctx.hours())


def _deadline(ctx: Context, moment: datetime) -> datetime:
    """Return the last moment for a code that came at `moment`: the time runs from the submission, before it."""
    delay = ctx.state.sms_delay.value if ctx.state.sms_delay else timedelta()
    return moment - delay + ctx.known(ctx.state.validity)


def _outcome(ctx: Context, moment: datetime) -> Html:
    deadline = _deadline(ctx, moment)
    key = "time_left.over" if deadline <= ctx.now else "time_left.until"
    shown = ctx.texts.moment(deadline, ctx.zone)
    return ctx.texts(key, deadline=shown, left=ctx.texts.duration(deadline - ctx.now))


def _if(ctx: Context, moment: datetime) -> Html:
    return ctx.texts("time_left.if", moment=ctx.texts.moment(moment, ctx.zone), outcome=_outcome(ctx, moment))


def _basis(ctx: Context, moment: datetime) -> Html | None:
    """Return how the deadline was reckoned from the moment that was named."""
    if ctx.state.sms_delay is None:
        return None
    delay = ctx.texts.duration(ctx.state.sms_delay.value)
    return ctx.texts("time_left.basis", moment=ctx.texts.moment(moment, ctx.zone), delay=delay)


def _after(ctx: Context) -> tuple[Html, Html]:
    return returned_line(ctx), resubmit_line(ctx)


def _anew(ctx: Context) -> Html:
    return ctx.texts("returned.anew", hours=ctx.hours())
