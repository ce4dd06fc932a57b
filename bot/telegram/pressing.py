"""Pressed buttons: the answer that ends the waiting, and replies that take the place of the pressed message."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Bot, CallbackQuery, Message
from telegram.error import BadRequest, TelegramError

from bot.dialog.model import Press, Reply, Who
from bot.telegram.answering import deliver, show, who_of
from bot.telegram.messages import Outgoing, messages_of
from bot.telegram.parts import Parts
from bot.telegram.sending import Place, persist, place_of
from bot.texts import plain

NOTICE_LENGTH = 200
"""What `answerCallbackQuery` shows at most."""

_NOT_MODIFIED = "message is not modified"

_log = logging.getLogger(__name__)


async def pressed(bot: Bot, parts: Parts, query: CallbackQuery) -> None:
    """Handle a press. It is answered in any case, for otherwise the button goes on waiting."""
    who = presser(query)
    notice: Reply | None = None
    try:
        replies = await parts.engine.handle(who, Press(query.data or ""), parts.clock())
        notice = next((reply for reply in replies if reply.notice), None)
    except Exception:
        notice = await parts.engine.failure(who)
        raise
    finally:
        await end_waiting(query, parts, notice)
    for reply in replies:
        if reply is not notice:
            await _show(bot, parts, query, who, reply)
    await parts.chats.resume(who.chat_id)


def presser(query: CallbackQuery) -> Who:
    """Return who pressed; a message sent through inline mode is nowhere, so that the private chat stands for it."""
    if query.message is None:
        return Who(query.from_user.id, query.from_user.id, query.from_user.language_code)
    return who_of(query.message.chat, query.from_user)


async def end_waiting(query: CallbackQuery, parts: Parts, notice: Reply | None) -> None:
    """Answer the query, with a line of text where there is one; a failure of that is not worth more than a line."""
    text = plain(notice.text)[:NOTICE_LENGTH] if notice else None
    try:
        await persist(lambda: query.answer(text), parts, presser(query).chat_id)
    except TelegramError as error:
        _log.info("a press was not answered: %s", error)


async def _show(bot: Bot, parts: Parts, query: CallbackQuery, who: Who, reply: Reply) -> None:
    pressed_message = query.message if isinstance(query.message, Message) else None
    place = place_of(pressed_message) if pressed_message else Place(who.chat_id, who.private)
    if not reply.replaces or reply.document is not None:
        await show(bot, parts, place, reply)
    elif reply.menu and not reply.buttons:
        # An edit cannot bring a keyboard: the message goes, and a new one comes.
        if pressed_message:
            await _change(pressed_message.delete, parts, who.chat_id)
        await show(bot, parts, place, reply)
    else:
        first, *rest = messages_of(reply, private=who.private)
        if not await _edit(query, parts, first):
            await deliver(bot, parts, place, first)
        for outgoing in rest:
            await deliver(bot, parts, place, outgoing)


async def _edit(query: CallbackQuery, parts: Parts, outgoing: Outgoing) -> bool:
    """Whether the pressed message now says what it should; False when it is gone, too old or cannot be edited."""
    change = partial(query.edit_message_text, outgoing.html, api_kwargs={"reply_markup": outgoing.markup})
    return await _change(change, parts, presser(query).chat_id)


async def _change(change: Callable[[], Awaitable[object]], parts: Parts, chat_id: int) -> bool:
    """Whether a message is now as it should be, be it that it was so already."""
    try:
        await persist(change, parts, chat_id)
    except BadRequest as error:
        return _NOT_MODIFIED in error.message.lower()
    return True
