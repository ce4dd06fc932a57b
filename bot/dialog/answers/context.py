"""What an answer is made from: the ask, the rules, the texts, and the words for what these name."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from bot.dialog.model import Answer, Button
from bot.rules.model import Batch, Contact, Fact, Field, FilingType, Portal, RuleState
from bot.texts import Html, Texts, capital
from bot.understanding.model import Ask, Slots

T = TypeVar("T")

Missing = Literal["province", "filing_type", "change"]
"""The slots that an answer may ask back for."""


class NotSaidError(Exception):
    """The rulebook does not hold the fact that was asked for."""


class Context(Struct, frozen=True):
    """One ask with all that its answer may draw on."""

    ask: Ask
    state: RuleState
    texts: Texts
    now: datetime
    zone: ZoneInfo

    @property
    def slots(self) -> Slots:
        """What the ask is about."""
        return self.ask.slots

    @property
    def day(self) -> date:
        """The day whose rules are asked about."""
        return self.slots.on or self.state.on

    @property
    def province(self) -> str | None:
        """The province, where exactly one is named."""
        return self.slots.provinces[0] if len(self.slots.provinces) == 1 else None

    @property
    def filing_type(self) -> FilingType | None:
        """The filing type, where exactly one is named."""
        return self.slots.filing_types[0] if len(self.slots.filing_types) == 1 else None

    def about(self, provinces: tuple[str, ...]) -> "Context":
        """Return this context with the ask narrowed to `provinces`."""
        return replace(self, ask=replace(self.ask, slots=replace(self.slots, provinces=provinces)))

    def say(
        self,
        *lines: Html | None,
        buttons: Sequence[Button] = (),
        missing: Missing | None = None,
        factual: bool = True,
    ) -> Answer:
        """Return the answer of these lines; None stands for a line that is not needed."""
        return Answer("\n".join(line for line in lines if line), tuple(buttons), missing, factual)

    def known(self, fact: Fact[T] | None) -> T:
        """Return the value of a fact; `NotSaidError` where the rulebook has none."""
        if fact is None:
            raise NotSaidError
        return fact.value

    def portal(self, province: str) -> Portal:
        """Return where codes for `province` are entered; `NotSaidError` where none is known."""
        portal = self.state.portal(province)
        if portal is None:
            raise NotSaidError
        return portal

    def quote(self, phrase: str) -> Html:
        """Return the portal's own words, in quotation marks; `NotSaidError` where the rulebook does not hold them."""
        if phrase not in self.state.phrases:
            raise NotSaidError
        return self.texts(f"phrase.{phrase}", text=self.state.phrases[phrase].text)

    def province_name(self, province: str) -> Html:
        """Return the name of a province."""
        return self.texts(f"province.{province}")

    def province_names(self, provinces: Iterable[str]) -> Html:
        """Return the names of provinces as an enumeration."""
        return self.texts.join(self.province_name(province) for province in provinces)

    def type_name(self, filing_type: FilingType) -> Html:
        """Return the name of a filing type, as a sentence may begin with it."""
        return capital(self.texts(f"filing_type.{filing_type}"))

    def type_names(self, filing_types: Iterable[FilingType]) -> Html:
        """Return the names of filing types as an enumeration, as a sentence may begin with it."""
        return capital(self.texts.join(self.texts(f"filing_type.{filing_type}") for filing_type in filing_types))

    def contact(self, contact: Contact) -> Html:
        """Return the name of a contact."""
        return self.texts(f"contact.{contact}")

    def contacts(self, contacts: Sequence[Contact], style: str = "both") -> Html:
        """Return one contact, or `both` of them, or `either`."""
        if len(contacts) == 1:
            return self.texts("contacts.one", contact=self.contact(contacts[0]))
        return self.texts(
            f"contacts.{style}", entity=self.contact(Contact.ENTITY), website=self.contact(Contact.WEBSITE)
        )

    def batch(self, batch: Batch) -> Html:
        """Return the name of a batch."""
        return self.texts("batch.number", number=batch.number) if batch.number else self.texts("batch.all")

    def field(self, field: Field) -> Html:
        """Return the name of a field of the portal's form."""
        return self.texts(f"field.{field}")

    def hours(self) -> str:
        """Return how long a code holds; `NotSaidError` where that is not known."""
        return self.texts.hours(self.known(self.state.validity))
