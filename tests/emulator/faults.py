"""Faults to order: what goes wrong with the next calls of a method."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.emulator.errors import OTHER_POLLER, ApiError


class Break(Enum):
    """Faults that are not an answer of the API."""

    HTML_502 = auto()  # a gateway's page instead of JSON
    MALFORMED = auto()  # 200, and JSON that stops half-way
    CLOSE_BEFORE = auto()  # the connection ends, nothing was done
    CLOSE_AFTER = auto()  # it was done, then the connection ends without an answer
    HANG = auto()  # no answer until `release()`, then as usual


Fault = ApiError | Break


def too_many(retry_after: int = 1) -> ApiError:
    """Return the flood limit's 429."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def server_error() -> ApiError:
    """Return a plain 500."""
    return ApiError(500, "Internal Server Error")


def unauthorized() -> ApiError:
    """Return the 401 of a revoked token."""
    return ApiError(401, "Unauthorized")


def other_poller() -> ApiError:
    """Return the 409 of a second poller."""
    return ApiError(409, OTHER_POLLER)


@dataclass(slots=True, eq=False)
class Order:
    """One order. `remaining` counts down to 0; None means until `cancel()`. `hits` counts the calls it met.

    `share` is how many of the calls that it fits it meets, from 0 to 1.
    """

    method: str
    fault: Fault
    chat_id: int | None = None
    remaining: int | None = 1
    share: float = 1.0
    hits: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def cancel(self) -> None:
        """Meet no further call, and let go those that hang."""
        self.remaining = 0
        self.released.set()

    def release(self) -> None:
        """Let the calls that hang go on."""
        self.released.set()


@dataclass(slots=True)
class Orders:
    """The orders in force, first come first served. `chance` returns a number from 0 up to, not including, 1."""

    chance: Callable[[], float] = random.random
    _orders: list[Order] = field(default_factory=list)

    def add(self, order: Order) -> Order:
        """Put an order in force."""
        self._orders.append(order)
        return order

    def __iter__(self) -> Iterator[Order]:
        return iter(self._orders)

    def meet(self, method: str, chat_id: int | None) -> Order | None:
        """Return the order that this call meets, counted down."""
        for order in self._orders:
            fits = order.method.lower() == method.lower() and order.chat_id in {None, chat_id}
            if fits and order.remaining != 0 and self.chance() < order.share:
                order.hits += 1
                if order.remaining is not None:
                    order.remaining -= 1
                return order
        return None
