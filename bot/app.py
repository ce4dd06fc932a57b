"""The one place where the parts are put together."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.dialog.ask import Asker
from bot.dialog.defaults import Defaults
from bot.rules import Rulebook, load_rulebook, province_ids
from bot.texts import Catalogs, load_catalogs
from bot.understanding import Understanding

if TYPE_CHECKING:
    from bot.dialog.engine import Engine
    from bot.dialog.planning import Planner
    from bot.dialog.turn import Services
    from bot.settings import Settings
    from bot.store.interface import Store


class AnswerSettings(Protocol):
    """What bears on an answer."""

    @property
    def rulebook(self) -> str:
        """A shipped rulebook's name, or a path."""

    @property
    def locale(self) -> str:
        """The default locale."""

    @property
    def zone(self) -> ZoneInfo:
        """The default zone."""


class App(Struct, frozen=True):
    """The bot without a front end."""

    services: "Services"
    engine: "Engine"

    @property
    def store(self) -> "Store":
        """The store."""
        return self.services.store

    @property
    def catalogs(self) -> Catalogs:
        """The texts."""
        return self.services.catalogs

    @property
    def rulebook(self) -> Rulebook:
        """The rules."""
        return self.services.rulebook

    @property
    def understanding(self) -> Understanding:
        """What reads messages."""
        return self.services.understanding

    async def close(self) -> None:
        """Finish what is being stored, and close; may be called twice."""
        await self.engine.close()
        await self.store.close()


class Knowledge(Struct, frozen=True):
    """What is read from the data files and never changes while the bot runs; any number of bots may share it."""

    rulebook: Rulebook
    provinces: frozenset[str]
    catalogs: Catalogs
    understanding: Understanding


def load_knowledge(rulebook: str, locale: str) -> Knowledge:
    """Read the data files; `locale` is the default one. Raises `RulebookError`, `CatalogError`, `DataError`."""
    with _all_to_stay():
        rules = load_rulebook(rulebook)
        return Knowledge(rules, province_ids(), load_catalogs(locale), Understanding.load(days=rules.changes()))


@contextmanager
def _all_to_stay() -> Iterator[None]:
    """Keep the garbage collector from what is made here: it finds nothing in it, and takes a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collecting:
            gc.enable()


def build_asker(settings: AnswerSettings) -> Asker:
    """Return what answers questions without a database; raises what `load_knowledge` raises."""
    known = load_knowledge(settings.rulebook, settings.locale)
    defaults = Defaults(settings.locale, settings.zone, quiet=None)
    return Asker(known.rulebook, known.catalogs, known.understanding, defaults)


def build_planner(settings: "Settings", known: Knowledge) -> "Planner":
    """Return what plans reminders."""
    from bot.dialog.planning import Planner  # noqa: PLC0415
    from bot.reminders.plan import Policy  # noqa: PLC0415

    defaults = Defaults(settings.locale, settings.timezone, settings.quiet_hours, settings.retention_days)
    return Planner(known.rulebook, Policy(before=settings.remind_before), defaults)


async def build(settings: "Settings", knowledge: Knowledge | None = None) -> App:
    """Return the bot on its database, which is created or migrated; raises any `BeianBotError` but Telegram's."""
    # `ask` needs none of these, and sqlite-utils takes longer to import than an answer takes.
    from bot.dialog.engine import Engine  # noqa: PLC0415
    from bot.dialog.team import Team  # noqa: PLC0415
    from bot.dialog.turn import Services  # noqa: PLC0415
    from bot.store.sqlite import open_store  # noqa: PLC0415

    known = knowledge or load_knowledge(settings.rulebook, settings.locale)
    planner = build_planner(settings, known)
    services = Services(
        rulebook=known.rulebook,
        provinces=known.provinces,
        catalogs=known.catalogs,
        understanding=known.understanding.remembering(),
        store=await open_store(settings.database),
        planner=planner,
        defaults=planner.defaults,
        team=Team(settings.staff, settings.support_chat),
    )
    return App(services, Engine(services))
