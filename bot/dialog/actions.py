"""What buttons carry: a name and its arguments, joined by colons, in at most `ACTION_BYTES` bytes.

An action that asks is `ask:TOPIC:PROVINCE:TYPE:CHANGE:BATCH:DAY`, what is not given left empty and empty ends left out:
`ask:portal:gansu`, `ask:targets::change:b`, `ask:need:shandong::::20180915`.
"""

from datetime import date

from bot.dialog.model import ACTION_BYTES
from bot.rules.model import Change, FilingType
from bot.understanding.model import Ask, Slots, Topic

_ASK_FIELDS = 7
_CHANGES = {Change.ENTITY: "e", Change.WEBSITE: "w", Change.BOTH: "b"}
_CHANGE_BY_LETTER = {letter: change for change, letter in _CHANGES.items()}


def join_action(*parts: object) -> str:
    """Return the action of `parts`; None and "" are the empty part, and empty parts at the end are left out.

    Raises `ValueError` for a part with a colon, and for an action longer than a button can carry.
    """
    texts = ["" if part is None else str(part) for part in parts]
    action = ":".join(texts)
    if action.count(":") >= len(texts):
        raise ValueError(f"a part of an action holds a colon: {texts}")
    action = action.rstrip(":")
    if len(action.encode()) > ACTION_BYTES:
        raise ValueError(f"longer than a button can carry: {action!r}")
    return action


def split_action(action: str) -> tuple[str, ...]:
    """Return the parts that `join_action` joined, without the empty ones at the end."""
    return tuple(action.split(":"))


def ask_action(
    topic: Topic,
    province: str | None = None,
    filing_type: FilingType | None = None,
    change: Change | None = None,
    batch: int | None = None,
    on: date | None = None,
) -> str:
    """Return the action of a button that asks `topic` about what is given."""
    letter = _CHANGES[change] if change else None
    return join_action("ask", topic, province, filing_type, letter, batch, on and on.strftime("%Y%m%d"))


def parse_ask(action: str) -> Ask:
    """Return what a button made with `ask_action` asks; `ValueError` for any other action."""
    parts = split_action(action)
    if parts[0] != "ask" or not 2 <= len(parts) <= _ASK_FIELDS:
        raise ValueError(f"does not ask: {action!r}")
    _, topic, province, filing_type, letter, batch, day = [*parts, *[""] * (_ASK_FIELDS - len(parts))]
    if letter and letter not in _CHANGE_BY_LETTER:
        raise ValueError(f"no such change: {action!r}")
    slots = Slots(
        provinces=(province,) if province else (),
        filing_types=(FilingType(filing_type),) if filing_type else (),
        change=_CHANGE_BY_LETTER[letter] if letter else None,
        batches=(int(batch),) if batch else (),
        on=date.fromisoformat(day) if day else None,
    )
    return Ask(Topic(topic), slots)


def track_action(province: str | None = None, filing_type: FilingType | None = None) -> str:
    """Return the action of a button that begins to track a filing: `track:new:gansu:new_filing`."""
    return join_action("track", "new", province, filing_type)
