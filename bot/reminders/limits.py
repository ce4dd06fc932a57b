"""How fast Telegram lets a bot send: overall, to one chat, and to one group. No waiting is done here.

What people are answered goes before reminders: their answers are never held up by these limits, only noted, and while
people are being answered a share of each second is left free for the answers. Reminders go out at an even pace: of many
begun at one instant each delays the next, and those of two instants may arrive in one second.
"""

from collections import OrderedDict, deque
from datetime import UTC, datetime, timedelta

FREE_PER_SECOND = 30
"""Messages of a second that Telegram takes from every bot without being paid."""
JITTER = timedelta(milliseconds=20)
"""A message may arrive so much sooner or later than it usually does."""
MARGIN = 2 * JITTER
"""Spans are taken this much longer: the first message of one may be slow, and the first after it fast.

But not the second of a limit beyond the free one, of which it would take 40 in a thousand: that is kept as it is set.
"""
SECOND = timedelta(seconds=1) + MARGIN
MINUTE = timedelta(minutes=1) + MARGIN
CATCH_UP = timedelta(milliseconds=100)
"""So far behind its pace sending may fall, as when this process was busy, and make up for it."""
PER_GROUP_MINUTE = 20
"""Messages to one group in a minute, on top of one a second."""
ANSWERING = timedelta(seconds=10)
"""So long after an answer more answers are expected."""
SHARE = 10
"""One in so many messages of a second is left to answers at least, while these are expected, and one to reminders."""
UNPAID = timedelta(minutes=1)
"""So long nothing is paid for after a message that was to be paid for was refused."""
EPOCH = datetime.fromtimestamp(0, UTC)


