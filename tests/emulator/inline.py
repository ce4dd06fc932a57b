"""Inline mode: what the server takes as an answer to an inline query."""

from typing import Any
from urllib.parse import urlsplit

from tests.emulator import errors
from tests.emulator.content import message_text
from tests.emulator.errors import bad_request
from tests.emulator.markup import check_markup
from tests.emulator.params import Params
from tests.emulator.world import World

RESULTS = 50
ID_BYTES = 64
OFFSET_BYTES = 64
START_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


async def answer_inline_query(world: World, params: Params) -> bool:
    """Give a person the results of an inline query."""
    query = world.inline_queries.get(params.text("inline_query_id"))
    if query is None or query.answer is not None:
        raise bad_request(errors.QUERY_TOO_OLD)
    results = params.json("results", "inline query results")
    if not isinstance(results, list):
        raise bad_request("expected an Array of InlineQueryResult")
    if len(results) > RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len(params.text("next_offset").encode()) > OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    for result in results:
        check_result(result)
    ids = [str(result["id"]) for result in results]
    if len(set(ids)) != len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    _check_button(params.json("button", "inline query results button"))
    query.answer = dict(params.values) | {"results": results}
    world.changed()
    return True


def check_result(result: Any) -> None:
    """Refuse a faulty result; only articles are known here."""
    if not isinstance(result, dict) or result.get("type") != "article":
        raise bad_request("can't parse inline query result: type must be article")
    if not 1 <= len(str(result.get("id", "")).encode()) <= ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not str(result.get("title", "")).strip():
        raise bad_request("can't parse inline query result: title must be non-empty")
    check_markup(result.get("reply_markup"), inline_only=True)
    if urlsplit(str(result.get("url", "http://x.y"))).scheme not in {"http", "https"}:
        raise bad_request("WEBDOCUMENT_URL_INVALID")
    message_text(result_content(result))


def result_content(result: dict[str, Any]) -> Params:
    """Return what a result sends when it is chosen, as the parameters of a message."""
    content = result.get("input_message_content") or {}
    return Params({**content, "text": content.get("message_text", "")})


def _check_button(button: Any) -> None:
    if button is None:
        return
    start = str(button.get("start_parameter", ""))
    if not 1 <= len(start) <= 64 or not START_CHARACTERS.issuperset(start):
        raise bad_request("START_PARAM_INVALID")
