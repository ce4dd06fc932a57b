"""`run`: the bot in Telegram, until SIGTERM or SIGINT."""

import argparse
import asyncio
import logging
import signal

from bot.errors import SettingsError
from bot.logs import set_up_logging
from bot.running import collect_seldom, serve
from bot.settings import Settings, declarations, load_settings, unknown_variables

log = logging.getLogger(__name__)


def main(_: argparse.Namespace) -> int:
    """Run until told to stop; 0 after SIGTERM, 130 after SIGINT."""
    settings = load_settings()
    token = _token(settings)
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    set_up_logging(settings.log_level, settings.log_format, token, secret)
    for warning in [*unknown_variables(), *settings.doubts()]:
        log.warning("%s", warning)
    collect_seldom()
    stopped_by = asyncio.run(_serve(settings, token, secret))
    return 130 if stopped_by is signal.SIGINT else 0


def _token(settings: Settings) -> str:
    if settings.token is None:
        example = next(setting.example for setting in declarations() if setting.variable == "BOT_TOKEN")
        raise SettingsError(f"BOT_TOKEN is not set; `run` needs it, for example BOT_TOKEN={example}")
    return settings.token.get_secret_value()


async def _serve(settings: Settings, token: str, secret: str) -> signal.Signals | None:
    """Serve until a signal comes, and return which."""
    stop = asyncio.Event()
    received: list[signal.Signals] = []

    def on_signal(number: signal.Signals) -> None:
        received.append(number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal, number)
    await serve(settings, token, secret, stop)
    return received[0] if received else None
