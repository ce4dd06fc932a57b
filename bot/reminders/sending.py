"""What a front end offers for sending, and how it says that a message did not arrive."""

from typing import Protocol

from bot.dialog.model import Reply
from bot.errors import BeianBotError


class SendError(BeianBotError):
    """A message was not delivered; raised by a `Send`, handled by the dispatcher."""


class SendBlocked(SendError):  # noqa: N818 - named for what happened, as the others of this tree
    """The person has blocked the bot: nothing can be sent until they write again."""


class SendGone(SendError):  # noqa: N818
    """The chat or account is no more; no later attempt can succeed."""


class SendRefused(SendError):  # noqa: N818
    """The service refuses this very message; `reason` is its wording. Sending it again would change nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SendRetry(SendError):  # noqa: N818
    """It may succeed later.

    `retry_after` are the seconds for which the service wants it to wait (429); None for a passing fault (5xx, a
    time-out, a broken connection), where the dispatcher chooses the wait.
    """

    def __init__(self, retry_after: float | None, reason: str) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.reason = reason


class ChatMoved(SendError):  # noqa: N818
    """The group became a supergroup and has another id now."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__(f"the chat is now {new_chat_id}")
        self.new_chat_id = new_chat_id


class Send(Protocol):
    """Delivers one reply to one chat; returns when the service has accepted it, else raises a `SendError`."""

    async def __call__(self, chat_id: int, reply: Reply, *, silent: bool, paid: bool = False) -> None:
        """Send `reply`; `silent` without a sound, `paid` beyond what the service takes for nothing."""
