"""Buttons under messages."""

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.telegram.parts import App, Context
from bot.telegram.pressing import pressed


def register(application: App) -> None:
    """Handle every press."""
    application.add_handler(CallbackQueryHandler(_pressed))


async def _pressed(update: Update, context: Context) -> None:
    if update.callback_query is not None:
        await pressed(context.bot, context.parts, update.callback_query)
