"""What a message says: text and formatting, as the parameters of a call give them."""

from typing import Any

from tests.emulator import errors
from tests.emulator.errors import bad_request
from tests.emulator.html import Formatted, parse_html, trimmed, utf16_length
from tests.emulator.params import Params

TEXT_LENGTH = 4096
CAPTION_LENGTH = 1024


def message_text(params: Params, *, too_long: str = errors.TOO_LONG) -> Formatted:
    """Return the text of a message, refused where it is empty or too long after parsing.

    The length is counted in UTF-16 units, the strictest reading of the documented "characters".
    """
    source = params.text("text")
    if not source:
        raise bad_request(errors.TEXT_EMPTY)
    formatted = formatted_text(source, params.text("parse_mode"), params.json("entities", "message entities"))
    if not formatted.text:
        raise bad_request(errors.NOTHING_LEFT)
    if utf16_length(formatted.text) > TEXT_LENGTH:
        raise bad_request(too_long)
    return formatted


def caption_text(params: Params) -> Formatted:
    """Return a caption, which may be empty."""
    entities = params.json("caption_entities", "message entities")
    formatted = formatted_text(params.text("caption"), params.text("parse_mode"), entities)
    if utf16_length(formatted.text) > CAPTION_LENGTH:
        raise bad_request(errors.CAPTION_TOO_LONG)
    return formatted


def formatted_text(source: str, parse_mode: str, entities: Any = None) -> Formatted:
    """Return a text as it is stored."""
    match parse_mode.lower():
        case "html":
            return trimmed(parse_html(source))
        case "" | "none":
            return trimmed(Formatted(source, tuple(entities or ())))
        case _:
            # Markdown would need a parser of its own, and no bot under test writes it.
            raise bad_request("unsupported parse_mode")
