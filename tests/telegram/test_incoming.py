"""What is read of an update without the library's objects is what they would say."""

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import pytest
from telegram import Bot, Update, User

from bot.dialog.model import Message, Who
from bot.telegram.addressing import text_for
from bot.telegram.answering import who_of
from bot.telegram.handlers.messages import event_of
from bot.telegram.incoming import Text, read_update
from bot.telegram.sending import Place, place_of
from tests.emulator import TOKEN, USERNAME

BOT = Bot(TOKEN)
ME = User(1, "bot", is_bot=True, username=USERNAME)
PERSON = {"id": 7, "is_bot": False, "first_name": "P", "language_code": "zh-hans"}
PRIVATE = {"id": 7, "type": "private", "first_name": "P"}
EARLIER = {"message_id": 4, "date": 1, "chat": PRIVATE, "from": {"id": 1, "is_bot": True, "first_name": "bot"}}
PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]


def message(**others: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1700000000, "chat": PRIVATE, "from": PERSON, "text": "甘肃在哪验？", **others}


def without(name: str, given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


OTHERS: dict[str, Any] = {
    "chat": {"id": -5, "type": "group", "title": "G"},
    "from": without("language_code", PERSON),
    "entities": [{"type": "mention", "offset": 0, "length": 2}],
    "link_preview_options": {"is_disabled": True},
    "reply_to_message": EARLIER,
    "via_bot": {"id": 1, "is_bot": True, "first_name": "bot"},
    "photo": PHOTO,
    "caption": "陕西",
    "message_thread_id": 3,
    "is_topic_message": True,
    "migrate_to_chat_id": -100,
    "sender_chat": {"id": -5, "type": "channel", "title": "C"},
}
TEXTS = ("甘肃", " x\n", "", " ", "/", "/track 甘肃", f"/track@{USERNAME} 甘肃", "/help@another", "😀", "@a")


def updates() -> Iterator[dict[str, Any]]:
    """Return updates with every text, and with up to two of what else a message may hold."""
    some = [names for count in range(3) for names in combinations(OTHERS, count)]
    for kind, text, names, absent in product(("message", "edited_message"), TEXTS, some, ("", "from", "text")):
        said = message(text=text, **{name: OTHERS[name] for name in names})
        yield {"update_id": 9, kind: without(absent, said)}


def test_a_text_is_what_the_library_would_make_of_it() -> None:
    for update in updates():
        read = read_update(update, BOT)
        if isinstance(read, Text):
            theirs = Update.de_json(update, BOT).message
            assert theirs is not None
            event = event_of(theirs, text_for(ME, theirs), edited=False)
            assert (read.update_id, Message(read.text)) == (9, event), update
            assert (read.who, Place(read.who.chat_id)) == (who_of(theirs.chat, theirs.from_user), place_of(theirs))


@pytest.mark.parametrize("others", [{}, {"entities": [{"type": "bold", "offset": 0, "length": 2}]}])
def test_a_text_in_a_private_chat_is_read_here(others: dict[str, Any]) -> None:
    read = read_update({"update_id": 9, "message": message(**others)}, BOT)
    assert read == Text(9, Who(7, 7, "zh-hans"), "甘肃在哪验？")


@pytest.mark.parametrize("others", [{"text": "/start"}, {"photo": PHOTO}, {"of_tomorrow": 1}])
def test_all_else_is_left_to_the_library(others: dict[str, Any]) -> None:
    assert isinstance(read_update({"update_id": 9, "message": message(**others)}, BOT), Update)
