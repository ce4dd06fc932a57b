"""What the bot listens to, one module each; the first that fits takes an update."""

from bot.telegram.handlers import errors, inline, membership, messages, migration, presses
from bot.telegram.parts import App

MODULES = (migration, messages, presses, inline, membership, errors)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""The kinds of updates that Telegram is asked for: those that a module here handles."""


def register_all(application: App) -> None:
    """Let every module register its handlers, in order."""
    for module in MODULES:
        module.register(application)
