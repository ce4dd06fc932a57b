"""The support team: who belongs to it, and where it is told what is for staff alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.dialog.model import Who

Membership = Callable[[int, datetime], Awaitable[bool]]
"""Whether a person (by Telegram's id) is in the team's chat at a moment; False where that cannot be found out."""


async def nobody(user_id: int, now: datetime) -> bool:
    """Where there is no such chat, or no Telegram to ask."""
    return False


@dataclass(slots=True)
class Team:
    """The people of the settings (`ids`), and whoever is a member of the team's own chat, if it has one."""

    ids: frozenset[int] = frozenset()
    chat_id: int | None = None
    is_member: Membership = nobody

    async def hears(self, who: Who, now: datetime) -> bool:
        """Whether `who` is staff and speaks where nobody else listens: in private, or in the team's chat."""
        if not who.private and who.chat_id != self.chat_id:
            return False
        return who.user_id in self.ids or await self.is_member(who.user_id, now)
