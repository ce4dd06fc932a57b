"""What was worked out once, to be had again: the same short questions come all day long."""

from collections.abc import Callable, Hashable
from hashlib import blake2b
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
        self._values: dict[K, V] = {}
        self._lock = Lock()

    def recall(self, key: K, work_out: Callable[[], V], keeps: Callable[[V], bool] = lambda value: True) -> V:
        """Return the value of a key. If it is not known it is worked out, and kept where `keeps` says it may be."""
        with self._lock:
            known = self._values.pop(key, None)
            if known is not None:
                self._values[key] = known  # as the last one
                return known
        value = work_out()
        if keeps(value):
            with self._lock:
                self._values[key] = value
                if len(self._values) > self._most:
                    del self._values[next(iter(self._values))]
        return value


def fingerprint(text: str) -> bytes:
    """Return what tells a text from all others and does not tell it."""
    return blake2b(text.encode(errors="surrogatepass"), digest_size=FINGERPRINT_BYTES).digest()
