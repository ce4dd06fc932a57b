"""The catalogs under `locales/`, read once and checked, and the texts of one locale.

A catalog is `locales/LOCALE/LC_MESSAGES/*.po`, one file for each part of the product. The ids are names
(`portal.own`), the texts of `zh_Hans` are the source that the others translate; an id that one of them lacks stops the
start. Placeholders are `%(name)s`. Texts are HTML; what is put into them is escaped unless it is `Html`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from msgspec import Struct

from bot.errors import CatalogError
from bot.resources import resource
from bot.texts.html import Html, as_html
from bot.texts.po import read_po

SOURCE_LOCALE = "zh_Hans"
"""The locale whose catalog holds the texts that the others translate."""

TimeUnit = Literal["day", "hour", "minute"]
ListStyle = Literal["standard", "or", "unit"]
"""CLDR's kinds of enumeration that are used here."""


_REMEMBERED = 10_000
"""More than the minutes of a validity in every locale."""


class Texts(Struct, frozen=True, dict=True):
    """The texts of one locale."""

    locale: str
    _forms: Mapping[str, tuple[str, ...]]
    _plural: Callable[[int], int]

    def __call__(self, id: str, /, **values: object) -> Html:  # noqa: A002 - the catalogs' own word
        """Return the text `id` with `values` put in, escaped; `KeyError` for an id that is in no catalog."""
        if values:
            return Html(self._forms[id][0] % {name: as_html(value) for name, value in values.items()})
        if id not in self._finished:
            self._finished[id] = Html(self._forms[id][0] % {})
        return self._finished[id]

    def plural(self, id: str, n: int, /, **values: object) -> Html:  # noqa: A002
        """Return the form of `id` that goes with `n`, which is also the placeholder `%(n)s`."""
        form = self._forms[id][self._plural(n)]
        return Html(form % {"n": n, **{name: as_html(value) for name, value in values.items()}})

    @cached_property
    def _finished(self) -> dict[str, Html]:
        """Texts into which nothing is put, as they were asked for."""
        return {}

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all texts."""
        return frozenset(self._forms)

    def has(self, id: str) -> bool:  # noqa: A002
        """Whether the catalogs hold `id`."""
        return id in self._forms

    @cached_property
    def cldr(self) -> Locale:
        """The locale for Babel."""
        return Locale.parse(self.locale)

    def join(self, items: Iterable[object], style: ListStyle = "standard") -> Html:
        """Return the items, escaped, as an enumeration: "a、b和c", "a, b, or c" (`or`), "a, b, c" (`unit`)."""
        return Html(format_list([as_html(item) for item in items], style=style, locale=self.cldr))

    def number(self, number: int) -> str:
        """Return a count: 12,345."""
        # Few texts hold one that is long, and every start would wait for this import.
        from babel.numbers import format_decimal  # noqa: PLC0415

        return format_decimal(number, locale=self.cldr)

    def date(self, day: date) -> str:
        """Return a calendar day, long: 2018年9月10日, September 10, 2018."""
        return _day(self.locale, day, "long")

    def time(self, at: time) -> str:
        """Return a time of day to the minute: 12:00."""
        return _time(self.locale, at.hour, at.minute)

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """Return a moment in `zone` with its weekday, to the minute: 2018年9月10日星期一 12:00."""
        local = moment.astimezone(zone)
        return f"{_day(self.locale, local.date(), 'full')} {_time(self.locale, local.hour, local.minute)}"

    def duration(self, span: timedelta) -> str:
        """Return a span in its two greatest units of day, hour and minute, rounded down: 1天3小时, 2 hours.

        A negative span counts as none; under a minute it is "0 minutes" in the locale's words.
        """
        return _duration(self.locale, max(0, int(span.total_seconds() // 60)))

    def hours(self, span: timedelta) -> str:
        """Return a whole number of hours, as rules give it: 48小时, 48 hours."""
        return _amount(self.locale, int(span.total_seconds() // 3600), "hour")


# What CLDR makes of a number is worked out once: the same days and spans come all the time.


@lru_cache(maxsize=_REMEMBERED)
def _day(locale: str, day: date, style: Literal["long", "full"]) -> str:
    return format_date(day, style, locale=Locale.parse(locale))


@lru_cache(maxsize=_REMEMBERED)
def _time(locale: str, hour: int, minute: int) -> str:
    return format_time(time(hour, minute), "HH:mm", locale=Locale.parse(locale))


@lru_cache(maxsize=_REMEMBERED)
def _duration(locale: str, minutes: int) -> str:
    amounts: list[tuple[TimeUnit, int]] = [
        ("day", minutes // 1440),
        ("hour", minutes // 60 % 24),
        ("minute", minutes % 60),
    ]
    while len(amounts) > 1 and amounts[0][1] == 0:
        amounts.pop(0)
    shown = [(unit, amount) for unit, amount in amounts[:2] if amount] or [amounts[-1]]
    return format_list([_amount(locale, amount, unit) for unit, amount in shown], "unit", Locale.parse(locale))


@lru_cache(maxsize=_REMEMBERED)
def _amount(locale: str, amount: int, unit: TimeUnit) -> str:
    """Return so many of one unit. (`format_unit` has no long Chinese forms.)"""
    span = timedelta(**{f"{unit}s": amount})
    return format_timedelta(span, granularity=unit, threshold=float("inf"), locale=Locale.parse(locale))


class Catalogs(Struct, frozen=True):
    """All locales, complete."""

    by_locale: Mapping[str, Texts]
    default: str

    def __getitem__(self, locale: str) -> Texts:
        return self.by_locale[locale]

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales there are, the source first."""
        return tuple(sorted(self.by_locale, key=lambda locale: (locale != SOURCE_LOCALE, locale)))

    def match(self, language_code: str | None) -> str | None:
        """Return the locale for an IETF language tag (`zh-hant`, `zh-TW`, `en-GB`), None if there is none."""
        if not language_code:
            return None
        try:
            wanted = Locale.parse(language_code, sep="-")
        except (ValueError, UnknownLocaleError):
            return None
        for locale in self.by_locale:
            have = Locale.parse(locale)
            if have.language == wanted.language and (have.script or "") == (_script(wanted) or ""):
                return locale
        return next((known for known in self.by_locale if Locale.parse(known).language == wanted.language), None)


