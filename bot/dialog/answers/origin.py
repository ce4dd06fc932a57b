"""What the verification is, and by which notice."""

from bot.dialog.answers import deadlines
from bot.dialog.answers.context import Context
from bot.dialog.model import Answer


def basis(ctx: Context) -> Answer:
    """Answer by which notice verification is asked for."""
    source = ctx.state.source
    if source.notice is None:
        return ctx.say(ctx.texts("basis.unsaid"))
    title = ctx.texts("basis.title", title=source.notice_title) if source.notice_title else None
    return ctx.say(ctx.texts("basis.notice", notice=source.notice), title)


def what_is(ctx: Context) -> Answer:
    """Answer what the verification is."""
    return ctx.say(ctx.texts("what.is", hours=ctx.hours()), deadlines.returned_line(ctx))
