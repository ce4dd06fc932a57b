"""What several commands need: the settings, with warnings on stderr, and the moment that an option names."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.clock import require_aware
from bot.setting_values import DEFAULT_LOCALE, DEFAULT_RULEBOOK, DEFAULT_ZONE

if TYPE_CHECKING:
    from bot.settings import Settings

_ENV_FILE = Path(".env")
_VARIABLES = ("BOT_RULEBOOK", "BOT_LOCALE", "BOT_TIMEZONE")


class AnswerSettings(Struct, frozen=True):
    """The settings that bear on an answer."""

    rulebook: str
    locale: str
    zone: ZoneInfo


def load(rulebook: str | None = None) -> "Settings":
    """Return the settings, `rulebook` instead of BOT_RULEBOOK; unknown variables are told of on stderr."""
    # pydantic-settings takes longer to import than an answer takes.
    from bot.settings import load_settings, unknown_variables  # noqa: PLC0415

    settings = load_settings()
    for warning in unknown_variables():
        print(f"beian-bot: warning: {warning}", file=sys.stderr)
    return settings.model_copy(update={"rulebook": rulebook}) if rulebook else settings


def answer_settings(rulebook: str | None = None) -> AnswerSettings:
    """Return what bears on an answer. Where none of it is set, the defaults are known without reading the settings."""
    if not _is_any_set():
        return AnswerSettings(rulebook or DEFAULT_RULEBOOK, DEFAULT_LOCALE, ZoneInfo(DEFAULT_ZONE))
    settings = load(rulebook)
    return AnswerSettings(settings.rulebook, settings.locale, settings.timezone)


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return `moment` in UTC; where it does not say its zone it is in `zone`."""
    return require_aware(moment if moment.utcoffset() is not None else moment.replace(tzinfo=zone))


def _is_any_set() -> bool:
    """Whether the environment or `.env` may hold one of them; a mere mention in `.env` counts."""
    env_file = _ENV_FILE.read_text(encoding="utf-8", errors="replace").upper() if _ENV_FILE.is_file() else ""
    given = {name.upper() for name in os.environ}
    return any(name in given or name in env_file for name in _VARIABLES)
