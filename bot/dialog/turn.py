"""One event and all that is needed to reply to it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dialog.conversation import Conversation
from bot.dialog.defaults import Defaults
from bot.dialog.model import Replies, Who
from bot.dialog.planning import Planner
from bot.dialog.responding import Responder
from bot.dialog.team import Team
from bot.filings.person import Person
from bot.rules.model import RuleState
from bot.rules.rulebook import Rulebook
from bot.store.interface import Store
from bot.texts import Catalogs, Texts
from bot.understanding import Understanding

MENU = ("track", "filings", "settings", "help")
"""The commands on the keyboard below a private chat."""


@dataclass(slots=True)
class Services:
    """What the dialog works with. `bot_username` is known once Telegram has been asked; None in the terminal.

    `provinces` are all province ids; `plan_changed` is called when reminders may be due earlier than before.
    """

    rulebook: Rulebook
    provinces: frozenset[str]
    catalogs: Catalogs
    understanding: Understanding
    store: Store
    planner: Planner
    defaults: Defaults
    team: Team = field(default_factory=Team)
    plan_changed: Callable[[], None] = lambda: None
    bot_username: str | None = None
    menu_words: Mapping[str, str] = field(init=False)
    """What the keyboard below a chat writes, in every language, and the command that it stands for."""
    responder: Responder = field(init=False)
    """What answers questions."""

    def __post_init__(self) -> None:
        self.responder = Responder(self.rulebook)
        texts = self.catalogs.by_locale.values()
        self.menu_words = {each(f"menu.{name}"): name for each in texts for name in MENU}

    def texts(self, person: Person, language_code: str | None = None) -> Texts:
        """Return the texts in the person's language: chosen, else last written, else the client's, else the default."""
        catalogs = self.catalogs
        locale = person.locale or person.detected or catalogs.match(language_code) or self.defaults.locale
        return catalogs[locale if locale in catalogs.by_locale else self.defaults.locale]


@dataclass(slots=True)
class Turn:
    """One event: who, when, and what the conversation remembers. Handlers replace `person` and `conversation`.

    `forgotten` is set when the person had everything deleted: then nothing of this turn is kept either.
    """

    services: Services
    who: Who
    now: datetime
    person: Person
    conversation: Conversation
    forgotten: bool = False
    texts: Texts = field(init=False)

    def __post_init__(self) -> None:
        self.texts = self.services.texts(self.person, self.who.language_code)

    @property
    def zone(self) -> ZoneInfo:
        """The person's zone."""
        return self.services.planner.zone(self.person)

    @property
    def rules(self) -> RuleState:
        """Today's rules."""
        return self.services.rulebook.at_moment(self.now)

    @property
    def store(self) -> Store:
        """The store."""
        return self.services.store

    def written_in(self, locale: str | None) -> None:
        """The person writes in `locale`: reply in it, unless they chose another one."""
        if locale and self.person.locale is None and locale != self.person.detected:
            self.change_person(replace(self.person, detected=locale))

    def change_person(self, person: Person) -> None:
        """Keep what has changed about the person; the texts follow."""
        self.person = person
        self.texts = self.services.texts(person, self.who.language_code)

    def moment(self, moment: datetime) -> str:
        """Return a moment in the person's zone and words."""
        return self.texts.moment(moment, self.zone)

    async def is_staff(self) -> bool:
        """Whether what is for staff alone may be told here to whoever speaks."""
        return await self.services.team.hears(self.who, self.now)


Command = Callable[[Turn, str], Awaitable[Replies]]
"""What a command does, given what follows it."""
