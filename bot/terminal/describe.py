"""Values of the rules in plain English, for tables in the terminal."""

from collections.abc import Iterator
from datetime import time, timedelta

from msgspec import Struct

from bot.rules.model import Batch, Fact, Phrase, Portal, Source


def describe(value: object) -> str:
    """Return a value of the rules in words; "-" for none."""
    match value:
        case None | () | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return span(value)
        case time():
            return f"{value:%H:%M}"
        case tuple():
            return ("; " if any(isinstance(each, Struct) for each in value) else ", ").join(map(describe, value))
        case Fact():
            return describe(value.value) + _dispute(value)
        case Batch():
            return f"since {value.starts}" + (f" (batch {value.number})" if value.number else "")
        case Portal():
            return value.page or value.url
        case Phrase():
            return value.text
        case Struct():
            return ", ".join(_parts(value))
        case _:
            return str(value)


def span(length: timedelta) -> str:
    """Return a length of time in hours and minutes: `48 h`, `5 min`, `1 h 30 min`; with a minus when it is negative."""
    minutes = abs(length) // timedelta(minutes=1)
    parts = [f"{amount} {unit}" for amount, unit in ((minutes // 60, "h"), (minutes % 60, "min")) if amount]
    return ("-" if length < timedelta() and parts else "") + (" ".join(parts) or "0 min")


def sources(said_by: tuple[Source, ...]) -> str:
    """Return who says it, each once."""
    return ", ".join(dict.fromkeys(source.publisher for source in said_by))


def _dispute(fact: Fact[object]) -> str:
    if not fact.disputed:
        return ""
    readings = " / ".join(f"{describe(reading.value)} ({sources(reading.sources)})" for reading in fact.readings)
    return f" [disputed: {readings}]"


def _parts(value: Struct) -> Iterator[str]:
    """Yield what the fields say, a field of several values with slashes; one that says nothing is left out."""
    for name in value.__struct_fields__:
        said = getattr(value, name)
        if said is not None and said != ():
            shown = "/".join(map(describe, said)) if isinstance(said, tuple) else describe(said)
            yield f"{name.replace('_', ' ')} {shown}"
