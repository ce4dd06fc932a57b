"""What Telegram shows of the bot before anybody writes: commands and descriptions, in each language."""

import logging
from collections.abc import Iterator

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.telegram.parts import Engine
from bot.texts import Catalogs, plain

_log = logging.getLogger(__name__)


def languages(catalogs: Catalogs) -> Iterator[tuple[str | None, str]]:
    """Return language codes with the locale for each: first the default locale with None, for everybody else.

    The Bot API knows languages by two letters only, so that of several locales of one language one is chosen: the
    default, else the first.
    """
    seen = {_code(catalogs.default)}
    yield None, catalogs.default
    for locale in catalogs.locales:
        if _code(locale) not in seen:
            seen.add(_code(locale))
            yield _code(locale), locale


async def announce(bot: Bot, engine: Engine, catalogs: Catalogs) -> None:
    """Set commands and descriptions. What is refused is logged: the bot works without."""
    for code, locale in languages(catalogs):
        texts = catalogs[locale]
        commands = [BotCommand(name, plain(description)) for name, description in engine.commands(locale)]
        try:
            await bot.set_my_commands(commands, language_code=code)
            await bot.set_my_description(plain(texts("telegram.description")), language_code=code)
            await bot.set_my_short_description(plain(texts("telegram.short_description")), language_code=code)
        except TelegramError as error:
            _log.warning("commands and description in %s were not set: %s", locale, error)


def _code(locale: str) -> str:
    return locale.partition("_")[0]
