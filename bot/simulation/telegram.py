"""A Telegram that keeps its limits, has its moods, and counts what arrives."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.dialog.model import Reply
from bot.reminders.sending import ChatMoved, SendBlocked, SendGone, SendRetry
from bot.simulation.faults import Faults
from bot.simulation.virtual import VirtualTime

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
PER_GROUP_MINUTE = 20
"""Messages to one group in a minute, on top of one a second to every chat."""
TRAVEL_SECONDS = (0.03, 0.07)
"""How long a message takes to arrive, at least and at most."""
CLIENT_TIMEOUT_SECONDS = 5.0
"""After so long without an answer the bot's library gives up a request."""


class Reminding(Reply, frozen=True):
    """The message of a reminder, by whose id Telegram knows it again."""

    reminder_id: int = 0


@dataclass(slots=True)
class Arrivals:
    """What has arrived and was accepted, in its order."""

    times: list[datetime] = field(default_factory=list)
    """Of all messages."""
    real_seconds: list[float] = field(default_factory=list)
    """Beside each of `times`, the stopwatch."""
    answers: list[datetime] = field(default_factory=list)
    """Of those that are no reminders."""
    reminders: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    """Of each reminder, by its id."""
    to_chat: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    begun: list[int] = field(default_factory=list)
    """The ids of reminders in the order in which sending them was begun, accepted or not."""
    lost_answers: int = 0
    """Reminders that were accepted without the bot's being told."""
    troubles: int = 0
    """5xx and time-outs."""
    too_many: int = 0
    """Refusals for being over a limit (429)."""


class SimulatedTelegram:
    """A `bot.reminders.sending.Send`; what is in `blocked`, `gone` and `moved` takes effect at once.

    `answer_seconds` is how long an answer takes on average; `stopwatch` tells the real time.
    """

    def __init__(
        self,
        time: VirtualTime,
        random: Random,
        faults: Faults,
        per_second: int,
        answer_seconds: float,
        stopwatch: Callable[[], float],
    ) -> None:
        self._time = time
        self._random = random
        self._faults = faults
        self._answer_seconds = answer_seconds
        self._stopwatch = stopwatch
        self._recent: deque[datetime] = deque(maxlen=per_second)
        self._chats: dict[int, deque[datetime]] = {}
        self.blocked: set[int] = set()
        self.gone: set[int] = set()
        self.moved: dict[int, int] = {}
        self.arrivals = Arrivals()

    async def __call__(self, chat_id: int, reply: Reply, *, silent: bool, paid: bool = False) -> None:
        """Take a message, or raise a `SendError`."""
        if isinstance(reply, Reminding):
            self.arrivals.begun.append(reply.reminder_id)
        mood = self._random.random()
        await self._time.sleep(self._random.uniform(*TRAVEL_SECONDS))
        if mood < self._faults.timeout:
            self.arrivals.troubles += 1
            await self._time.sleep(CLIENT_TIMEOUT_SECONDS)
            raise SendRetry(None, "Timed out")
        try:
            self._refuse(chat_id, mood - self._faults.timeout)
            self._accept(chat_id, reply)
        finally:
            await self._time.sleep(self._random.uniform(0.5, 1.5) * self._answer_seconds)
        if self._random.random() < self._faults.lost_answer:
            self.arrivals.lost_answers += isinstance(reply, Reminding)
            raise SendRetry(None, "the connection broke")

    def _refuse(self, chat_id: int, mood: float) -> None:
        if mood < self._faults.server_error:
            self.arrivals.troubles += 1
            raise SendRetry(None, "Bad Gateway")
        if chat_id in self.blocked:
            raise SendBlocked("Forbidden: bot was blocked by the user")
        if chat_id in self.gone:
            raise SendGone("Forbidden: user is deactivated")
        if chat_id in self.moved:
            raise ChatMoved(self.moved[chat_id])
        now = self._time.now()
        wait = self._free_at(chat_id, now) - now
        if wait > timedelta():
            self.arrivals.too_many += 1
            raise SendRetry(math.ceil(wait.total_seconds()), "Too Many Requests")

    def _free_at(self, chat_id: int, now: datetime) -> datetime:
        """Return from when on one more message to the chat is within the limits."""
        sent = self._chats.get(chat_id, deque[datetime]())
        return max(
            now,
            self._recent[0] + SECOND if len(self._recent) == self._recent.maxlen else now,
            sent[-1] + SECOND if sent else now,
            sent[0] + MINUTE if chat_id < 0 and len(sent) == PER_GROUP_MINUTE else now,
        )

    def _accept(self, chat_id: int, reply: Reply) -> None:
        now, arrivals = self._time.now(), self.arrivals
        self._recent.append(now)
        self._chats.setdefault(chat_id, deque(maxlen=PER_GROUP_MINUTE)).append(now)
        arrivals.times.append(now)
        arrivals.real_seconds.append(self._stopwatch())
        arrivals.to_chat[chat_id].append(now)
        if isinstance(reply, Reminding):
            arrivals.reminders[reply.reminder_id].append(now)
        else:
            arrivals.answers.append(now)
