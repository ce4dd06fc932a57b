"""For whom filings are tracked: a chat with its language, zone and wishes."""

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span in the person's zone in which only urgent reminders are sent; it may cross midnight."""

    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Person:
    """What is kept about a chat. None means: as the settings say.

    `locale` is what the person chose; `detected` what Telegram or the writing suggests. `quiet` is None for the default
    hours; `quiet_off` turns them off. `paused_since` is set while Telegram says that the bot is blocked.
    """

    chat_id: int
    locale: str | None = None
    detected: str | None = None
    zone: str | None = None
    quiet: QuietHours | None = None
    quiet_off: bool = False
    paused_since: datetime | None = None
    seen_at: datetime | None = None
