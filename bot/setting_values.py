"""How the values of settings are written. Each function takes a text and raises `ValueError` with what is wrong."""

import re
from collections.abc import Iterable
from datetime import time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.resources import resource

if TYPE_CHECKING:
    from bot.filings.person import QuietHours

DEFAULT_RULEBOOK = "pilot"
DEFAULT_LOCALE = "zh_Hans"
DEFAULT_ZONE = "Asia/Shanghai"

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def parse_token(text: str) -> str:
    """Return a bot token: the bot's number, a colon, its key."""
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", text):
        raise ValueError(
            "is not a bot token: the bot's number, a colon and a key without blanks, as @BotFather gives it"
        )
    return text


def parse_api_url(text: str) -> str:
    """Return the address of a Bot API server, ending in `/bot`: the token is appended to it."""
    url = parse_web_address(text).rstrip("/")
    if not url.endswith("/bot"):
        raise ValueError("does not end in /bot; the token is appended to it")
    return url


def parse_web_address(text: str) -> str:
    """Return an http or https address with a host."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(sign.isspace() for sign in text):
        raise ValueError("is not an http or https address")
    return text


def parse_webhook_secret(text: str) -> str:
    """Return a secret as the Bot API takes it."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text):
        raise ValueError("may hold 1 to 256 letters, digits, _ and - and nothing else")
    return text


def parse_rulebook(text: str) -> str:
    """Return the name of a shipped rulebook, or the path of a TOML file that is there."""
    names = sorted(file.stem for file in resource("data", "rulebooks").glob("*.toml"))
    if text in names or Path(text).is_file():
        return text
    if "/" in text or text.endswith(".toml"):
        raise ValueError("is not a file")
    raise ValueError(f"is neither a rulebook that ships ({', '.join(names)}) nor a file")


def parse_locale(text: str) -> str:
    """Return a locale that there are catalogs for."""
    names = sorted(folder.name for folder in resource("locales").iterdir() if (folder / "LC_MESSAGES").is_dir())
    if text not in names:
        raise ValueError(f"is not one of {', '.join(names)}")
    return text


def parse_zone(text: str) -> ZoneInfo:
    """Return a time zone of the IANA database."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not a time zone of the IANA database") from None


def parse_ids(text: str) -> frozenset[int]:
    """Return Telegram ids separated by commas."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    faulty = [part for part in parts if not re.fullmatch(r"-?[0-9]+", part)]
    if faulty:
        raise ValueError(f"holds what is not a Telegram id: {', '.join(faulty)}")
    return frozenset(map(int, parts))


def parse_span(text: str) -> timedelta:
    """Return a span such as `30m`, `24h`, `1d` or `1h30m`."""
    if not re.fullmatch(r"([0-9]{1,4}[dhm])+", text):
        raise ValueError(f"{text!r} is not a span such as 24h, 30m or 1h30m")
    return sum(
        (timedelta(**{_UNITS[unit]: int(amount)}) for amount, unit in re.findall(r"([0-9]+)([dhm])", text)),
        timedelta(),
    )


def parse_spans(text: str) -> tuple[timedelta, ...]:
    """Return spans separated by commas, the longest first, each once and longer than nothing."""
    spans = {parse_span(part.strip()) for part in text.split(",") if part.strip()}
    if not spans:
        raise ValueError("names no span")
    if timedelta() in spans:
        raise ValueError("holds a span of nothing")
    return tuple(sorted(spans, reverse=True))


def parse_quiet_hours(text: str) -> "QuietHours | None":
    """Return the hours of `22:00-08:00`, None for `off`."""
    from bot.filings.person import QuietHours  # noqa: PLC0415 - `ask` has none, and does not wait for it

    if text.strip().lower() == "off":
        return None
    match = re.fullmatch(r"\s*([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\s*", text)
    if not match:
        raise ValueError("is neither two times such as 22:00-08:00 nor off")
    try:
        starts, ends = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    except ValueError:
        raise ValueError("holds a time that no clock shows") from None
    if starts == ends:
        raise ValueError("begins and ends at the same time; write off for no quiet hours")
    return QuietHours(starts, ends)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that `name` was probably meant to be, None if none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake waits for it

    return next(iter(get_close_matches(name, list(names), n=1, cutoff=0.7)), None)
