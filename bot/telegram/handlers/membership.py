"""Chats that block the bot, or let it in again."""

from telegram import ChatMember, Update
from telegram.ext import ChatMemberHandler

from bot.telegram.parts import App, Context

_OUT = (ChatMember.BANNED, ChatMember.LEFT)


def register(application: App) -> None:
    """Handle changes of the bot's own membership."""
    application.add_handler(ChatMemberHandler(_changed, ChatMemberHandler.MY_CHAT_MEMBER))


async def _changed(update: Update, context: Context) -> None:
    change, parts = update.my_chat_member, context.parts
    if change is None:
        return
    if change.new_chat_member.status in _OUT:
        await parts.chats.pause(change.chat.id, parts.clock())
    else:
        await parts.chats.resume(change.chat.id)
