"""Sending for the reminders: one try, and what went wrong in their terms."""

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.dialog.model import Reply
from bot.reminders.sending import ChatMoved, SendBlocked, SendError, SendGone, SendRefused, SendRetry
from bot.telegram.messages import messages_of
from bot.telegram.sending import Place, seconds, send

_BLOCKED = "blocked by the user"
_GONE = ("chat not found", "user not found", "peer_id_invalid", "chat was deactivated", "group is deactivated")


class Sender:
    """A `bot.reminders.sending.Send` over a bot that is initialised."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def __call__(self, chat_id: int, reply: Reply, *, silent: bool, paid: bool = False) -> None:
        """Send a reply; raises a `SendError`. A reply of several messages that fails later may come twice in part."""
        place = Place(chat_id, private=chat_id > 0)
        try:
            for outgoing in messages_of(reply, private=place.private):
                await send(self._bot, place, outgoing, silent=silent or reply.silent, paid=paid)
        except TelegramError as error:
            raise send_error(error) from error


def send_error(error: TelegramError) -> SendError:
    """Return what an error of the library means for a message that was to be sent."""
    reason = error.message
    match error:
        case ChatMigrated():
            return ChatMoved(error.new_chat_id)
        case RetryAfter():
            return SendRetry(seconds(error), reason)
        case Forbidden():
            return SendBlocked(reason) if _BLOCKED in reason.lower() else SendGone(reason)
        case BadRequest():
            gone = any(words in reason.lower() for words in _GONE)
            return SendGone(reason) if gone else SendRefused(reason)
        case _:
            return SendRetry(None, reason)
