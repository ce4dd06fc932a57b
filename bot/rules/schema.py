"""The shape of a rulebook file: which tables there are, and what an entry of each may say.

Every entry has `from`, perhaps `until` (the day from which it no longer holds), and `sources`. Its other keys are its
value. Where the sources disagree, the entry has `disputed = true` and, instead of the value, `readings`: tables with
`sources` and the value, the strictest first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, PositiveInt, StringConstraints
from pydantic import Field as Bound

from bot.rules.model import (
    AutoResend,
    Batch,
    Contact,
    Field,
    FilingType,
    IdDocument,
    Phrase,
    Portal,
    Review,
    Sender,
    Source,
    Target,
    Timeout,
    WrongEntries,
)

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
ProvinceId = Name


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "." not in parts.hostname:
        raise ValueError(f"not a web address: {url!r} (like http://example.cn/)")
    if any(character.isspace() or character in "<>\"'" for character in url):
        raise ValueError(f"a character that no address has: {url!r}")
    return url


Url = Annotated[str, AfterValidator(_web_address)]


class Table(BaseModel):
    """Base of every table: unknown keys and wrong types are faults."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Envelope(Table):
    """What every entry says besides its value."""

    starts: date = Bound(alias="from")
    until: date | None = None
    sources: Annotated[list[Name], Bound(min_length=1)]
    disputed: bool = False


class SourceTable(Table):
    """`[[sources]]`."""

    id: Name
    title: Text
    publisher: Text
    dated: date | None = Bound(None, alias="date")
    notice: Text | None = None
    notice_title: Text | None = None

    def value(self) -> Source:
        """Return the source."""
        return Source(self.id, self.title, self.publisher, self.dated, self.notice, self.notice_title)


class BatchTable(Table):
    """`[[batches]]`: `number` is left out where all provinces begin at once."""

    number: PositiveInt | None = None
    provinces: Annotated[list[ProvinceId], Bound(min_length=1)]

    def value(self, starts: date) -> Batch:
        """Return the batch."""
        return Batch(self.number, starts, tuple(self.provinces))


class PortalTable(Table):
    """`[[portals]]`: one page for one or more provinces."""

    provinces: Annotated[list[ProvinceId], Bound(min_length=1)]
    url: Url
    shown: Text
    choose_province: bool = False
    page: Url | None = None
    example: ProvinceId | None = None

    def value(self) -> Portal:
        """Return the portal."""
        return Portal(self.url, self.shown, self.choose_province, self.page, self.example)


class FilingTypeTable(Table):
    """`[[filing_types]]`: `id` is one of `FilingType`."""

    id: Annotated[FilingType, Bound(strict=False)]
    contacts: list[Annotated[Contact, Bound(strict=False)]] = []
    verified: bool
    by_change: bool = False
    notes: list[Name] = []

    def value(self) -> Target:
        """Return who verifies."""
        return Target(tuple(self.contacts), self.verified, self.by_change, tuple(self.notes))


class PhraseTable(Table):
    """`[[phrases]]`: the portal's own words."""

    id: Name
    text: Text

    def value(self) -> Phrase:
        """Return the phrase."""
        return Phrase(self.id, self.text)


class HoursTable(Table):
    """`[[validity]]`."""

    hours: PositiveInt

    def value(self) -> timedelta:
        """Return the span."""
        return timedelta(hours=self.hours)


class MinutesTable(Table):
    """`[[sms_delay]]`."""

    minutes: PositiveInt

    def value(self) -> timedelta:
        """Return the span."""
        return timedelta(minutes=self.minutes)


class TimeoutTable(Table):
    """`[[timeout]]`."""

    returned_to: Name
    resubmit: bool
    verify_again: bool

    def value(self) -> Timeout:
        """Return what follows."""
        return Timeout(self.returned_to, self.resubmit, self.verify_again)


class AutoResendTable(Table):
    """`[[auto_resend]]`: `at` is Beijing time."""

    days: PositiveInt
    at: time

    def value(self) -> AutoResend:
        """Return when it is sent again."""
        return AutoResend(self.days, self.at)


