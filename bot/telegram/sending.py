"""Sending messages to a chat, once or with a few more tries."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from telegram import Bot, InputFile, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.telegram.messages import Outgoing
from bot.telegram.parts import Parts
from bot.telegram.posting import post

T = TypeVar("T")

TRIES = 4
FIRST_PAUSE_SECONDS = 0.5
"""The pause before the second try of an answer; it doubles with each."""

LONGEST_PAUSE_SECONDS = 30.0
"""An answer that Telegram wants later than that is given up: the person has moved on."""

PERMANENT = (BadRequest, ChatMigrated, Forbidden, InvalidToken)
"""Refusals that a further try does not change. The library counts `BadRequest` among the network's errors."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a chat, in it perhaps a topic, perhaps as an answer to a message."""

    chat_id: int
    private: bool = True
    thread_id: int | None = None
    answers_to: int | None = None


def place_of(message: Message) -> Place:
    """Return where an answer to `message` goes; in a group it quotes the message."""
    private = message.chat.type == message.chat.PRIVATE
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(message.chat.id, private, thread, None if private else message.message_id)


async def send(bot: Bot, place: Place, outgoing: Outgoing, *, silent: bool = False, paid: bool = False) -> None:
    """Send one message, `paid` beyond the free ones of a second; raises the library's `TelegramError`."""
    if outgoing.document is None:
        await post(bot, "sendMessage", _message(place, outgoing, silent=silent, paid=paid))
        return
    file = InputFile(outgoing.document.content, filename=outgoing.document.name)
    file.mimetype = outgoing.document.media_type
    await bot.send_document(
        place.chat_id,
        file,
        caption=outgoing.html or None,
        disable_notification=silent,
        message_thread_id=place.thread_id,
        allow_paid_broadcast=paid or None,
        api_kwargs={"reply_markup": outgoing.markup, "reply_parameters": _quoted(place)},
    )


def _message(place: Place, outgoing: Outgoing, *, silent: bool, paid: bool) -> dict[str, object]:
    return {
        "chat_id": place.chat_id,
        "text": outgoing.html,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": {"is_disabled": True},
        "disable_notification": silent or None,
        "message_thread_id": place.thread_id,
        "allow_paid_broadcast": paid or None,
        "reply_parameters": _quoted(place),
        "reply_markup": outgoing.markup,
    }


def _quoted(place: Place) -> dict[str, object] | None:
    """Return what a message answers to; it is sent even if that has been deleted."""
    if place.answers_to is None:
        return None
    return {"message_id": place.answers_to, "allow_sending_without_reply": True}


async def persist(act: Callable[[], Awaitable[T]], parts: Parts, chat_id: int) -> T:
    """Return what `act` returns, tried again after passing faults; raises the last `TelegramError`.

    After a connection broke it is not known whether the message had been taken: an answer may then come twice, which is
    better than not at all. The reminders are told when Telegram wants the chat to wait.
    """
    for pause in (FIRST_PAUSE_SECONDS * 2**number for number in range(TRIES - 1)):
        try:
            return await _telling(act, parts, chat_id)
        except PERMANENT:
            raise
        except RetryAfter as error:
            wanted = seconds(error)
            if wanted > LONGEST_PAUSE_SECONDS:
                raise
            await parts.sleep(wanted)
        except TelegramError:
            await parts.sleep(pause)
    return await _telling(act, parts, chat_id)


async def _telling(act: Callable[[], Awaitable[T]], parts: Parts, chat_id: int) -> T:
    try:
        return await act()
    except RetryAfter as error:
        parts.limited(chat_id, seconds(error))
        raise


def seconds(error: RetryAfter) -> float:
    """Return how long Telegram wants to be left alone."""
    span = error.retry_after
    return span.total_seconds() if isinstance(span, timedelta) else float(span)
