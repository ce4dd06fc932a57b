"""A group becomes a supergroup: what was tracked for it goes with it."""

from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.telegram.parts import App, Context


def register(application: App) -> None:
    """Handle the message in which the old group tells its new number."""
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, _migrated))


async def _migrated(update: Update, context: Context) -> None:
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id is not None:
        await context.parts.chats.move_chat(message.chat.id, message.migrate_to_chat_id)
