"""What a message says: which reminder it is, by its heading and its buttons, and how long it says is left."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialog.actions import split_action
from bot.filings.reminder import ReminderKind
from bot.texts import Catalogs, Texts

ZONE = ZoneInfo("Asia/Shanghai")
_GAP = "\x00"


class Headings:
    """The first lines of reminders, in every language."""

    def __init__(self, catalogs: Catalogs) -> None:
        self._patterns = [
            (re.compile(re.escape(f"<b>{texts(f'reminder.{kind}', left=_GAP)}</b>").replace(_GAP, ".+")), kind, locale)
            for locale, texts in catalogs.by_locale.items()
            for kind in ReminderKind
        ]

    def read(self, html: str) -> tuple[ReminderKind, str] | None:
        """Return the kind and the locale of a reminder, None for another message."""
        heading = html.partition("\n")[0]
        found = ((kind, locale) for pattern, kind, locale in self._patterns if pattern.fullmatch(heading))
        return next(found, None)


def filing_of(markup: dict[str, Any]) -> int | None:
    """Return the id of the filing that the buttons under a message are about."""
    actions = (
        split_action(key["callback_data"]) for row in markup["inline_keyboard"] for key in row if "url" not in key
    )
    return next((int(action[1]) for action in actions if action[0] == "filing"), None)


def tells_time(html: str, kind: ReminderKind, texts: Texts, deadline: datetime, at: Iterable[datetime]) -> bool:
    """Whether a reminder tells the time left as at one of the moments `at`; from the deadline on, that it is over."""
    return any(said is None or said in html for said in _said(kind, texts, deadline, at))


def _said(kind: ReminderKind, texts: Texts, deadline: datetime, at: Iterable[datetime]) -> Iterator[str | None]:
    for moment in at:
        left = texts.duration(deadline - moment)
        if kind is ReminderKind.EXPIRED:
            if moment >= deadline:
                yield None
        elif moment < deadline:
            if kind in (ReminderKind.SMS_CHECK, ReminderKind.NOON_RESEND):
                yield texts("filing.left", left=left, deadline=texts.moment(deadline, ZONE))
            else:
                yield texts(f"reminder.{kind}", left=left)


def moments(until: datetime, span: timedelta) -> list[datetime]:
    """Return moments a second apart over `span` up to `until`, both ends among them."""
    return [until - timedelta(seconds=second) for second in range(int(span.total_seconds()) + 1)]
