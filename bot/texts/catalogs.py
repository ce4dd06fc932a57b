"""The catalogs under `locales/`, read once and checked, and the texts of one locale.

A catalog is `locales/LOCALE/LC_MESSAGES/*.po`, one file for each part of the product. The ids are names
(`portal.own`), the texts of `zh_Hans` are the source that the others translate; an id that one of them lacks stops the
start. Placeholders are `%(name)s`. Texts are HTML; what is put into them is escaped unless it is `Html`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.units import format_unit

from bot.errors import CatalogError
from bot.resources import resource
from bot.texts.html import Html, as_html

SOURCE_LOCALE = "zh_Hans"
"""The locale whose catalog holds the texts that the others translate."""


@dataclass(frozen=True)
class Texts:
    """The texts of one locale."""

    locale: str
    _catalog: GNUTranslations
    _ids: frozenset[str]

    def __call__(self, id: str, /, **values: object) -> Html:  # noqa: A002 - the catalogs' own word
        """Return the text `id` with `values` put in, escaped; `KeyError` for an id that is in no catalog."""
        if id not in self._ids:
            raise KeyError(id)
        return Html(self._catalog.gettext(id) % {name: as_html(value) for name, value in values.items()})

    def plural(self, id: str, n: int, /, **values: object) -> Html:  # noqa: A002
        """Return the form of `id` that goes with `n`, which is also the placeholder `%(n)s`."""
        if id not in self._ids:
            raise KeyError(id)
        form = self._catalog.ngettext(id, id, n)
        return Html(form % {"n": n, **{name: as_html(value) for name, value in values.items()}})

    def has(self, id: str) -> bool:  # noqa: A002
        """Whether the catalogs hold `id`."""
        return id in self._ids

    @property
    def cldr(self) -> Locale:
        """The locale for Babel."""
        return Locale.parse(self.locale)

    def join(self, items: Iterable[object], style: str = "standard") -> Html:
        """Return the items as an enumeration ("a、b和c"); `style` as in CLDR: `standard`, `or`, `unit`."""
        return Html(format_list([as_html(item) for item in items], style=style, locale=self.cldr))  # type: ignore[arg-type]  # Babel types it as a Literal

    def date(self, day: date) -> str:
        """Return a calendar day, long: 2018年9月10日, September 10, 2018."""
        return format_date(day, "long", locale=self.cldr)

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """Return a moment with its weekday and time to the minute, in `zone`."""
        local = moment.astimezone(zone)
        day = format_datetime(local, self("format.day"), locale=self.cldr)
        return f"{day} {format_time(local, 'HH:mm', locale=self.cldr)}"

    def duration(self, span: timedelta) -> str:
        """Return a span in its two greatest units of day, hour and minute, rounded down: 1天3小时, 2 hours.

        A negative span counts as none; under a minute it is "0 minutes" in the locale's words.
        """
        minutes = max(0, int(span.total_seconds() // 60))
        amounts = [("day", minutes // 1440), ("hour", minutes // 60 % 24), ("minute", minutes % 60)]
        while len(amounts) > 1 and amounts[0][1] == 0:
            amounts.pop(0)
        shown = [(unit, amount) for unit, amount in amounts[:2] if amount] or [amounts[-1]]
        parts = [format_unit(amount, f"duration-{unit}", locale=self.cldr) for unit, amount in shown]
        return format_list(parts, style="unit", locale=self.cldr)

    def hours(self, span: timedelta) -> str:
        """Return a whole number of hours, as rules give it: 48小时, 48 hours."""
        return format_unit(int(span.total_seconds() // 3600), "duration-hour", locale=self.cldr)


@dataclass(frozen=True)
class Catalogs:
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
    translations = {path.name: _read(path) for path in sorted(folder.iterdir()) if (path / "LC_MESSAGES").is_dir()}
    if SOURCE_LOCALE not in translations:
        raise CatalogError(f"{folder}: no catalog for {SOURCE_LOCALE}")
    if default not in translations:
        raise CatalogError(f"{folder}: no catalog for {default}; there are {', '.join(sorted(translations))}")
    wanted = translations[SOURCE_LOCALE][1]
    for locale, (_, ids) in translations.items():
        if ids != wanted:
            raise CatalogError(f"{folder / locale}: lacks {sorted(wanted - ids)}, has unasked {sorted(ids - wanted)}")
    return Catalogs({locale: Texts(locale, catalog, ids) for locale, (catalog, ids) in translations.items()}, default)


def _read(folder: Path) -> tuple[GNUTranslations, frozenset[str]]:
    """Return the translations of one locale, and the ids that are translated."""
    merged: GNUTranslations | None = None
    ids: set[str] = set()
    for path in sorted((folder / "LC_MESSAGES").glob("*.po")):
        try:
            with path.open("rb") as file:
                catalog = read_po(file, locale=folder.name, abort_invalid=True)
        except (OSError, PoFileError, ValueError) as error:
            raise CatalogError(f"{path}: {error}") from error
        for message in catalog:
            if not message.id:
                continue
            id_ = message.id if isinstance(message.id, str) else message.id[0]
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if not all(strings) or message.fuzzy:
                raise CatalogError(f"{path}: {id_}: not translated, or fuzzy")
            if id_ in ids:
                raise CatalogError(f"{path}: {id_}: is in two files")
            ids.add(id_)
        compiled = BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        part = GNUTranslations(compiled)
        if merged is None:
            merged = part
        else:
            merged._catalog.update(part._catalog)  # type: ignore[attr-defined]  # as babel.support.Translations.merge
    if merged is None:
        raise CatalogError(f"{folder}: no .po file")
    return merged, frozenset(ids)
