"""What a message is understood as: asks, each a topic with slots."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct, field

from bot.rules.model import Change, Contact, FilingType


class Topic(StrEnum):
    """What a message asks. Topics up to `WHAT_IS` are answered from the rulebook, the others by the bot itself."""

    PROVINCE = "province"  # a province named and nothing else: is it in, and where to verify
    PORTAL = "portal"  # which page
    NEED = "need"  # is verification asked for in this province, for this type, of everybody
    BATCHES = "batches"  # which provinces when; which batch is a province in
    NOT_PILOT = "not_pilot"  # which provinces need not
    TARGETS = "targets"  # whose phone verifies
    SAME_PERSON = "same_person"  # both contacts are one person: how many codes
    SEVERAL_PHONES = "several_phones"  # one phone is done, another is not
    EXEMPT_TYPES = "exempt_types"  # which filing types need not
    VALIDITY = "validity"  # how long the code holds, may it wait until tomorrow
    TIME_LEFT = "time_left"  # received or submitted at that moment: until when
    EXPIRED = "expired"  # what if it is not verified in time, or fails
    RETURNED = "returned"  # it was returned: what now, verify again?
    RETURNED_TO = "returned_to"  # to whom is it returned
    REVIEW = "review"  # does the administration review without it
    VERIFIED = "verified"  # it is verified: what now
    RESEND = "resend"  # how and where to have it sent again by hand
    RESEND_FORM = "resend_form"  # what the page for that asks
    RESEND_RESULT = "resend_result"  # what it says then
    AUTO_RESEND = "auto_resend"  # does it come again by itself, when
    NOT_RECEIVED = "not_received"  # no SMS came
    ARRIVAL = "arrival"  # how soon it comes
    STEPS = "steps"  # how to verify
    BUTTON = "button"  # what to press, where it is
    FORM = "form"  # what has to be filled in
    ID_DIGITS = "id_digits"  # how much of the ID number
    WHOSE_ID = "whose_id"  # whose, which document's number
    WHOSE_PHONE = "whose_phone"  # which phone number to fill in
    CAPTCHA = "captcha"  # the picture puzzle
    NOT_FOUND = "not_found"  # 找不到记录
    WRONG_CODE = "wrong_code"  # the code was mistyped
    WRONG_ENTRIES = "wrong_entries"  # how many wrong ID entries are borne, what then
    FAILED = "failed"  # 短信核验失败
    PORTAL_SAYS = "portal_says"  # another message of the portal, see `Slots.phrase`
    PHONE_CHANGED = "phone_changed"  # the phone is not the one in the filing data
    BASIS = "basis"  # by which notice
    SENDER = "sender"  # who sends the SMS
    SENDER_NUMBER = "sender_number"  # from which number
    WHAT_IS = "what_is"  # what this verification is

    GREETING = "greeting"
    THANKS = "thanks"
    BOT = "bot"  # are you a robot, who are you
    HELP = "help"  # what can you do
    HUMAN = "human"  # a person, please
    STATUS = "status"  # where does my filing stand at the administration
    TRACK = "track"  # remind me, track this
    FILINGS = "filings"  # show what is tracked
    LANGUAGE = "language"
    SETTINGS = "settings"
    PRIVACY = "privacy"  # what is kept, delete it
    SAFETY = "safety"  # is this a fraud, why the ID number
    COMPLAINT = "complaint"
    OUT_OF_SCOPE = "out_of_scope"  # a clear question about something else
    UNKNOWN = "unknown"


class Slots(Struct, frozen=True):
    """What an ask is about. Empty or None: not said."""

    provinces: tuple[str, ...] = ()
    unclear_city: tuple[str, ...] = ()
    """Provinces of a city name that exists in several: to be asked back."""
    filing_types: tuple[FilingType, ...] = ()
    change: Change | None = None
    contacts: tuple[Contact, ...] = ()
    same_person: bool | None = None
    batches: tuple[int, ...] = ()
    """Their numbers; -1 stands for the last one."""
    on: date | None = None
    """The day whose rules are asked about; also a batch's first day."""
    moments: tuple[datetime, ...] = ()
    """When the SMS came or the filing was submitted; several where it can be read several ways."""
    hours: int | None = None
    """A number of hours that the person names or supposes."""
    count: int | None = None
    """How many wrong entries were made."""
    provider_unreachable: bool = False
    phrase: str | None = None
    """The id of the portal's phrase that was pasted (`RuleState.phrases`)."""


NOT_SAID = Slots()
"""Of what says nothing."""


class Ask(Struct, frozen=True):
    """One question of a message."""

    topic: Topic
    slots: Slots = Slots()


class Understood(Struct, frozen=True):
    """A message as it is understood: at least one ask, in the order of the message, no two the same.

    `locale` is that of the writing, None where it does not tell (digits, a bare domain). `sensitive` is set when the
    message holds what looks like an SMS code, a phone number or an ID number. For `Topic.UNKNOWN`, `nearest` names the
    topics that come closest.
    """

    asks: tuple[Ask, ...]
    locale: str | None
    sensitive: bool = False
    nearest: tuple[Topic, ...] = ()
    confidence: float = 1.0


class Context(Struct, frozen=True):
    """What the conversation was about: the last topic, and what was said of it.

    Whoever keeps it drops it when it is stale.
    """

    topic: Topic | None = None
    slots: Slots = Slots()


class TrackLine(Struct, frozen=True):
    """What a line like `甘肃 新增备案 昨天下午3点 example.com` says; what it does not say is None or empty."""

    slots: Slots = field(default_factory=Slots)
    label: str = ""
    time_text: str = ""
    """The words that were read as the time, for asking back."""
    precise: bool = True
    """Whether the time says the hour; of "yesterday" alone it has to be asked."""
