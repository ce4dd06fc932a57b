"""A store in whose threads nothing happens by chance: the same calls give the same outcome in every run."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
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
        "failed_reminders",
        "stats",
        "overview",
        "backup",
    }
)
"""The operations that change nothing."""


@dataclass(frozen=True, slots=True, eq=False)
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
        self._refusing = False

    def as_store(self) -> Store:
        """Return it typed as the store that it stands for."""
        return cast("Store", self)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        operation = getattr(self._store, name)

        async def call(*args: Any, **options: Any) -> Any:
            if self._refusing:
                raise StoreError("the process is killed")
            outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._calls.append(_Call(name in READS, partial(operation, *args, **options), outcome))
            return await outcome

        return call

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse every call meanwhile, as for tasks that die with their process."""
        self._refusing = True
        try:
            yield
        finally:
            self._refusing = False

    async def work(self) -> bool:
        """Do what was called; whether there was anything."""
        calls, self._calls = self._calls, []
        outcomes: dict[_Call, Any] = {}
        for group in ([call for call in calls if call.reads], [call for call in calls if not call.reads]):
            done = await asyncio.gather(*(call.begin() for call in group), return_exceptions=True)
            outcomes.update(zip(group, done, strict=True))
        for call in calls:
            _tell(call.outcome, outcomes[call])
        return bool(calls)


def _tell(waiting: asyncio.Future[Any], outcome: Any) -> None:
    if waiting.done():  # whoever waited was cancelled
        return
    if isinstance(outcome, BaseException):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)