class CountTable(Table):
    """`[[manual_resends]]`."""

    count: PositiveInt

    def value(self) -> int:
        """Return the number."""
        return self.count


class WrongEntriesTable(Table):
    """`[[wrong_entries]]`: `of` is `id_number` or `any`."""

    limit: PositiveInt
    of: Annotated[str, StringConstraints(pattern="^(id_number|any)$")]
    in_a_row: bool
    fails_at: PositiveInt
    returned_after_hours: PositiveInt | None = None

    def value(self) -> WrongEntries:
        """Return what is borne."""
        later = timedelta(hours=self.returned_after_hours) if self.returned_after_hours else None
        return WrongEntries(self.limit, self.of, self.in_a_row, self.fails_at, later)


class NamesTable(Table):
    """`[[verify_steps]]`, `[[resend_steps]]`, `[[no_sms_checks]]`: names in order."""

    names: Annotated[list[Name], Bound(min_length=1)]

    def value(self) -> tuple[str, ...]:
        """Return the names."""
        return tuple(self.names)


class FormTable(Table):
    """`[[verify_form]]`, `[[resend_form]]`: fields in order."""

    fields: Annotated[list[Annotated[Field, Bound(strict=False)]], Bound(min_length=1)]

    def value(self) -> tuple[Field, ...]:
        """Return the fields."""
        return tuple(self.fields)


class IdDocumentTable(Table):
    """One of `[[id_documents]]`' `documents`."""

    kind: Name
    number: Annotated[str, StringConstraints(pattern="^(own|identity_card_on_back)$")]
    provinces: list[ProvinceId] = []


class IdDocumentsTable(Table):
    """`[[id_documents]]`."""

    documents: Annotated[list[IdDocumentTable], Bound(min_length=1)]

    def value(self) -> tuple[IdDocument, ...]:
        """Return the documents."""
        return tuple(IdDocument(entry.kind, entry.number, tuple(entry.provinces)) for entry in self.documents)


class SenderTable(Table):
    """`[[sender]]`."""

    by: Annotated[str, StringConstraints(pattern="^miit$")]
    numbers: list[Text] = []
    code_digits: PositiveInt | None = None
    emergency_phone: bool | None = None

    def value(self) -> Sender:
        """Return the sender."""
        return Sender(self.by, tuple(self.numbers), self.code_digits, self.emergency_phone)


class ReviewTable(Table):
    """`[[review]]`, in working days."""

    min_days: PositiveInt
    max_days: PositiveInt

    def value(self) -> Review:
        """Return the span."""
        return Review(self.min_days, self.max_days)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of table: its schema, and under which names an entry of it stands."""

    table: type[Table]
    names: Callable[[Any], tuple[str, ...]] = lambda _: ("",)


KINDS: Mapping[str, Kind] = {
    "batches": Kind(BatchTable, lambda entry: tuple(entry.provinces)),
    "portals": Kind(PortalTable, lambda entry: tuple(entry.provinces)),
    "filing_types": Kind(FilingTypeTable, lambda entry: (entry.id,)),
    "phrases": Kind(PhraseTable, lambda entry: (entry.id,)),
    "validity": Kind(HoursTable),
    "timeout": Kind(TimeoutTable),
    "sms_delay": Kind(MinutesTable),
    "auto_resend": Kind(AutoResendTable),
    "manual_resends": Kind(CountTable),
    "no_sms_checks": Kind(NamesTable),
    "wrong_entries": Kind(WrongEntriesTable),
    "verify_steps": Kind(NamesTable),
    "verify_form": Kind(FormTable),
    "resend_steps": Kind(NamesTable),
    "resend_form": Kind(FormTable),
    "id_documents": Kind(IdDocumentsTable),
    "sender": Kind(SenderTable),
    "review": Kind(ReviewTable),
}
"""Every table a rulebook may have, by its name in the file."""


class Head(Table):
    """The keys of the file itself."""

    id: Name
    source: Name
    extends: Name | None = None
    superseded_from: date | None = None
