"""Texts in the reader's language: gettext catalogs, and CLDR's dates, durations and lists."""

from bot.texts.catalogs import SOURCE_LOCALE, Catalogs, Texts, load_catalogs
from bot.texts.html import Html, capital, link, plain

__all__ = ["SOURCE_LOCALE", "Catalogs", "Html", "Texts", "capital", "link", "load_catalogs", "plain"]
