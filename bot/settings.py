"""The settings: each declared once, with its default, its purpose and an example.

They come from environment variables with the prefix `BOT_`, and from a file `.env` in the working directory, which the
environment outdoes. An empty value counts as none. Importing this module is slow (pydantic): do it where it is needed.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.filings.person import QuietHours
from bot.reminders.limits import FREE_PER_SECOND
from bot.setting_values import (
    DEFAULT_LOCALE,
    DEFAULT_RULEBOOK,
    DEFAULT_ZONE,
    nearest,
    parse_api_url,
    parse_ids,
    parse_locale,
    parse_quiet_hours,
    parse_rulebook,
    parse_spans,
    parse_token,
    parse_web_address,
    parse_webhook_secret,
    parse_zone,
)

PREFIX = "BOT_"
ENV_FILE = Path(".env")
ENCODING = "utf-8-sig"
"""Of `.env`; editors on Windows begin a file with a byte order mark."""


def _setting(default: str | None, purpose: str, example: str) -> Any:
    """Declare a setting; `default` and `example` are written as in the environment."""
    return Field(default=default, description=purpose, examples=[example])


def _read(parse: Callable[[str], object]) -> BeforeValidator:
    """Read a text with `parse`; a value that has its type already passes."""
    return BeforeValidator(lambda value: parse(value.strip()) if isinstance(value, str) else value)


class Settings(BaseSettings):
    """All settings, in the types that the code works with."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        enable_decoding=False,
        validate_default=True,
        extra="ignore",
        frozen=True,
    )

    token: Annotated[SecretStr | None, _read(parse_token)] = _setting(
        None, "The bot's token, from @BotFather. Only `run` needs it.", "123456789:AAHexampleexampleexampleexampleexa"
    )
    api_url: Annotated[str, _read(parse_api_url)] = _setting(
        "https://api.telegram.org/bot",
        "The Bot API server, for instance one of your own. The token is appended to it.",
        "http://127.0.0.1:8081/bot",
    )
    database: Annotated[Path, _read(lambda text: Path(text).expanduser())] = _setting(
        "data/bot.db", "The SQLite file with people, filings and reminders.", "/data/bot.db"
    )
    rulebook: Annotated[str, _read(parse_rulebook)] = _setting(
        DEFAULT_RULEBOOK, "The rules to answer by: `pilot`, `national`, or the path of a TOML file.", "national"
    )
    locale: Annotated[str, _read(parse_locale)] = _setting(
        DEFAULT_LOCALE, "The language where a person's own is not known: `zh_Hans`, `zh_Hant` or `en`.", "en"
    )
    timezone: Annotated[ZoneInfo, _read(parse_zone)] = _setting(
        DEFAULT_ZONE, "The time zone of people who have not chosen one.", "Asia/Urumqi"
    )
    staff: Annotated[frozenset[int], _read(parse_ids)] = _setting(
        "", "Telegram ids of the support team, separated by commas.", "123456789,987654321"
    )
    support_chat: int | None = _setting(
        None, "The id of the support team's group; its members count as staff.", "-1001234567890"
    )
    webhook_url: Annotated[str | None, _read(parse_web_address)] = _setting(
        None,
        "The public address at which Telegram delivers updates. Without it the bot polls.",
        "https://bot.example.com/telegram",
    )
    webhook_secret: Annotated[SecretStr | None, _read(parse_webhook_secret)] = _setting(
        None,
        "What Telegram says with each delivery to the webhook. Without it a new one is made at each start.",
        "aLongRandomText",
    )
    listen: str = _setting("127.0.0.1", "The address on which the webhook listens.", "0.0.0.0")  # noqa: S104 - an example
    port: Annotated[int, Field(ge=1, le=65535)] = _setting("8080", "The port on which the webhook listens.", "8443")
    remind_before: Annotated[tuple[timedelta, ...], _read(parse_spans)] = _setting(
        "24h,6h,2h,30m", "How long before a deadline to remind; units `d`, `h`, `m`.", "12h,1h30m"
    )
    quiet_hours: Annotated[QuietHours | None, _read(parse_quiet_hours)] = _setting(
        "22:00-08:00",
        "When only urgent reminders are sent, in each person's zone; `off` for never.",
        "23:00-07:30",
    )
    retention_days: Annotated[int, Field(ge=1, le=3650)] = _setting(
        "90", "After how many days closed filings are deleted.", "30"
    )
    messages_per_second: Annotated[int, Field(ge=1, le=1000)] = _setting(
        "30", "How many messages are sent in a second at most, over all chats.", "1000"
    )
    paid_broadcast: bool = _setting(
        "no",
        "Whether messages beyond the free 30 a second are paid for with Telegram Stars: `yes` or `no`.",
        "yes",
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], _read(str.upper)] = _setting(
        "INFO", "What is logged at least: `DEBUG`, `INFO`, `WARNING` or `ERROR`.", "WARNING"
    )
    log_format: Annotated[Literal["text", "json"], _read(str.lower)] = _setting(
        "text", "One line of text a record, or one JSON object a line: `text` or `json`.", "json"
    )

    def doubts(self) -> list[str]:
        """Return a warning for each value that may be meant, and is seldom right."""
        if self.messages_per_second > FREE_PER_SECOND and not self.paid_broadcast:
            given = f"BOT_MESSAGES_PER_SECOND={self.messages_per_second}"
            return [f"{given} without BOT_PAID_BROADCAST=yes: Telegram may refuse more than {FREE_PER_SECOND} (429)"]
        return []

    @property
    def file_url(self) -> str:
        """Where the Bot API server has its files; the token is appended to it."""
        return f"{self.api_url.removesuffix('/bot')}/file/bot"

    @field_validator("paid_broadcast")
    @classmethod
    def _something_is_paid_for(cls, paid: bool, info: ValidationInfo) -> bool:
        """Stop who expects more messages a second and would get as many as before."""
        per_second = info.data.get("messages_per_second")
        if paid and per_second is not None and per_second <= FREE_PER_SECOND:
            raise ValueError(
                f"does nothing with BOT_MESSAGES_PER_SECOND={per_second}: {FREE_PER_SECOND} a second are free; "
                f"set that to more, or this to no"
            )
        return paid

    @model_validator(mode="after")
    def _webhook_is_encrypted(self) -> Self:
        """Telegram itself delivers to https only; a server of one's own may do without."""
        own_server = self.api_url != type(self).model_fields["api_url"].default
        if self.webhook_url and self.webhook_url.startswith("http:") and not own_server:
            raise ValueError("Telegram delivers to https addresses only")
        return self


