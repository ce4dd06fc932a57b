"""Keyboards: what the server takes and what it refuses."""

import json
from typing import Any
from urllib.parse import urlsplit

from tests.emulator.errors import ApiError, bad_request

CALLBACK_BYTES = 64
INLINE_BUTTONS = 100
INLINE_ROW = 8
MENU_BUTTONS = 300
MENU_ROW = 12
MARKUP_BYTES = 10_000
SWITCH_INLINE_CHARACTERS = 256
PLACEHOLDER_CHARACTERS = 64

_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
)


def check_markup(markup: Any, *, inline_only: bool = False) -> dict[str, Any] | None:
    """Return the mark-up as it is stored, None for none; refuse a faulty one.

    Rows longer than 8 (inline) or 12 (menu) buttons are refused here, where the real server leaves it to the clients.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline keyboard", INLINE_ROW, INLINE_BUTTONS)
        for button in (button for row in rows for button in row):
            _check_inline_button(button)
        if len(json.dumps(markup, ensure_ascii=False).encode()) > MARKUP_BYTES:
            raise bad_request("reply markup is too long")
        return markup if any(rows) else None
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        _check_menu(markup)
    elif not (markup.get("remove_keyboard") or markup.get("force_reply")):
        raise bad_request("object expected as reply markup")
    return markup


def _rows(rows: Any, what: str, per_row: int, total: int) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse {what}: array of arrays expected")
    if any(len(row) > per_row for row in rows) or sum(len(row) for row in rows) > total:
        raise bad_request("reply markup is too long")
    return rows


def _check_inline_button(button: Any) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise _bad_button('Field "text" must be of type String')
    if not button["text"].strip():
        raise _bad_button("Button text must be non-empty")
    given = [action for action in _ACTIONS if action in button]
    if not given:
        raise _bad_button("Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        raise _bad_button("Exactly one of the optional fields must be used")
    match given[0]:
        case "callback_data":
            if not 1 <= len(str(button["callback_data"]).encode()) <= CALLBACK_BYTES:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            _check_url(str(button["url"]))
        case "switch_inline_query" | "switch_inline_query_current_chat" as action:
            if len(str(button[action])) > SWITCH_INLINE_CHARACTERS:
                raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    reason = ""
    if parts.scheme not in {"http", "https", "tg", "ton", "tonsite"}:
        reason = "Unsupported URL protocol"
    elif (
        parts.scheme in {"http", "https"}
        and (not parts.hostname or ("." not in parts.hostname and parts.hostname != "localhost"))
    ) or any(character.isspace() for character in url):
        reason = "Wrong HTTP URL"
    if reason:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")


def _check_menu(markup: dict[str, Any]) -> None:
    rows = _rows(markup["keyboard"], "keyboard", MENU_ROW, MENU_BUTTONS)
    if not any(rows):
        raise bad_request("keyboard must be non-empty")
    for button in (button for row in rows for button in row):
        text = button if isinstance(button, str) else button.get("text") if isinstance(button, dict) else None
        if not isinstance(text, str) or not text.strip():
            raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    if len(markup.get("input_field_placeholder", "")) > PLACEHOLDER_CHARACTERS:
        raise bad_request("input field placeholder is too long")


def _bad_button(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
