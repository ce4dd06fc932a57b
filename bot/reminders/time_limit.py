"""A limit on the time that something takes, for many tasks at once.

The event loop's own gives each of them a timer, which takes as much of the processor as a third of the other work of
sending a reminder.
"""

import asyncio
from datetime import timedelta
from types import TracebackType


class TimeLimit:
    """`with limit:` raises `TimeoutError` in a task whose block has taken `span`. One block at a time in each task."""

    def __init__(self, span: timedelta) -> None:
        self._seconds = span.total_seconds()
        self._ends: dict[asyncio.Task[object], float] = {}
        """When each ends, in seconds of the event loop, in that order."""
        self._ended: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - whoever awaits within the block is a task
        end = task.get_loop().time() + self._seconds
        self._ends[task] = end
        if self._timer is None:
            self._timer = task.get_loop().call_at(end, self._end, task.get_loop())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        if self._ends.pop(task, None) is not None:
            return
        self._ended.discard(task)
        # Somebody else may have cancelled it as well: that goes on.
        if task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what has taken too long, and wait for the next."""
        self._timer = None
        for task, end in list(self._ends.items()):
            if end > loop.time():
                self._timer = loop.call_at(end, self._end, loop)
                return
            del self._ends[task]
            self._ended.add(task)
            task.cancel()
