"""What holds for a person who has chosen nothing."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.filings.person import QuietHours


@dataclass(frozen=True, slots=True)
class Defaults:
    """The language, the time zone and the quiet hours, and how long closed filings are kept."""

    locale: str
    zone: ZoneInfo
    quiet: QuietHours | None
    retention_days: int = 90
