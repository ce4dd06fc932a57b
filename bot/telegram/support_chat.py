"""Who is a member of the support team's chat: Telegram is asked, and its answer holds for a while."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.error import BadRequest, TelegramError

ANSWER_HOLDS = timedelta(minutes=5)
"""So long Telegram's answer about a person is not asked for again; who leaves the chat is staff until then at most."""

FAULT_HOLDS = timedelta(minutes=1)
"""So long a person about whom Telegram gave no answer counts as none."""

PATIENCE_SECONDS = 5.0
"""How long each step of asking may take: somebody waits for a reply."""

_MEMBERS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)
_STRANGER = ("user not found", "member not found", "participant_id_invalid")
"""How Telegram says of a person that it has never seen them in the chat."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    is_member: bool
    asked_at: datetime
    holds: timedelta

    def still(self, now: datetime) -> bool:
        """Whether it holds at `now`; no longer where the clock was set back."""
        return timedelta() <= now - self.asked_at < self.holds


class SupportChat:
    """A `bot.dialog.team.Membership` over a bot that is initialised."""

    def __init__(self, bot: Bot, chat_id: int) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._known: dict[int, _Known] = {}

    async def __call__(self, user_id: int, now: datetime) -> bool:
        """Return whether the person is in the chat; where Telegram gives no answer they are not, for now."""
        known = self._known.get(user_id)
        if known is None or not known.still(now):
            known = await self._ask(user_id, now)
            self._known = {id_: each for id_, each in self._known.items() if each.still(now)} | {user_id: known}
        return known.is_member

    async def _ask(self, user_id: int, now: datetime) -> _Known:
        try:
            member = await self._bot.get_chat_member(
                self._chat_id,
                user_id,
                connect_timeout=PATIENCE_SECONDS,
                read_timeout=PATIENCE_SECONDS,
                pool_timeout=PATIENCE_SECONDS,
            )
        except (TelegramError, TypeError) as error:
            # A `TypeError` is an answer without all that the library wants, as an older server of one's own gives.
            if isinstance(error, BadRequest) and any(words in error.message.lower() for words in _STRANGER):
                return _Known(is_member=False, asked_at=now, holds=ANSWER_HOLDS)
            _log.warning("who is in the support chat %d cannot be asked: %s", self._chat_id, error)
            return _Known(is_member=False, asked_at=now, holds=FAULT_HOLDS)
        return _Known(_is_in(member), now, ANSWER_HOLDS)


def _is_in(member: ChatMember) -> bool:
    return member.status in _MEMBERS or (isinstance(member, ChatMemberRestricted) and member.is_member)
