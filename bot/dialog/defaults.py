"""What holds for a person who has chosen nothing."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

if TYPE_CHECKING:
    from bot.filings.person import QuietHours


class Defaults(Struct, frozen=True):
    """The language, the time zone and the quiet hours, and how long closed filings are kept."""

    locale: str
    zone: ZoneInfo
    quiet: "QuietHours | None"
    retention_days: int = 90
