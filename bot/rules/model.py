"""The vocabulary of the rules and their state on one day. Pure: no clock, no language, no storage."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

T = TypeVar("T")

BEIJING = ZoneInfo("Asia/Shanghai")
"""The administration's zone: its days and its noon."""


class FilingType(StrEnum):
    """What is filed (备案类型)."""

    NEW_FILING = "new_filing"  # 新增备案
    NEW_WEBSITE = "new_website"  # 新增网站
    NEW_ACCESS = "new_access"  # 新增接入
    CHANGE = "change"  # 备案变更
    CANCEL_ENTITY = "cancel_entity"  # 注销主体
    CANCEL_WEBSITE = "cancel_website"  # 注销网站
    CANCEL_ACCESS = "cancel_access"  # 取消接入
    CHANGE_ACCESS = "change_access"  # 变更接入, only in the later regime


class Contact(StrEnum):
    """Whose phone the code goes to."""

    ENTITY = "entity"  # 主体负责人
    WEBSITE = "website"  # 网站负责人


class Change(StrEnum):
    """Which data a change (备案变更) touches."""

    ENTITY = "entity"
    WEBSITE = "website"
    BOTH = "both"


CHANGED_CONTACTS: Mapping[Change, frozenset[Contact]] = {
    Change.ENTITY: frozenset({Contact.ENTITY}),
    Change.WEBSITE: frozenset({Contact.WEBSITE}),
    Change.BOTH: frozenset(Contact),
}


class Field(StrEnum):
    """What the portal's form asks for."""

    CODE = "code"  # 短信验证码
    PHONE = "phone"  # 手机号码
    ID_LAST_SIX = "id_last_six"  # 证件号码后六位
    CAPTCHA = "captcha"  # 图形（拼图）验证


class PortalStep(StrEnum):
    """What is done on the portal, one after the other, to verify or to have the SMS sent again."""

    OPEN_PORTAL = "open_portal"
    CHOOSE_PROVINCE = "choose_province"
    PRESS_BUTTON = "press_button"
    OPEN_PAGE = "open_page"
    FILL_FORM = "fill_form"
    NEXT_PHONE = "next_phone"
    PRESS_RESEND_TAB = "press_resend_tab"
    READ_RESULT = "read_result"
    VERIFY = "verify"


class SmsCheck(StrEnum):
    """What to look at when no SMS came."""

    ARREARS = "arrears"
    SPAM_FILTER = "spam_filter"
    SIGNAL = "signal"
    OTHER_PHONE = "other_phone"


class Note(StrEnum):
    """A remark of the table of filing types."""

    ALL_MUST_PASS = "all_must_pass"  # noqa: S105 - no password
    SAME_PERSON_ONE_CODE = "same_person_one_code"
    PHONE_MUST_MATCH = "phone_must_match"
    PROVIDER_UNREACHABLE = "provider_unreachable"
    NEW_PHONE_VERIFIES = "new_phone_verifies"


class DocumentKind(StrEnum):
    """What proves who somebody is (证件)."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    HK_MACAO_PERMIT = "hk_macao_permit"


class Source(Struct, frozen=True):
    """Where a fact was read. `dated` is the day of the text, or None where it bears none."""

    id: str
    title: str
    publisher: str
    dated: date | None = None
    notice: str | None = None
    """The number of the ministry's notice that the text rests on (文号)."""
    notice_title: str | None = None


class Reading(Struct, Generic[T], frozen=True):
    """One of several things that the sources say, and which of them say it."""

    value: T
    sources: tuple[Source, ...]


class Fact(Struct, Generic[T], frozen=True):
    """A value with the day from which it holds and where it was read.

    Where the sources disagree it is `disputed`: `readings` then holds what each says (one only, where the others are
    silent), and `value` is the strictest, which an answer gives first.
    """

    value: T
    starts: date
    sources: tuple[Source, ...]
    disputed: bool = False
    readings: tuple[Reading[T], ...] = ()


class Batch(Struct, frozen=True):
    """Provinces that begin on one day. `number` is None where a whole country begins at once."""

    number: int | None
    starts: date
    provinces: tuple[str, ...]


class Portal(Struct, frozen=True):
    """The page where a province's codes are entered (验证平台).

    `url` is complete, with scheme; `shown` is how the source prints it. With `choose_province` the page serves
    several provinces, and the right one has to be chosen there first.
    """

    url: str
    shown: str
    choose_province: bool = False
    page: str | None = None
    """The verification page itself, where the sources give it."""
    example: str | None = None
    """The province whose choice the source shows as an example."""


class Target(Struct, frozen=True):
    """Who verifies for a filing type.

    `contacts` are those whom the table names. With `by_change` only those whose data change verify.
    Where `verified` is false nobody has to for the time being (暂不验证).
    """

    contacts: tuple[Contact, ...]
    verified: bool
    by_change: bool = False
    notes: tuple[Note, ...] = ()


class AutoResend(Struct, frozen=True):
    """The portal's own second sending: `days` after the submission, at `at` Beijing time."""

    days: int
    at: time


