"""What a simulation has shown, as figures. Pure."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.filings.reminder import Reminder, ReminderState
from bot.simulation.ideal import Item, ideal_times
from bot.simulation.run import Outcome
from bot.simulation.telegram import MINUTE, SECOND

FULL = 0.8
"""The share of what the limit allows in a minute from which on the minute counts as full: the bot leaves some of it to
answers, and keeps a margin."""
AT_FIRST = datetime.min.replace(tzinfo=UTC)
UNLIKE_ANY_CHAT = 10**15
"""Answers are held up by the overall limit only: each is given a chat of its own."""


@dataclass(frozen=True, slots=True)
class Late:
    """Lateness in seconds: half, 95 % and 99 % of the reminders were no later; the latest; and all added up."""

    p50: float
    p95: float
    p99: float
    max: float
    total: float


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that has arrived: `wanted` when it was due and its chat could be reached."""

    wanted: datetime
    arrived: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """All figures; those that depend on the machine are in `real_seconds`, `cpu_seconds` and `busiest_real_seconds`."""

    per_second: int
    filings: int
    reminders: Mapping[str, int]
    """By state."""
    reasons: Mapping[str, int]
    """Why reminders were skipped, failed, cancelled, or are still waiting, and how many."""
    messages: int
    answers: int
    duplicates: int
    """Reminders that have arrived once more."""
    explained_duplicates: int
    """The connections that broke after a message was accepted, and the most that kills may repeat."""
    losses: int
    """Reminders whose filing's deadline has passed, not sent, and without a reason on record."""
    troubles: int
    too_many: int
    kills: int
    late: Late
    limit_late: Late
    """How late they would be if nothing but the limit held them up."""
    busiest_minute: datetime
    busiest_minute_messages: int
    busiest_second_messages: int
    busiest_real_seconds: float
    """The real time from the first to the last message of the busiest minute."""
    real_seconds: float
    cpu_seconds: float
    database_bytes: int
    sent: Sequence[Sent]

    @property
    def explained(self) -> float:
        """The share of all lateness that the limit explains, from 0 to 1."""
        return min(1.0, self.limit_late.total / self.late.total) if self.late.total else 1.0

    @property
    def cpu_ms_per_reminder(self) -> float:
        """Milliseconds of processor time for each reminder that arrived, everything else included."""
        return 1000 * self.cpu_seconds / max(1, len(self.sent))

    @property
    def verdict(self) -> str:
        """What binds, in a sentence."""
        allowed = 60 * self.per_second
        work = (
            f"for the busiest minute's {self.busiest_minute_messages:,} messages "
            f"this machine needs {self.busiest_real_seconds:.1f} s"
        )
        if self.busiest_real_seconds > MINUTE.total_seconds():
            return f"This machine binds: {work}."
        if self.busiest_minute_messages >= FULL * allowed:
            return f"Telegram's limit binds, not this machine: it allows {allowed:,} messages a minute, and {work}."
        share = self.busiest_minute_messages / allowed
        return (
            f"There is room; Telegram's limit would bind before this machine: the busiest minute takes {share:.0%} of "
            f"the {allowed:,} messages that it allows, and {work}."
        )


