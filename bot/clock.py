"""The one place where the time of day is read; everything else is given it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment, aware, in UTC."""


def system_clock() -> datetime:
    """Return the present moment in UTC, as the machine has it."""
    return datetime.now(UTC)


def require_aware(moment: datetime, name: str = "moment") -> datetime:
    """Return `moment` in UTC; raise `ValueError` when it does not say its zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"{name} must be an aware datetime, got {moment!r}")
    return moment.astimezone(UTC)