@dataclass(frozen=True, slots=True)
class Declaration:
    """A setting as it is declared; the values are written as in the environment, an empty `default` is none."""

    variable: str
    default: str
    purpose: str
    example: str


def declarations() -> Iterator[Declaration]:
    """Return every setting, in the order in which people want to read about them."""
    for name, field in Settings.model_fields.items():
        yield Declaration(
            f"{PREFIX}{name.upper()}", field.default or "", field.description or "", (field.examples or [""])[0]
        )


def load_settings(env_file: Path = ENV_FILE) -> Settings:
    """Read the settings; `SettingsError` lists every fault with the variable's name, its value and an example."""
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        faults = [_fault(details) for details in error.errors(include_url=False)]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{env_file}: cannot be read: {error}") from error
    if len(faults) == 1:
        raise SettingsError(faults[0])
    raise SettingsError("\n  ".join([f"{len(faults)} settings are wrong:", *faults]))


def unknown_variables(env_file: Path = ENV_FILE) -> list[str]:
    """Return a warning for each variable that has the prefix and is no setting, with the name probably meant."""
    known = [setting.variable for setting in declarations()]
    given = {name.upper() for name in [*os.environ, *dotenv_values(env_file, encoding=ENCODING)]}
    warnings = []
    for name in sorted(name for name in given if name.startswith(PREFIX) and name not in known):
        near = nearest(name, known)
        warnings.append(f"{name} is not a setting{f'; do you mean {near}?' if near else ' of this bot'}")
    return warnings


def _fault(details: ErrorDetails) -> str:
    """Return one line for a fault. The value of a secret is not told."""
    # A rule over several settings has no place of its own; the only one is about the webhook.
    name = str(details["loc"][0]) if details["loc"] else "webhook_url"
    field = Settings.model_fields[name]
    reason = details["msg"].removeprefix("Value error, ")
    variable = f"{PREFIX}{name.upper()}"
    value = "" if SecretStr in get_args(field.annotation) or not details["loc"] else f"={details['input']}"
    return f"{variable}{value}: {reason}; for example {variable}={(field.examples or [''])[0]}"
