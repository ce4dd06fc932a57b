"""Whether the promises were kept, from the record of a run. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from bot.filings.filing import Filing, FilingState
from bot.filings.reminder import Reminder, ReminderKind, ReminderState
from bot.reminders.delivery import NOT_NEEDED
from bot.store.interface import Reason
from bot.texts import Catalogs
from tests.chaos.reading import moments, tells_time
from tests.chaos.record import Arrival, Life, Record, Tracked

UNDER_WAY = timedelta(seconds=30)
"""So long, on a machine that does much else, it may take from composing a message to its arrival, and from there to its
mark: milliseconds where nothing else is done. It must be less than `tests.chaos.filings` lets lie between reminders."""
DONE = frozenset({FilingState.VERIFIED, FilingState.RETURNED, FilingState.CANCELLED})

Key = tuple[int, ReminderKind]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures, and what was broken of the promises, each in a sentence; nothing if all were kept."""

    due: int
    arrived: int
    lost: int
    duplicates: int
    bound: int
    """How many duplicates there may be at most."""
    late: tuple[timedelta, ...]
    """How late each reminder arrived for the first time, the earliest first."""
    broken: tuple[str, ...]


def judge(record: Record, catalogs: Catalogs) -> Verdict:
    """Return the verdict on a run."""
    arrivals = _by_reminder(record.arrivals)
    due = [
        (each.filing, each.reminders, reminder)
        for each in record.tracked
        for reminder in each.reminders
        if reminder.due_at <= record.ended
    ]
    lost = [
        f"lost: {_name(filing, reminder.kind)}: {fault}"
        for filing, siblings, reminder in due
        if (fault := _loss(filing, siblings, reminder, arrivals, record))
    ]
    duplicates = len(record.arrivals) - len(arrivals)
    bound = record.kills * record.group + sum(arrival.broke for arrival in record.arrivals)
    broken = [*lost, *_unexplained(arrivals, record), *_wrong(record, catalogs), *_ends(record)]
    if duplicates > bound:
        broken.append(f"{duplicates} duplicates, more than {bound}")
    if record.integrity != "ok":
        broken.append(f"the database is damaged: {record.integrity}")
    late = sorted(
        arrivals[filing.id, reminder.kind][0].at - reminder.due_at
        for filing, _, reminder in due
        if (filing.id, reminder.kind) in arrivals
    )
    return Verdict(len(due), len(arrivals), len(lost), duplicates, bound, tuple(late), tuple(broken))


def _by_reminder(arrivals: Sequence[Arrival]) -> Mapping[Key, list[Arrival]]:
    by_reminder = defaultdict(list)
    for arrival in sorted(arrivals, key=lambda arrival: arrival.at):
        by_reminder[arrival.key].append(arrival)
    return dict(by_reminder)


def _name(filing: Filing, kind: ReminderKind) -> str:
    return f"{kind} of filing {filing.id} ({filing.label})"


def _loss(
    filing: Filing,
    siblings: Sequence[Reminder],
    reminder: Reminder,
    arrivals: Mapping[Key, list[Arrival]],
    record: Record,
) -> str:
    """Return why a reminder that was due counts as lost, nothing if it does not."""
    match reminder.state:
        case ReminderState.SENT:
            return "" if (filing.id, reminder.kind) in arrivals else "marked sent, and never arrived"
        case ReminderState.SKIPPED | ReminderState.CANCELLED:
            return "" if _is_honest(filing, siblings, reminder, record) else f"{reminder.state}: {reminder.reason}"
        case ReminderState.FAILED:  # no weather has a refusal that is for good
            return f"given up: {reminder.reason}"
        case _:
            return f"still {reminder.state}"


def _is_honest(filing: Filing, siblings: Sequence[Reminder], reminder: Reminder, record: Record) -> bool:
    """Whether it is true what is said of why a reminder was not sent."""
    match reminder.reason:
        case Reason.LATER_ONE:
            return any(
                other.due_at >= reminder.due_at and other.state is not ReminderState.PLANNED
                for other in siblings
                if other.id != reminder.id
            )
        case Reason.DEADLINE:
            return filing.deadline <= record.ended and reminder.kind is not ReminderKind.EXPIRED
        case Reason.CLOSED:
            return filing.state in DONE
        case _ if reminder.reason == NOT_NEEDED:
            return filing.state in DONE or filing.deadline <= record.ended
    return False


def _unexplained(arrivals: Mapping[Key, list[Arrival]], record: Record) -> Iterator[str]:
    """Return the duplicates for which there is no reason, and kills that were the reason of too many."""
    lives = {life.name: life for life in record.lives}
    by_kill: Counter[str] = Counter()
    for (filing_id, kind), came in arrivals.items():
        for first, second in pairwise(came):
            life = lives[first.life]
            if first.broke:
                continue
            if life.killed and life.ended - first.at <= UNDER_WAY and second.at > life.ended:
                by_kill[life.name] += 1
            else:
                told = f"{_told(first, life)} and {_told(second, lives[second.life])}"
                yield f"twice: {kind} of filing {filing_id}: {told}"
    for name, count in by_kill.items():
        if count > record.group:
            yield f"{count} came again that {name} was sending when it was killed, more than {record.group}"


def _told(arrival: Arrival, life: Life) -> str:
    end = "killed" if life.killed else "ended"
    return f"{arrival.at:%H:%M:%S.%f} by {life.name} ({end} {life.ended:%H:%M:%S.%f})"


def _wrong(record: Record, catalogs: Catalogs) -> Iterator[str]:
    """Return the messages that should not have been, or that say what is not so."""
    tracked = {each.filing.id: each for each in record.tracked}
    for arrival in record.arrivals:
        each = tracked.get(arrival.filing_id)
        fault = _fault(arrival, each, catalogs) if each else "there is no such filing"
        if fault:
            yield f"wrong: {arrival.kind} of filing {arrival.filing_id} at {arrival.at:%H:%M:%S.%f}: {fault}"


def _fault(arrival: Arrival, tracked: Tracked, catalogs: Catalogs) -> str:
    filing = tracked.filing
    reminder = next((each for each in tracked.reminders if each.kind is arrival.kind), None)
    if reminder is None or filing.label not in arrival.html:
        return "no such reminder was planned"
    if arrival.at < reminder.due_at:
        return f"not due before {reminder.due_at}"
    if filing.state in DONE and filing.closed_at and arrival.at > filing.closed_at + UNDER_WAY:
        return f"{filing.state} since {filing.closed_at}"
    composed = moments(arrival.at, UNDER_WAY)
    if not tells_time(arrival.html, arrival.kind, catalogs[arrival.locale], filing.deadline, composed):
        return f"the deadline is {filing.deadline}, and it says {arrival.html.partition(chr(10))[0]}"
    return ""


def _ends(record: Record) -> Iterator[str]:
    """Return the processes that ended otherwise than they should."""
    for life in record.lives:
        if not life.killed and life.code != 0:
            yield f"{life.name} ended by itself at {life.ended:%H:%M:%S}, with code {life.code}"
