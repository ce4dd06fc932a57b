"""The shape of a rulebook file: which tables there are, and what an entry of each may say.

Every entry has `from`, perhaps `until` (the day from which it no longer holds), and `sources`. Its other keys are its
value. Where the sources disagree, the entry has `disputed = true` and, instead of the value, `readings`: tables with
`sources` and the value, the strictest first.
"""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct, field

from bot.rules.model import (
    AutoResend,
    Batch,
    Contact,
    DocumentKind,
    Field,
    FilingType,
    IdDocument,
    Note,
    Phrase,
    Portal,
    PortalStep,
    Review,
    Sender,
    SmsCheck,
    Source,
    Target,
    Timeout,
    WrongEntries,
)

Name = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]*\Z")]
Text = Annotated[str, Meta(min_length=1)]
Positive = Annotated[int, Meta(gt=0)]
ProvinceId = Name
Provinces = Annotated[tuple[ProvinceId, ...], Meta(min_length=1)]


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every table: unknown keys and wrong types are faults."""


class Envelope(Table, frozen=True):
    """What every entry says besides its value."""

    sources: Annotated[tuple[Name, ...], Meta(min_length=1)]
    starts: date = field(name="from")
    until: date | None = None
    disputed: bool = False


class ReadingTable(Table, frozen=True):
    """What one of the `readings` says besides its value."""

    sources: tuple[Name, ...] = ()


class SourceTable(Table, frozen=True):
    """`[[sources]]`."""

    id: Name
    title: Text
    publisher: Text
    dated: date | None = field(name="date", default=None)
    notice: Text | None = None
    notice_title: Text | None = None

    def value(self) -> Source:
        """Return the source."""
        return Source(self.id, self.title, self.publisher, self.dated, self.notice, self.notice_title)


class BatchTable(Table, frozen=True):
    """`[[batches]]`: `number` is left out where all provinces begin at once."""

    provinces: Provinces
    number: Positive | None = None

    def value(self, starts: date) -> Batch:
        """Return the batch."""
        return Batch(self.number, starts, self.provinces)


class PortalTable(Table, frozen=True):
    """`[[portals]]`: one page for one or more provinces."""

    provinces: Provinces
    url: str
    shown: Text
    choose_province: bool = False
    page: str | None = None
    example: ProvinceId | None = None

    def __post_init__(self) -> None:
        _require_web_address("url", self.url)
        if self.page is not None:
            _require_web_address("page", self.page)

    def value(self) -> Portal:
        """Return the portal."""
        return Portal(self.url, self.shown, self.choose_province, self.page, self.example)


class FilingTypeTable(Table, frozen=True):
    """`[[filing_types]]`: `id` is one of `FilingType`."""

    id: FilingType
    verified: bool
    contacts: tuple[Contact, ...] = ()
    by_change: bool = False
    notes: tuple[Note, ...] = ()

    def value(self) -> Target:
        """Return who verifies."""
        return Target(self.contacts, self.verified, self.by_change, self.notes)


class PhraseTable(Table, frozen=True):
    """`[[phrases]]`: the portal's own words."""

    id: Name
    text: Text

    def value(self) -> Phrase:
        """Return the phrase."""
        return Phrase(self.id, self.text)


class HoursTable(Table, frozen=True):
    """`[[validity]]`."""

    hours: Positive

    def value(self) -> timedelta:
        """Return the span."""
        return timedelta(hours=self.hours)


class MinutesTable(Table, frozen=True):
    """`[[sms_delay]]`."""

    minutes: Positive

    def value(self) -> timedelta:
        """Return the span."""
        return timedelta(minutes=self.minutes)


class TimeoutTable(Table, frozen=True):
    """`[[timeout]]`."""

    returned_to: Literal["provider"]
    resubmit: bool
    verify_again: bool

    def value(self) -> Timeout:
        """Return what follows."""
        return Timeout(self.returned_to, self.resubmit, self.verify_again)


class AutoResendTable(Table, frozen=True):
    """`[[auto_resend]]`: `at` is Beijing time."""

    days: Positive
    at: time

    def value(self) -> AutoResend:
        """Return when it is sent again."""
        return AutoResend(self.days, self.at)


class CountTable(Table, frozen=True):
    """`[[manual_resends]]`."""

    count: Positive

    def value(self) -> int:
        """Return the number."""
        return self.count


