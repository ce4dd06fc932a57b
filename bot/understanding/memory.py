"""What was worked out once, to be had again: the same short questions come all day long."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

FINGERPRINT_BYTES = 16
"""Two texts with the same fingerprint are not to be expected before the sun goes out."""


class Memory(Generic[K, V]):
    """Keeps the last `most` values by their keys; any number of threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: K, work_out: Callable[[], V], keeps: Callable[[V], bool] = lambda value: True) -> V:
        """Return the value of a key. If it is not known it is worked out, and kept where `keeps` says it may be."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = work_out()
        if keeps(value):
            with self._lock:
                self._values[key] = value
                if len(self._values) > self._most:
                    self._values.popitem(last=False)
        return value


def fingerprint(text: str) -> bytes:
    """Return what tells a text from all others and does not tell it."""
    # Who answers one question remembers none, and does not wait for this import.
    from hashlib import blake2b  # noqa: PLC0415

    return blake2b(text.encode(errors="surrogatepass"), digest_size=FINGERPRINT_BYTES).digest()
