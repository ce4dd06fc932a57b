"""Texts in the reader's language: gettext catalogs, and CLDR's dates, durations and lists."""

from bot.texts.catalogs import Catalogs, Texts, load_catalogs
from bot.texts.html import Html, plain

__all__ = ["Catalogs", "Html", "Texts", "load_catalogs", "plain"]