def _script(locale: Locale) -> str | None:
    """Return the script, likely subtags filled in for the Chinese ones."""
    if locale.script or locale.language != "zh":
        return locale.script
    return "Hant" if locale.territory in {"TW", "HK", "MO"} else "Hans"


def load_catalogs(default: str = SOURCE_LOCALE, folder: Path | None = None) -> Catalogs:
    """Read all catalogs; `CatalogError` when one is missing, unreadable or incomplete, or `default` is not there."""
    folder = folder or resource("locales")
    texts = {path.name: _read(path) for path in sorted(folder.iterdir()) if (path / "LC_MESSAGES").is_dir()}
    if SOURCE_LOCALE not in texts:
        raise CatalogError(f"{folder}: no catalog for {SOURCE_LOCALE}")
    if default not in texts:
        raise CatalogError(f"{folder}: no catalog for {default}; there are {', '.join(texts)}")
    wanted = texts[SOURCE_LOCALE].ids
    for locale, translated in texts.items():
        ids = translated.ids
        if ids != wanted:
            raise CatalogError(f"{folder / locale}: lacks {sorted(wanted - ids)}, has unasked {sorted(ids - wanted)}")
    return Catalogs(texts, default)


def _read(folder: Path) -> Texts:
    """Return the texts of one locale, from all its files."""
    forms: dict[str, tuple[str, ...]] = {}
    plural: Callable[[int], int] | None = None
    for path in sorted((folder / "LC_MESSAGES").glob("*.po")):
        file = read_po(path)
        twice = next((id_ for id_ in file.forms if id_ in forms), None)
        if twice:
            raise CatalogError(f"{path}: {twice}: is in two files")
        forms.update(file.forms)
        plural = file.plural
    if not forms or plural is None:
        raise CatalogError(f"{folder}: no .po file with a text")
    return Texts(folder.name, forms, plural)
