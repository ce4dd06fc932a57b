"""What the portal says, pasted by people who ask what it means."""

from collections.abc import Callable, Mapping

from bot.dialog.answers import deadlines
from bot.dialog.answers.context import Context, NotSaidError
from bot.dialog.model import Answer
from bot.understanding.model import Ask, Topic

_MEANT: Mapping[str, Topic] = {
    "not_found": Topic.NOT_FOUND,
    "not_found_or_done": Topic.NOT_FOUND,
    "failed": Topic.FAILED,
    "verify_button": Topic.BUTTON,
    "services": Topic.BUTTON,
    "portal_list": Topic.PORTAL,
    "resend_tab": Topic.RESEND,
    "submit": Topic.FORM,
}
"""The topics that phrases of the portal (`RuleState.phrases`) come to."""


def topic_meant(ask: Ask) -> Topic:
    """Return the topic that an ask comes to; a pasted message of the portal is mostly one of the others."""
    return _MEANT.get(ask.slots.phrase or "", ask.topic) if ask.topic is Topic.PORTAL_SAYS else ask.topic


def portal_says(ctx: Context) -> Answer:
    """Answer what a message of the portal means that is no topic of its own; `NotSaidError` for an unknown one."""
    answerer = _SAYINGS.get(ctx.slots.phrase or "")
    if answerer is None:
        raise NotSaidError
    return answerer(ctx)


def _resent(ctx: Context) -> Answer:
    return ctx.say(ctx.texts("step.verify"), ctx.texts("resend.deadline"))


def _all_done(ctx: Context) -> Answer:
    return ctx.say(ctx.texts("verified.next"), deadlines.review_time(ctx))


def _wait_for_other(ctx: Context) -> Answer:
    return ctx.say(ctx.texts("says.wait_for_other"), ctx.texts("several.all"))


def _nothing_waiting(ctx: Context) -> Answer:
    return ctx.say(ctx.texts("says.nothing_waiting", phrase=ctx.quote("nothing_waiting")))


_SAYINGS: Mapping[str, Callable[[Context], Answer]] = {
    "resent": _resent,
    "all_done": _all_done,
    "wait_for_other": _wait_for_other,
    "nothing_waiting": _nothing_waiting,
}
