"""How fast Telegram lets a bot send: overall, to one chat, and to one group. No waiting is done here.

What people are answered goes before reminders: their answers are never held up by these limits, only noted, and while
people are being answered a share of each second is left free for the answers.
"""

from collections import deque
from datetime import UTC, datetime, timedelta

MARGIN = timedelta(milliseconds=50)
"""Spans are taken this much longer, for messages do not all take the same time to arrive."""
SECOND = timedelta(seconds=1) + MARGIN
MINUTE = timedelta(minutes=1) + MARGIN
PER_GROUP_MINUTE = 20
"""Messages to one group in a minute, on top of one a second."""
ANSWERING = timedelta(seconds=10)
"""So long after an answer more answers are expected."""
SHARE_FOR_ANSWERS = 10
"""One in so many messages of a second is left to answers while they are expected."""
EPOCH = datetime.fromtimestamp(0, UTC)


class Limits:
    """Says when the next message may go, and keeps count of those that went.

    The moments it is given need not be in order: it bears the small differences between callers, and a clock that is
    set back. One that is set forward makes it forget what went before. Chats with negative ids are groups.
    """

    def __init__(self, per_second: int = 30) -> None:
        if per_second < 1:
            raise ValueError(f"per_second must be at least 1, not {per_second}")
        self._per_second = per_second
        self._sent: deque[datetime] = deque(maxlen=per_second)
        self._chats: dict[int, deque[datetime]] = {}
        self._booked: dict[int, datetime] = {}
        self._held = EPOCH
        self._answered = EPOCH
        self._latest = EPOCH
        self._skew = timedelta()

    def ready_at(self, chat_id: int, at: datetime) -> datetime:
        """Return the earliest moment, from `at` on, at which a reminder may be sent to the chat."""
        return self._free(chat_id, self._steady(at)) - self._skew

    def book(self, chat_id: int, at: datetime, *, behind: bool = False) -> datetime:
        """Return a moment for one of several reminders that wait for the same chat; each is given another one.

        `behind`: another one is there to take the first moment. A booking is a suggestion when to ask again, and keeps
        nothing free.
        """
        now = self._steady(at)
        step = MINUTE / PER_GROUP_MINUTE if chat_id < 0 else SECOND
        turn = self._free(chat_id, now) + (step if behind else timedelta())
        booked = self._booked.pop(chat_id, None)
        if booked is not None and booked >= now:
            turn = max(turn, booked + step)
        self._booked[chat_id] = turn
        while next(iter(self._booked.values())) < now:
            self._booked.pop(next(iter(self._booked)))
        return turn - self._skew

    def note(self, chat_id: int, at: datetime) -> None:
        """An answer to a person goes out at `at`."""
        now = self._steady(at)
        self._answered = now
        self._count(chat_id, now)

    def take(self, chat_id: int, at: datetime) -> None:
        """A reminder goes out at `at`."""
        self._count(chat_id, self._steady(at))

    def hold(self, until: datetime) -> None:
        """Nothing may be sent before `until` (429)."""
        self._held = max(self._held, until + self._skew)

    def held_until(self, at: datetime) -> datetime:
        """Return the earliest moment, from `at` on, at which anything may be sent."""
        return max(self._steady(at), self._held) - self._skew

    def _free(self, chat_id: int, now: datetime) -> datetime:
        free = max(now, self._held)
        expected = now < self._answered + ANSWERING
        allowed = self._per_second - (self._per_second // SHARE_FOR_ANSWERS if expected else 0)
        if len(self._sent) >= allowed:
            free = max(free, self._sent[-allowed] + SECOND)
        sent = self._chats.get(chat_id)
        if sent:
            free = max(free, sent[-1] + SECOND)
            if len(sent) == PER_GROUP_MINUTE:
                free = max(free, sent[0] + MINUTE)
        return free

    def _count(self, chat_id: int, now: datetime) -> None:
        self._sent.append(now)
        # Taken out and put in again, so that the chats stay in the order of their last message.
        sent = self._chats.pop(chat_id, None)
        if sent is None:
            sent = deque(maxlen=PER_GROUP_MINUTE if chat_id < 0 else 1)
        sent.append(now)
        self._chats[chat_id] = sent
        while next(iter(self._chats.values()))[-1] < now - MINUTE:
            self._chats.pop(next(iter(self._chats)))

    def _steady(self, at: datetime) -> datetime:
        """Return `at` on a time line that does not go back when the clock is set back."""
        moment = at + self._skew
        if moment < self._latest - MINUTE:
            self._skew += self._latest - moment
            moment = self._latest
        self._latest = max(self._latest, moment)
        return self._latest
