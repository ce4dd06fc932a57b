"""Facts on which the sources disagree: who says what."""

from collections.abc import Callable
from typing import TypeVar

from bot.dialog.answers.context import Context
from bot.rules.model import Fact, Source
from bot.texts import Html, capital

T = TypeVar("T")


def readings(ctx: Context, fact: Fact[T] | None, word: Callable[[T], Html | str]) -> tuple[Html, ...]:
    """Return the lines that say who says what of a disputed fact; none for one that is not disputed, or not known.

    `word` puts one value into words. The strictest reading stands first, as in the rulebook.
    """
    if fact is None or not fact.disputed:
        return ()
    if len(fact.readings) == 1:
        only = fact.readings[0]
        return (ctx.texts("disputed.only", sources=_names(ctx, only.sources), reading=word(only.value)),)
    lines = (
        ctx.texts("disputed.reading", reading=word(reading.value), sources=_names(ctx, reading.sources))
        for reading in fact.readings
    )
    return ctx.texts("disputed.differ"), *map(capital, lines)


def _names(ctx: Context, sources: tuple[Source, ...]) -> Html:
    return ctx.texts.join(source.publisher for source in sources)
