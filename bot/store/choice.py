"""Which of a filing's reminders goes out, and which are not needed any more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from bot.filings.filing import FilingState
from bot.filings.reminder import ReminderKind
from bot.store.interface import Reason


class Unsent(msgspec.Struct, frozen=True):
    """A reminder that is planned or claimed; moments as they are stored.

    It is ready when `ready_at` has come: a planned one is due, or the lease of a claimed one has ended.
    """

    id: int
    kind: ReminderKind
    due_at: int
    ready_at: int
    claimed: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The id of the reminder to claim, if any, and the ids of those to skip, each with the reason."""

    claim: int | None
    skip: tuple[tuple[int, Reason], ...]


def choose(unsent: Sequence[Unsent], state: FilingState, deadline: int, now: int) -> Choice:
    """Choose among all unsent reminders of one filing.

    Before the deadline the latest due goes out, and what was due before it is skipped. From the deadline on only the
    expiry notice does. What another process holds is left to it.
    """
    free = [reminder for reminder in unsent if reminder.ready_at <= now or not reminder.claimed]
    ready = [reminder for reminder in free if reminder.ready_at <= now]
    if state is FilingState.WAITING and now < deadline:
        chosen = _latest(ready)
        late = [reminder for reminder in free if chosen and reminder.due_at <= chosen.due_at]
        return _choice(chosen, late, Reason.LATER_ONE)
    if state in (FilingState.WAITING, FilingState.EXPIRED):
        chosen = _latest([reminder for reminder in ready if reminder.kind is ReminderKind.EXPIRED])
        # A notice that waits for another try is still wanted.
        late = [reminder for reminder in free if reminder.kind is not ReminderKind.EXPIRED or reminder.ready_at <= now]
        return _choice(chosen, late, Reason.DEADLINE)
    return _choice(None, free, Reason.CLOSED)


def _latest(reminders: Sequence[Unsent]) -> Unsent | None:
    return max(reminders, key=lambda reminder: (reminder.due_at, reminder.id), default=None)


def _choice(chosen: Unsent | None, others: Sequence[Unsent], reason: Reason) -> Choice:
    skip = tuple((reminder.id, reason) for reminder in others if reminder is not chosen)
    return Choice(chosen.id if chosen else None, skip)
