"""From an event to the messages that answer it."""

from dataclasses import replace

from telegram import Bot, Chat, User
from telegram.error import ChatMigrated

from bot.dialog.model import Event, Reply, Who
from bot.telegram.messages import Outgoing, messages_of
from bot.telegram.parts import Parts
from bot.telegram.sending import Place, persist, send


def who_of(chat: Chat, user: User | None) -> Who:
    """Return who speaks; a chat that speaks for itself (an anonymous admin) counts as its own user."""
    private = chat.type == Chat.PRIVATE
    if user is None:
        return Who(chat.id, chat.id, private=private)
    return Who(chat.id, user.id, user.language_code, private)


async def answer(bot: Bot, parts: Parts, who: Who, event: Event, place: Place) -> None:
    """Handle an event and send the replies; whoever writes gets reminders again, should they have been paused."""
    for reply in await parts.engine.handle(who, event, parts.clock()):
        await show(bot, parts, place, reply)
    await parts.chats.resume(who.chat_id)


async def show(bot: Bot, parts: Parts, place: Place, reply: Reply) -> None:
    """Send one reply as new messages, tried again after passing faults; raises the library's `TelegramError`."""
    for outgoing in messages_of(reply, private=place.private):
        await deliver(bot, parts, place, outgoing)


async def deliver(bot: Bot, parts: Parts, place: Place, outgoing: Outgoing) -> None:
    """Send one message, after its chat if that has moved."""
    try:
        await persist(lambda: send(bot, place, outgoing), parts, place.chat_id)
    except ChatMigrated as moved:
        await parts.chats.move_chat(place.chat_id, moved.new_chat_id)
        new = replace(place, chat_id=moved.new_chat_id, answers_to=None)
        await persist(lambda: send(bot, new, outgoing), parts, new.chat_id)
    parts.sent(place.chat_id)
