"""Messages: texts and commands, edited ones, and those that are not text."""

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import MessageHandler, TypeHandler, filters

from bot.dialog.model import Event, Message, OtherKind
from bot.telegram.addressing import text_for
from bot.telegram.answering import answer, who_of
from bot.telegram.incoming import Text
from bot.telegram.parts import App, Context
from bot.telegram.sending import Place, place_of

KINDS = (
    "photo",
    "voice",
    "audio",
    "video_note",
    "video",
    "animation",
    "sticker",
    "document",
    "venue",
    "location",
    "contact",
    "poll",
    "dice",
    "story",
    "game",
)
"""Kinds of messages that a person sends. Where a message has two of them, the one named first says what it is."""

_CHATS = filters.ChatType.PRIVATE | filters.ChatType.GROUPS
_NEW_OR_EDITED = filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE


def register(application: App) -> None:
    """Handle what people write in private chats and groups; channels are left alone."""
    application.add_handler(TypeHandler(Text, _written))
    application.add_handler(MessageHandler(_CHATS & _NEW_OR_EDITED, _said))


async def _written(update: Text, context: Context) -> None:
    place = Place(update.who.chat_id)
    await answer(context.bot, context.parts, update.who, Message(update.text), place)


async def _said(update: Update, context: Context) -> None:
    message = update.effective_message
    if message is None:
        return
    event = event_of(message, text_for(context.bot.bot, message), edited=update.edited_message is not None)
    if event is not None:
        who = who_of(message.chat, message.from_user)
        await answer(context.bot, context.parts, who, event, place_of(message))


def event_of(message: TelegramMessage, text: str | None, *, edited: bool) -> Event | None:
    """Return what a message is to the dialog; None if it is not for the bot, or news of the service (a new title, …).

    A caption counts as a text.
    """
    if text is None:
        return None
    if text.strip():
        return Message(text, edited)
    kind = next((kind for kind in KINDS if getattr(message, kind)), None)
    return None if kind is None or edited else OtherKind(kind)
