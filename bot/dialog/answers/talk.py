"""What the bot says of itself, and where it cannot answer."""

from collections.abc import Iterable

from bot.dialog.actions import ask_action
from bot.dialog.answers.context import Context
from bot.dialog.model import Answer, Button
from bot.texts import Texts, plain
from bot.understanding.model import Topic


def talk(ctx: Context) -> Answer:
    """Answer a topic that has nothing to do with the rules: its text is `talk.TOPIC`."""
    return ctx.say(ctx.texts(f"talk.{ctx.ask.topic}"), factual=False)


def safety(ctx: Context) -> Answer:
    """Answer whether this is a fraud: what the portal asks, and that nobody else may."""
    form = ctx.state.verify_form
    asked = ctx.texts.join(map(ctx.field, form.value)) if form else None
    portal = ctx.texts("safety.portal_asks", fields=asked) if asked else None
    return ctx.say(ctx.texts(f"talk.{ctx.ask.topic}"), portal, factual=False)


def nearest_answer(nearest: Iterable[Topic], texts: Texts) -> Answer:
    """Return the answer to what was not understood: the closest topics, if any, as buttons, and a human."""
    close = tuple(nearest)
    offered = dict.fromkeys((*close, Topic.HUMAN)) if close else ()
    buttons = tuple(Button(plain(texts(f"topic.{topic}")), ask_action(topic)) for topic in offered)
    return Answer(texts("unknown.nearest" if buttons else "unknown.none"), buttons, factual=False)


def unknown(ctx: Context) -> Answer:
    """Answer what was not understood, where no topic comes close."""
    return nearest_answer((), ctx.texts)
