"""Whom a message is meant for: in a private chat always the bot, in a group only when it says so."""

import re

from telegram import Message, MessageEntity, User

ONLY_NAMED = "/help"
"""What a message says that names the bot and nothing else."""


def text_for(bot: User, message: Message) -> str | None:
    """Return what a message (or its caption) says to the bot, without the bot's name; None if it is not addressed.

    A command with another bot's name is not, wherever it is written; nor is what the bot's own inline mode sent.
    """
    if message.via_bot is not None and message.via_bot.id == bot.id:
        return None
    text = message.text or message.caption or ""
    command = re.match(r"(/\w+)@(\w+)", text)
    if command is not None:
        return command[1] + text[command.end() :] if _is_name(bot, command[2]) else None
    if message.chat.type == message.chat.PRIVATE:
        return text
    mention = next((said for said in _mentions(message) if _is_name(bot, said.removeprefix("@"))), None)
    if mention is not None:
        return text.replace(mention, " ").strip() or ONLY_NAMED
    return text if text.startswith("/") or _answers(bot, message) else None


def _mentions(message: Message) -> list[str]:
    wanted: list[str | None] = [MessageEntity.MENTION]
    found = message.parse_entities(wanted) if message.text else message.parse_caption_entities(wanted)
    return list(found.values())


def _answers(bot: User, message: Message) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == bot.id


def _is_name(bot: User, name: str) -> bool:
    return name.lower() == (bot.username or "").lower()
