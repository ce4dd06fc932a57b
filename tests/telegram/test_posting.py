"""Calls of the Bot API without the library's objects: what is sent is what was given."""

import json
from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.posting import Form
from bot.texts import Html


def sent(form: Form) -> dict[str, str]:
    return dict(parse_qsl(form.url_encoded_parameters(), keep_blank_values=True, strict_parsing=True))


@given(st.dictionaries(st.from_regex("[a-z_]{1,9}", fullmatch=True), st.text(st.characters(codec="utf-8")), min_size=1))
def test_text_arrives_as_it_is(parameters: dict[str, str]) -> None:
    assert sent(Form(parameters)) == parameters


def test_anything_else_is_sent_as_json_and_none_is_left_out() -> None:
    markup = {"keyboard": (("甘肃 & b=c", Html("<b>")),), "is_persistent": True}
    arrived = sent(Form({"chat_id": -100, "silent": True, "thread": None, "reply_markup": markup}))
    assert arrived.keys() == {"chat_id", "silent", "reply_markup"}
    assert (arrived["chat_id"], arrived["silent"]) == ("-100", "true")
    assert json.loads(arrived["reply_markup"]) == {"keyboard": [["甘肃 & b=c", "<b>"]], "is_persistent": True}
