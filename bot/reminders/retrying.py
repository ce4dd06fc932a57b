"""How long to wait after a fault, and how many faults there were. Both for whoever tries again."""

from collections.abc import Callable
from datetime import timedelta

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)
"""The wait after a passing fault doubles from the first to the longest."""
COUNTED = 10_000
"""So many counts are kept, the latest; what falls out begins anew."""

Chance = Callable[[], float]
"""Returns a number from 0 to 1."""


def backoff(tries: int, chance: Chance, longest: timedelta = LONGEST_RETRY) -> timedelta:
    """Return how long to wait after the fault of that many tries: doubling, bounded, spread over its upper half."""
    wait = min(FIRST_RETRY * (1 << min(tries - 1, 16)), longest)
    return wait * (0.5 + chance() / 2)


class Counts:
    """Counts what happens to reminders, by their ids. In memory: a new process begins anew."""

    def __init__(self, most: int = COUNTED) -> None:
        self._most = most
        self._counts: dict[int, int] = {}

    def add(self, reminder_id: int) -> int:
        """Count one more and return how many there were."""
        count = self._counts.pop(reminder_id, 0) + 1
        self._counts[reminder_id] = count
        if len(self._counts) > self._most:
            del self._counts[next(iter(self._counts))]
        return count

    def drop(self, reminder_id: int) -> None:
        """Forget a reminder that is done with."""
        self._counts.pop(reminder_id, None)
