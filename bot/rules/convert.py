"""From a table of a TOML file to its schema, and in plain words why it does not fit."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import EnumType
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from bot.rules.schema import Table

TableT = TypeVar("TableT", bound=Table)

_TOML_DATES = (datetime, date, time)
"""What TOML writes without quotes; a text in quotes is none of them."""

_CALLED = {
    "int": "a whole number",
    "float": "a number with a point",
    "str": "a text",
    "bool": "true or false",
    "date": "a day (like 2018-09-24, without quotes)",
    "time": "a time of day (like 12:00:00, without quotes)",
    "datetime": "a day with a time",
    "array": "a list",
    "object": "a table",
}
"""What people call the types that msgspec names."""

_REASONS = {
    "Expected `int` >= 1": "is not above 0",
    "Expected `array` of length >= 1": "is empty",
    "Expected `str` of length >= 1": "is empty",
    "Expected `str` matching regex": "is not a name of small letters, digits, _ and -",
}
"""What msgspec says of a bound, as it begins, and what that means."""


def convert(table: Mapping[str, Any], schema: type[TableT]) -> TableT:
    """Return the table in its schema; `ValueError` says the key that is wrong and why. Blanks around texts go."""
    try:
        return msgspec.convert(_stripped(table), schema, strict=True, builtin_types=_TOML_DATES)
    except msgspec.ValidationError as error:
        raise ValueError(_in_plain_words(str(error), schema)) from error


def _stripped(value: Any) -> Any:
    match value:
        case str():
            return value.strip()
        case list():
            return [_stripped(item) for item in value]
        case dict():
            return {key: _stripped(item) for key, item in value.items()}
        case _:
            return value


def _in_plain_words(message: str, schema: type[Table]) -> str:
    """Return what msgspec says, `… - at `$.documents[0].kind``, as `documents[1].kind: …`, counted like tables."""
    fault, _, path = message.partition(" - at `$")
    key = re.sub(r"\[([0-9]+)\]", lambda index: f"[{int(index[1]) + 1}]", path.strip(".`"))
    if match := re.fullmatch(r"Object (contains unknown|missing required) field `(.+)`", fault):
        reason = "is missing" if match[1] == "missing required" else "no such key"
        key = f"{key}.{match[2]}" if key else match[2]
    elif match := re.fullmatch(r"Expected `(.+)`, got `(.+)`", fault):
        reason = f"is {_called(match[2])}, not {_called(match[1])}"
    elif match := re.fullmatch(r"Invalid enum value (.+)", fault):
        reason = f"there is no {match[1]}; there are {', '.join(_known_names(schema, key))}"
    else:
        reason = next((words for start, words in _REASONS.items() if fault.startswith(start)), fault)
    return f"{key}: {reason}" if key else reason


def _called(types: str) -> str:
    """Return what people call `int | null`; what need not be there is left out, for TOML has no null."""
    return " or ".join(_CALLED.get(name, name) for name in types.split(" | ") if name != "null")


def _known_names(schema: Any, path: str) -> tuple[str, ...]:
    """Return the names that may stand at a path of keys: those of an enum or a `Literal`."""
    for key in re.findall(r"[a-z_]+", path):
        types = {each.encode_name: each.type for each in msgspec.structs.fields(schema)}
        schema = _innermost(types[key])
    return tuple(schema) if isinstance(schema, EnumType) else get_args(schema)


def _innermost(annotation: Any) -> Any:
    """Return what a list or a value that need not be there holds in the end; it stands first."""
    args = () if get_origin(annotation) is Literal else get_args(annotation)
    return _innermost(args[0]) if args else annotation
