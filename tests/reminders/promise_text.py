"""What a reminder tells of the time, read from its text as a person reads it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.texts import plain

_LEFT = re.compile(r"还剩 (?:(\d+)天)?(?:(\d+)小时)?(?:(\d+)分钟)?(?=，|\n|$)")
_MOMENT = re.compile(r"(\d{4})年(\d+)月(\d+)日星期[一二三四五六日] (\d\d):(\d\d)")
EXPIRED = "时间到了"


@dataclass(frozen=True, slots=True)
class Told:
    """What a text says: that the time is over, or how much is left, and until when.

    `left` is rounded down to `unit`; the text names two units at most.
    """

    expired: bool
    left: timedelta | None
    unit: timedelta
    deadline: datetime | None


def read(text: str, zone: ZoneInfo) -> Told:
    """Read a message; moments in it are in `zone`."""
    said = plain(text)
    spans = {span.groups() for span in _LEFT.finditer(said)}
    assert len(spans) <= 1, said
    days, hours, minutes = (int(each or 0) for each in (spans.pop() if spans else ("", "", "")))
    left = timedelta(days=days, hours=hours, minutes=minutes) if _LEFT.search(said) else None
    unit = timedelta(hours=1) if days else timedelta(minutes=1)
    moments = [datetime(*map(int, found.groups()), tzinfo=zone) for found in _MOMENT.finditer(said)]  # type: ignore[arg-type,misc]
    return Told(EXPIRED in said, left, unit, moments[-1] if moments else None)