class WrongEntriesTable(Table, frozen=True):
    """`[[wrong_entries]]`: `of` is `id_number` or `any`."""

    limit: Positive
    of: Literal["id_number", "any"]
    in_a_row: bool
    fails_at: Positive
    returned_after_hours: Positive | None = None

    def value(self) -> WrongEntries:
        """Return what is borne."""
        later = timedelta(hours=self.returned_after_hours) if self.returned_after_hours else None
        return WrongEntries(self.limit, self.of, self.in_a_row, self.fails_at, later)


class StepsTable(Table, frozen=True):
    """`[[verify_steps]]`, `[[resend_steps]]`: steps in order."""

    names: Annotated[tuple[PortalStep, ...], Meta(min_length=1)]

    def value(self) -> tuple[PortalStep, ...]:
        """Return the steps."""
        return self.names


class ChecksTable(Table, frozen=True):
    """`[[no_sms_checks]]`: what to look at, in order."""

    names: Annotated[tuple[SmsCheck, ...], Meta(min_length=1)]

    def value(self) -> tuple[SmsCheck, ...]:
        """Return what to look at."""
        return self.names


class FormTable(Table, frozen=True):
    """`[[verify_form]]`, `[[resend_form]]`: fields in order."""

    fields: Annotated[tuple[Field, ...], Meta(min_length=1)]

    def value(self) -> tuple[Field, ...]:
        """Return the fields."""
        return self.fields


class IdDocumentTable(Table, frozen=True):
    """One of `[[id_documents]]`' `documents`."""

    kind: DocumentKind
    number: Literal["own", "identity_card_on_back"]
    provinces: tuple[ProvinceId, ...] = ()


class IdDocumentsTable(Table, frozen=True):
    """`[[id_documents]]`."""

    documents: Annotated[tuple[IdDocumentTable, ...], Meta(min_length=1)]

    def value(self) -> tuple[IdDocument, ...]:
        """Return the documents."""
        return tuple(IdDocument(entry.kind, entry.number, entry.provinces) for entry in self.documents)


class SenderTable(Table, frozen=True):
    """`[[sender]]`."""

    by: Literal["miit"]
    numbers: tuple[Text, ...] = ()
    code_digits: Positive | None = None
    emergency_phone: bool | None = None

    def value(self) -> Sender:
        """Return the sender."""
        return Sender(self.by, self.numbers, self.code_digits, self.emergency_phone)


class ReviewTable(Table, frozen=True):
    """`[[review]]`, in working days."""

    min_days: Positive
    max_days: Positive

    def value(self) -> Review:
        """Return the span."""
        return Review(self.min_days, self.max_days)


class Kind(Struct, frozen=True):
    """One kind of table: its schema, and under which names an entry of it stands."""

    table: type[Table]
    names: Callable[[Any], tuple[str, ...]] = lambda _: ("",)


KINDS: Mapping[str, Kind] = {
    "batches": Kind(BatchTable, lambda entry: entry.provinces),
    "portals": Kind(PortalTable, lambda entry: entry.provinces),
    "filing_types": Kind(FilingTypeTable, lambda entry: (entry.id,)),
    "phrases": Kind(PhraseTable, lambda entry: (entry.id,)),
    "validity": Kind(HoursTable),
    "timeout": Kind(TimeoutTable),
    "sms_delay": Kind(MinutesTable),
    "auto_resend": Kind(AutoResendTable),
    "manual_resends": Kind(CountTable),
    "no_sms_checks": Kind(ChecksTable),
    "wrong_entries": Kind(WrongEntriesTable),
    "verify_steps": Kind(StepsTable),
    "verify_form": Kind(FormTable),
    "resend_steps": Kind(StepsTable),
    "resend_form": Kind(FormTable),
    "id_documents": Kind(IdDocumentsTable),
    "sender": Kind(SenderTable),
    "review": Kind(ReviewTable),
}
"""Every table a rulebook may have, by its name in the file."""


class Head(Table, frozen=True):
    """The keys of the file itself."""

    id: Name
    source: Name
    extends: Name | None = None
    superseded_from: date | None = None


def _require_web_address(key: str, url: str) -> None:
    if not _has_host(url):
        raise ValueError(f"{key}: not a web address: {url!r} (like http://example.cn/)")
    if any(character.isspace() or character in "<>\"'" for character in url):
        raise ValueError(f"{key}: a character that no address has: {url!r}")


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")