class WrongEntries(Struct, frozen=True):
    """How many wrong entries are borne: `limit` of `of` (`id_number`, or `any` field), `in_a_row` or in all.

    The entry number `fails_at` is the one with which the verification fails; `returned_after` is how long after it the
    filing is returned, None for at once.
    """

    limit: int
    of: str
    in_a_row: bool
    fails_at: int
    returned_after: timedelta | None = None


class Phrase(Struct, frozen=True):
    """A label or message of the portal, quoted as it stands there (it is Chinese in every language)."""

    id: str
    text: str


class Sender(Struct, frozen=True):
    """Where the SMS comes from (`by` is always the ministry, `miit`), and what it holds.

    `numbers` are the numbers or patterns of numbers that the sources name; empty where they name none.
    `emergency_phone`: whether a code goes to the emergency phone of the filing data, None where nothing is said.
    """

    by: str
    numbers: tuple[str, ...] = ()
    code_digits: int | None = None
    emergency_phone: bool | None = None


class IdDocument(Struct, frozen=True):
    """Which number of a document the last six are taken from.

    `number` is `own`, or `identity_card_on_back`; with `provinces` the entry holds there only.
    """

    kind: DocumentKind
    number: str
    provinces: tuple[str, ...] = ()


class Timeout(Struct, frozen=True):
    """What follows when the time runs out or the verification fails; `returned_to` is always `provider`."""

    returned_to: str
    resubmit: bool
    verify_again: bool


class Review(Struct, frozen=True):
    """How long the administration takes after the verification, in working days."""

    min_days: int
    max_days: int


class RuleState(Struct, frozen=True):
    """The rules as they are on the day `on`. A fact that the sources do not give is None or absent."""

    rulebook: str
    on: date
    source: Source
    as_of: date
    """The last day up to `on` on which a fact of this rulebook began."""
    superseded_from: date | None
    """Since when a later rulebook replaces this one, if one does."""
    batches: tuple[Batch, ...]
    """Those that have begun by `on`, oldest first."""
    upcoming: tuple[Batch, ...]
    """Those that begin after `on`."""
    portals: Mapping[str, Fact[Portal]]
    targets: Mapping[FilingType, Fact[Target]]
    validity: Fact[timedelta] | None
    """How long a code holds, from the submission to the administration."""
    timeout: Fact[Timeout] | None
    sms_delay: Fact[timedelta] | None
    """How long after the submission the SMS comes."""
    auto_resend: Fact[AutoResend] | None
    manual_resends: Fact[int] | None
    """How often 短信重发 works, where the sources say it."""
    no_sms_checks: Fact[tuple[SmsCheck, ...]] | None
    wrong_entries: Fact[WrongEntries] | None
    verify_steps: Fact[tuple[PortalStep, ...]] | None
    verify_form: Fact[tuple[Field, ...]] | None
    resend_steps: Fact[tuple[PortalStep, ...]] | None
    resend_form: Fact[tuple[Field, ...]] | None
    id_documents: Fact[tuple[IdDocument, ...]] | None
    sender: Fact[Sender] | None
    review: Fact[Review] | None
    phrases: Mapping[str, Phrase]
    """The portal's own words by id: `verify_button`, `services` (the list that the button stands in), `portal_list`,
    `resend_tab`, `submit`, `not_found`, `failed`, `resent`, `all_done`, `wait_for_other`, `not_found_or_done`,
    `nothing_waiting`."""

    def batch_of(self, province: str) -> Batch | None:
        """Return the batch that brought `province` in, None if it is not in (yet)."""
        for batch in self.batches:  # a good deal faster than a generator, and an import asks it of every row
            if province in batch.provinces:
                return batch
        return None

    def upcoming_batch_of(self, province: str) -> Batch | None:
        """Return the batch that will bring `province` in after this day, None if none will."""
        return next((batch for batch in self.upcoming if province in batch.provinces), None)

    def needs_verification(self, province: str) -> bool:
        """Whether SMS verification is asked of filings in `province`."""
        return self.batch_of(province) is not None

    def portal(self, province: str) -> Portal | None:
        """Return where codes for `province` are entered; None outside the provinces that verify."""
        fact = self.portals.get(province)
        return fact.value if fact and self.needs_verification(province) else None

    def target(self, filing_type: FilingType) -> Target | None:
        """Return who verifies for `filing_type`; None where the sources do not name the type."""
        fact = self.targets.get(filing_type)
        return fact.value if fact else None

    def contacts_to_verify(self, filing_type: FilingType, change: Change | None = None) -> tuple[Contact, ...]:
        """Return whose phones verify, entity contact first; empty where nobody has to.

        For a type that goes by what changed, no `change` given means all contacts that it may be.
        """
        target = self.target(filing_type)
        if target is None or not target.verified:
            return ()
        if target.by_change and change is not None:
            return tuple(contact for contact in target.contacts if contact in CHANGED_CONTACTS[change])
        return target.contacts
