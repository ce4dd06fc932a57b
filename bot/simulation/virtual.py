"""Time that passes only when somebody says so, and then at once."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count


async def no_work() -> bool:
    """There is nothing to do outside of the event loop."""
    return False


class VirtualTime:
    """A clock and a sleep for one event loop. Sleeping goes by time passed, so a jump of the clock shortens no sleep.

    Whenever everybody waits, `work` does what they wait for outside of the loop, such as in a thread, and says whether
    there was any; only when there was none does time go on.
    """

    def __init__(self, start: datetime, work: Callable[[], Awaitable[bool]] = no_work) -> None:
        self._now = start
        self._passed = 0.0
        self._work = work
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        """Return the present moment."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Sleep until so much time has passed."""
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._passed + seconds, next(self._order), sleeper))
        await sleeper

    async def pass_(self, span: timedelta) -> None:
        """Let time pass: everybody who sleeps until then wakes in turn and does what there is to do."""
        end = self._passed + span.total_seconds()
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, sleeper = heapq.heappop(self._sleepers)
            if sleeper.done():  # whoever slept was cancelled
                continue
            self._move_to(at)
            sleeper.set_result(None)
            await self.settle()
        self._move_to(end)

    async def pass_until(self, moment: datetime) -> None:
        """Let time pass until that moment."""
        await self.pass_(moment - self._now)

    def jump(self, span: timedelta) -> None:
        """Set the clock forward or back; no time passes."""
        self._now += span

    async def settle(self) -> None:
        """Let everybody go on until all of them wait for time to pass."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0)
            if loop._ready:  # type: ignore[attr-defined]  # all of asyncio's loops have it
                continue
            if not await self._work():
                return

    def _move_to(self, passed: float) -> None:
        self._now += timedelta(seconds=passed - self._passed)
        self._passed = passed
