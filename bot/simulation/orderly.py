"""A store in whose threads nothing happens by chance: the same calls give the same outcome in every run."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from bot.errors import StoreError
from bot.store.interface import Store

READS = frozenset(
    {
        "person",
        "conversation",
        "open_chat",
        "filing",
        "filings_of",
        "open_filings",
        "reminders_of",
        "next_due",
        "handover",
        "stats",
        "backup",
    }
)
"""The operations that change nothing."""


@dataclass(frozen=True, slots=True)
class _Call:
    """An operation that somebody waits for."""

    reads: bool
    begin: Callable[[], Awaitable[Any]]
    outcome: asyncio.Future[Any]


class OrderlyStore:
    """Keeps calls until `work` is called, as `VirtualTime` does when all wait; whoever calls that must not wait here.

    What was called in the meantime is done together, as the store's own threads would do it: first all that reads, then
    all that writes, in one transaction where the store makes it one. Outcomes are given in the order of the calls.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._calls: list[_Call] = []
        self._killed = False

    def as_store(self) -> Store:
        """Return it typed as the store that it stands for."""
        return cast("Store", self)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        operation = getattr(self._store, name)

        async def call(*args: Any, **options: Any) -> Any:
            if self._killed:
                raise StoreError("the process was killed")
            outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._calls.append(_Call(name in READS, partial(operation, *args, **options), outcome))
            return await outcome

        return call

    def kill(self) -> None:
        """Be as when the process is killed: what waits is never done, and nothing can be called any more."""
        self._killed = True
        self._calls.clear()

    async def work(self) -> bool:
        """Do what was called; whether there was anything."""
        calls, self._calls = self._calls, []
        outcomes: dict[int, Any] = {}
        for reads in (True, False):
            group = [place for place, call in enumerate(calls) if call.reads is reads]
            done = await asyncio.gather(*(calls[place].begin() for place in group), return_exceptions=True)
            outcomes.update(zip(group, done, strict=True))
        for place, call in enumerate(calls):
            _tell(call.outcome, outcomes[place])
        return bool(calls)


def _tell(waiting: asyncio.Future[Any], outcome: Any) -> None:
    if waiting.done():  # whoever waited was cancelled
        return
    if isinstance(outcome, BaseException):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)