def evaluate(outcome: Outcome) -> Report:
    """Return the figures of a simulation."""
    arrivals = outcome.arrivals
    reminders = [reminder for tracked in outcome.tracked for reminder in tracked.reminders]
    arrived = [reminder for reminder in reminders if arrivals.reminders.get(reminder.id)]
    wanted = [_wanted(reminder, arrivals.reminders[reminder.id][0], outcome.back) for reminder in arrived]
    sent = [Sent(at, arrivals.reminders[reminder.id][0]) for reminder, at in zip(arrived, wanted, strict=True)]
    items = [Item(at, reminder.deadline, reminder.chat_id) for reminder, at in zip(arrived, wanted, strict=True)]
    answers = [Item(at, AT_FIRST, UNLIKE_ANY_CHAT + place) for place, at in enumerate(arrivals.answers)]
    ideal = ideal_times([*items, *answers], outcome.conditions.per_second)
    minute, in_minute, real = _busiest_minute(arrivals.times, arrivals.real_seconds)
    states = Counter(reminder.state.value for reminder in reminders)
    return Report(
        per_second=outcome.conditions.per_second,
        filings=len(outcome.tracked),
        reminders={state.value: states[state.value] for state in ReminderState},
        reasons=dict(sorted(Counter(_reasons(outcome)).items())),
        messages=len(arrivals.times),
        answers=len(arrivals.answers),
        duplicates=sum(len(times) - 1 for times in arrivals.reminders.values()),
        explained_duplicates=arrivals.lost_answers + outcome.in_flight,
        losses=sum(1 for tracked in outcome.tracked for each in tracked.reminders if _is_lost(each, outcome)),
        troubles=arrivals.troubles,
        too_many=arrivals.too_many,
        kills=outcome.kills,
        late=_late([each.arrived - each.wanted for each in sent]),
        limit_late=_late([at - item.wanted for at, item in zip(ideal, items, strict=False)]),
        busiest_minute=minute,
        busiest_minute_messages=in_minute,
        busiest_second_messages=most_within(arrivals.times, SECOND),
        busiest_real_seconds=real,
        real_seconds=outcome.real_seconds,
        cpu_seconds=outcome.cpu_seconds,
        database_bytes=outcome.database_bytes,
        sent=sent,
    )


def _wanted(reminder: Reminder, arrived: datetime, back: Mapping[int, Sequence[datetime]]) -> datetime:
    """Return when a reminder was due, or when its chat came back after it."""
    returns = back.get(reminder.chat_id, ())
    latest = bisect_right(returns, arrived)
    return max(reminder.due_at, returns[latest - 1]) if latest else reminder.due_at


def _reason(reminder: Reminder, outcome: Outcome) -> str:
    """Return why a reminder was not sent; "" where nothing says so."""
    if reminder.state in (ReminderState.PLANNED, ReminderState.CLAIMED):
        return "the bot is blocked" if reminder.chat_id in outcome.paused else ""
    return reminder.reason


def _reasons(outcome: Outcome) -> Iterator[str]:
    for tracked in outcome.tracked:
        for reminder in tracked.reminders:
            if reminder.state is not ReminderState.SENT and (reason := _reason(reminder, outcome)):
                yield reason


def _is_lost(reminder: Reminder, outcome: Outcome) -> bool:
    """Whether a reminder, whose deadline has passed, is neither sent nor accounted for."""
    if reminder.state is ReminderState.SENT:
        return not outcome.arrivals.reminders.get(reminder.id)
    return not _reason(reminder, outcome)


def _late(spans: Sequence[timedelta]) -> Late:
    seconds = sorted(max(0.0, span.total_seconds()) for span in spans)
    p50, p95, p99, latest = (percentile(seconds, share) for share in (0.5, 0.95, 0.99, 1.0))
    return Late(p50, p95, p99, latest, sum(seconds))


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the least of the values, which are in order, that so great a share of them does not exceed; 0 of none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def most_within(times: Sequence[datetime], span: timedelta) -> int:
    """Return the greatest number of the times, which are in order, within a span of that length, its end left out."""
    most = begin = 0
    for end, time in enumerate(times):
        while time - times[begin] >= span:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def _busiest_minute(times: Sequence[datetime], real: Sequence[float]) -> tuple[datetime, int, float]:
    """Return the full minute with the most messages, how many, and the real time from the first to the last of them."""
    minutes = Counter(time.replace(second=0, microsecond=0) for time in times)
    if not minutes:
        return AT_FIRST, 0, 0.0
    busiest = max(minutes, key=lambda minute: (minutes[minute], -minute.timestamp()))
    first = bisect_right(times, busiest - timedelta(microseconds=1))
    return busiest, minutes[busiest], real[first + minutes[busiest] - 1] - real[first]