class Limits:
    """Says when the next message may go, and keeps count of those that went.

    The moments it is given need not be in order: it bears the small differences between callers, and a clock that is
    set back. One that is set forward makes it forget what went before. Chats with negative ids are groups.

    `paid`: what goes beyond `FREE_PER_SECOND` is to be paid for.
    """

    def __init__(self, per_second: int = FREE_PER_SECOND, *, paid: bool = False) -> None:
        if per_second < 1:
            raise ValueError(f"per_second must be at least 1, not {per_second}")
        self._per_second = per_second
        self._sent: deque[datetime] = deque(maxlen=per_second)
        self._reminders: deque[datetime] = deque(maxlen=per_second)
        self._answers: deque[datetime] = deque(maxlen=per_second)
        self._unpaid: deque[datetime] | None = deque(maxlen=FREE_PER_SECOND) if paid else None
        self._unpaid_until = EPOCH
        self._next = EPOCH
        # Each in the order of its moments: what is of no more interest stands first.
        self._people: OrderedDict[int, datetime] = OrderedDict()
        self._groups: OrderedDict[int, deque[datetime]] = OrderedDict()
        self._booked: OrderedDict[int, datetime] = OrderedDict()
        self._paused: dict[int, datetime] = {}
        self._held = EPOCH
        self._answered = EPOCH
        self._latest = EPOCH
        self._skew = timedelta()

    def ready_at(self, chat_id: int, at: datetime) -> datetime:
        """Return the earliest moment, from `at` on, at which a reminder may be sent to the chat."""
        return self._free(chat_id, self._steady(at)) - self._skew

    def turn_at(self, at: datetime) -> datetime:
        """Return the earliest moment, from `at` on, at which a reminder may be sent to any chat."""
        return self._turn(self._steady(at)) - self._skew

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
            self._booked.popitem(last=False)
        return turn - self._skew

    def note(self, chat_id: int, at: datetime) -> None:
        """An answer to a person goes out at `at`."""
        now = self._steady(at)
        self._answered = now
        self._answers.append(now)
        self._count(chat_id, now)

    def take(self, chat_id: int, at: datetime) -> bool:
        """A reminder goes out at `at`; return whether it is to be paid for."""
        now = self._steady(at)
        paid = self._is_to_be_paid(now)
        turn = self._next if self._next > now - CATCH_UP else now
        rate = self._rate(now)
        self._next = turn + _second(rate) / self._allowed(rate, now)
        self._reminders.append(now)
        if self._unpaid is not None and not paid:
            self._unpaid.append(now)
        self._count(chat_id, now)
        return paid

    def refused(self, chat_id: int, until: datetime, at: datetime) -> None:
        """A message to the chat was answered at `at` with the wish that it wait until `until` (429).

        Which limit was met is not said: the chat's own, for all that is known. Only when this happens to a second chat
        before the first one's time is over, everything waits, until the latest of these moments.
        """
        now = self._steady(at)
        paused = {chat: end for chat, end in self._paused.items() if end > now}
        paused[chat_id] = max(until + self._skew, paused.get(chat_id, EPOCH))
        self._paused = paused
        if sum(end > now for end in paused.values()) > 1:
            self._held = max(self._held, *paused.values())

    def payment_refused(self, at: datetime) -> None:
        """A message that was to be paid for was refused: for a while nothing is, and no more is sent than is free."""
        self._unpaid_until = self._steady(at) + UNPAID

    def held_until(self, at: datetime) -> datetime:
        """Return the earliest moment, from `at` on, at which the service takes anything at all."""
        return max(self._steady(at), self._held) - self._skew

    def _free(self, chat_id: int, now: datetime) -> datetime:
        free = max(self._turn(now), self._paused.get(chat_id, EPOCH))
        if chat_id in self._people:
            return max(free, self._people[chat_id] + SECOND)
        if chat_id in self._groups:
            sent = self._groups[chat_id]
            free = max(free, sent[-1] + SECOND)
            if len(sent) == PER_GROUP_MINUTE:
                free = max(free, sent[0] + MINUTE)
        return free

    def _turn(self, now: datetime) -> datetime:
        rate = self._rate(now)
        second = _second(rate)
        room = max(_room(self._sent, rate, second), _room(self._reminders, self._allowed(rate, now), second))
        return max(now, self._held, self._next, room)

    def _rate(self, now: datetime) -> int:
        """Return how many messages may be sent in a second."""
        return self._per_second if now >= self._unpaid_until else min(self._per_second, FREE_PER_SECOND)

    def _allowed(self, rate: int, now: datetime) -> int:
        """Return how many of a second's messages reminders may make up: all, or what is not expected to be answers.

        Those are as many as in the last second and a quarter more.
        """
        if now >= self._answered + ANSWERING:
            return rate
        while self._answers and self._answers[0] <= now - (SECOND - MARGIN):
            self._answers.popleft()
        share, answers = rate // SHARE, len(self._answers)
        return max(rate - max(share, answers + -(-answers // 4)), share, 1)

    def _is_to_be_paid(self, now: datetime) -> bool:
        if self._unpaid is None or now < self._unpaid_until:
            return False
        return _room(self._unpaid, self._allowed(FREE_PER_SECOND, now), SECOND) > now

    def _count(self, chat_id: int, now: datetime) -> None:
        self._sent.append(now)
        if chat_id < 0:
            self._groups.setdefault(chat_id, deque(maxlen=PER_GROUP_MINUTE)).append(now)
            self._groups.move_to_end(chat_id)
            while next(iter(self._groups.values()))[-1] < now - MINUTE:
                self._groups.popitem(last=False)
        else:
            self._people[chat_id] = now
            self._people.move_to_end(chat_id)
            while next(iter(self._people.values())) < now - SECOND:
                self._people.popitem(last=False)

    def _steady(self, at: datetime) -> datetime:
        """Return `at` on a time line that does not go back when the clock is set back."""
        moment = at + self._skew
        if moment < self._latest - SECOND:
            self._skew += self._latest - moment
            moment = self._latest
        self._latest = max(self._latest, moment)
        return self._latest


def _second(rate: int) -> timedelta:
    """Return how long a second is taken to be for a limit of so many messages."""
    return SECOND if rate <= FREE_PER_SECOND else SECOND - MARGIN


def _room(sent: deque[datetime], allowed: int, second: timedelta) -> datetime:
    """Return from when on one more message is within so many a second."""
    return sent[-allowed] + second if len(sent) >= allowed else EPOCH
