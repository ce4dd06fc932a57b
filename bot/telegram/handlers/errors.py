"""What a handler could not do: in full for the log, in one sentence for the person."""

import logging

from telegram import Message, Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.dialog.model import Who
from bot.telegram.answering import show, who_of
from bot.telegram.incoming import Text
from bot.telegram.parts import App, Context
from bot.telegram.sending import Place, place_of

_log = logging.getLogger(__name__)


def register(application: App) -> None:
    """Handle the errors of all handlers."""
    application.add_error_handler(_failed)


async def _failed(update: object, context: Context) -> None:
    error = context.error
    if not isinstance(update, Text | Update) or error is None:
        _log.error("an error outside of any update", exc_info=error)
        return
    chat_id = _chat_of(update)
    where = {"update_id": update.update_id, "chat_id": chat_id}
    if isinstance(error, Forbidden) and chat_id is not None:
        _log.info("not answered, the chat is closed to the bot: %s", error, extra=where)
        await context.parts.chats.pause(chat_id, context.parts.clock())
        return
    _log.error("an update was not handled", exc_info=error, extra=where)
    if _worth_telling(error):
        await _tell(update, context)


def _chat_of(update: Text | Update) -> int | None:
    if isinstance(update, Text):
        return update.who.chat_id
    return update.effective_chat.id if update.effective_chat else None


def _worth_telling(error: Exception) -> bool:
    """Whether a message has a chance to arrive: not where sending itself has just failed for good."""
    return isinstance(error, BadRequest) or not isinstance(error, NetworkError | RetryAfter)


async def _tell(update: Text | Update, context: Context) -> None:
    try:
        if isinstance(update, Text):
            await _say_sorry(context, update.who, Place(update.who.chat_id))
        elif update.inline_query is not None:
            await update.inline_query.answer([], cache_time=0, is_personal=True)
        elif update.callback_query is None and isinstance(message := update.effective_message, Message):
            await _say_sorry(context, who_of(message.chat, message.from_user), place_of(message))
    except TelegramError as error:
        _log.warning("nor could that be told: %s", error, extra={"update_id": update.update_id})


async def _say_sorry(context: Context, who: Who, place: Place) -> None:
    await show(context.bot, context.parts, place, await context.parts.engine.failure(who))
