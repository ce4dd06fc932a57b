"""How late reminders would be if nothing but Telegram's limits held them up. Pure."""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.simulation.telegram import MINUTE, PER_GROUP_MINUTE, SECOND


@dataclass(frozen=True, slots=True)
class Item:
    """A message that may be sent from `wanted` on; of those that wait, the one with the nearest deadline goes first."""

    wanted: datetime
    deadline: datetime
    chat_id: int


@dataclass(slots=True)
class _Chat:
    """What waits for a chat, by its deadline, and when it was last sent to."""

    chat_id: int
    waiting: list[tuple[datetime, int]] = field(default_factory=list)
    sent: deque[datetime] = field(default_factory=lambda: deque(maxlen=PER_GROUP_MINUTE))

    def ready_at(self, now: datetime) -> datetime:
        """Return the earliest moment, from `now` on, at which it may get one more."""
        if not self.sent:
            return now
        full = self.chat_id < 0 and len(self.sent) == PER_GROUP_MINUTE
        return max(now, self.sent[-1] + SECOND, self.sent[0] + MINUTE if full else now)


def ideal_times(items: Sequence[Item], per_second: int) -> list[datetime]:
    """Return when each is sent, each as soon as the limits allow: overall, to one chat, and to one group."""
    times = [item.wanted for item in items]
    ahead = sorted(range(len(items)), key=lambda place: items[place].wanted, reverse=True)
    chats = {item.chat_id: _Chat(item.chat_id) for item in items}
    held: list[tuple[datetime, int]] = []  # chats with something to send, by when they may get it
    free: list[tuple[datetime, int, int]] = []  # chats that may get something now, by its deadline
    recent: deque[datetime] = deque(maxlen=per_second)
    if not items:
        return []
    now = items[ahead[-1]].wanted

    def line_up(chat_id: int) -> None:
        chat = chats[chat_id]
        if chat.ready_at(now) > now:
            heapq.heappush(held, (chat.ready_at(now), chat_id))
        else:
            heapq.heappush(free, (*chat.waiting[0], chat_id))

    while ahead or held or free:
        now = max(now, recent[0] + SECOND) if len(recent) == per_second else now
        if not free:
            now = max(now, min([*(items[place].wanted for place in ahead[-1:]), *(at for at, _ in held[:1])]))
        while ahead and items[ahead[-1]].wanted <= now:
            place = ahead.pop()
            chat_id = items[place].chat_id
            heapq.heappush(chats[chat_id].waiting, (items[place].deadline, place))
            line_up(chat_id)
        while held and held[0][0] <= now:
            line_up(heapq.heappop(held)[1])
        while free:
            deadline, place, chat_id = heapq.heappop(free)
            chat = chats[chat_id]
            # A chat may be lined up more than once; what another of these entries has dealt with is passed over.
            if chat.waiting and chat.waiting[0] == (deadline, place) and chat.ready_at(now) <= now:
                heapq.heappop(chat.waiting)
                chat.sent.append(now)
                recent.append(now)
                times[place] = now
                if chat.waiting:
                    line_up(chat_id)
                break
    return times
