"""A messaging service that keeps what it is sent, and whose moods a test can choose."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.filings.reminder import Reminder
from bot.reminders.sending import SendBlocked, SendError, SendRefused, SendRetry
from bot.simulation.virtual import VirtualTime
from tests.reminders.promise_process import Process, Reminding


@dataclass(frozen=True, slots=True)
class Mood:
    """How one message fares: so many seconds on its way, taken or not, so many more to the answer, and what that is."""

    way: float = 0.0
    taken: bool = True
    back: float = 0.0
    error: Callable[[], SendError] | None = None


SLOW = Mood(way=3.0, back=40.0)
MOODS = (
    SLOW,
    Mood(taken=False, error=lambda: SendRetry(None, "Bad Gateway")),
    Mood(taken=False, error=lambda: SendRetry(0, "Too Many Requests")),
    Mood(taken=False, back=0.2, error=lambda: SendRetry(29, "Too Many Requests")),
    Mood(taken=False, way=5.0, error=lambda: SendRetry(None, "Timed out")),
    Mood(back=5.0, error=lambda: SendRetry(None, "the connection broke")),
    Mood(taken=False, back=0.1, error=lambda: SendRefused("can't parse entities")),
)


@dataclass(eq=False)
class Attempt:
    """A message handed over to the service: when by the clock, and what became of it."""

    reminder: Reminder
    at: datetime
    text: str
    silent: bool
    taken: bool = False
    answered: bool = False
    refused: bool = False


@dataclass
class Service:
    """Takes messages; the moods of a chat are for one message each. A chat that blocks the bot takes none.

    `bouncing` counts for each chat the answers that say so and are on their way.
    """

    time: VirtualTime
    moods: dict[int, deque[Mood]] = field(default_factory=lambda: defaultdict(deque))
    blocked: set[int] = field(default_factory=set)
    attempts: list[Attempt] = field(default_factory=list)
    bouncing: Counter[int] = field(default_factory=Counter)

    async def send(self, process: Process, message: Reminding, *, silent: bool) -> None:
        assert message.reminder is not None
        chat = message.reminder.chat_id
        mood = self.moods[chat].popleft() if self.moods[chat] else Mood(back=0.1)
        attempt = Attempt(message.reminder, self.time.now(), message.text, silent)
        self.attempts.append(attempt)
        await process.sleep(mood.way)
        if chat in self.blocked:
            self.bouncing[chat] += 1
            await process.sleep(mood.back)
            self.bouncing[chat] -= 1
            raise SendBlocked("bot was blocked by the user")
        attempt.taken = mood.taken
        await process.sleep(mood.back)
        if mood.error:
            error = mood.error()
            attempt.refused = isinstance(error, SendRefused)
            raise error
        attempt.answered = True
