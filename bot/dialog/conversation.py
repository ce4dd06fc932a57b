"""What a conversation remembers between two messages; kept as JSON, so that it survives a restart."""

import logging
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from bot.rules.model import Change, FilingType
from bot.understanding.model import Context

log = logging.getLogger(__name__)

CONTEXT_LASTS = timedelta(minutes=30)
"""How long a question is the context of the next one."""

FORM_LASTS = timedelta(hours=24)
"""How long an unfinished form waits for its next answer."""


class FormKind(StrEnum):
    """What a form is for."""

    TRACK = "track"
    EDIT_TIME = "edit_time"
    RESUBMIT = "resubmit"


class Step(StrEnum):
    """What a form asks, in this order."""

    PROVINCE = "province"
    FILING_TYPE = "filing_type"
    CHANGE = "change"
    TIME = "time"
    LABEL = "label"


class Draft(msgspec.Struct, frozen=True):
    """What is known of a filing that is not tracked yet; None: not said. An empty label was left out on purpose."""

    province: str | None = None
    filing_type: FilingType | None = None
    change: Change | None = None
    same_person: bool | None = None
    submitted_at: datetime | None = None
    label: str | None = None


class Form(msgspec.Struct, frozen=True):
    """A dialog that asks step by step.

    `number` tells its buttons from those of an earlier form. `asked` are the steps asked so far, the last one is open.
    """

    kind: FormKind
    number: int
    filing_id: int = 0
    draft: Draft = Draft()
    asked: tuple[Step, ...] = ()

    @property
    def step(self) -> Step | None:
        """The step that waits for an answer."""
        return self.asked[-1] if self.asked else None


class Conversation(msgspec.Struct, frozen=True):
    """The memory of one person's conversation in one chat."""

    context: Context | None = None
    form: Form | None = None
    forms: int = 0
    touched_at: datetime | None = None

    def fresh(self, now: datetime) -> "Conversation":
        """Return it without what is too old to be meant."""
        idle = now - self.touched_at if self.touched_at else timedelta()
        return replace(
            self,
            context=self.context if idle <= CONTEXT_LASTS else None,
            form=self.form if idle <= FORM_LASTS else None,
        )


_RECORD = msgspec.json.Decoder(Conversation)


def load_conversation(record: str | None) -> Conversation:
    """Return the conversation of a stored record; a new one where there is none, or none that can be read any more."""
    if record is None:
        return Conversation()
    try:
        return _RECORD.decode(record)
    except msgspec.DecodeError as error:
        log.warning("a stored conversation cannot be read and begins anew: %s", error)
        return Conversation()


def dump_conversation(conversation: Conversation) -> str:
    """Return the record to be stored."""
    return msgspec.json.encode(conversation).decode()
