"""Which reminders a filing gets, and when. Pure.

Of a filing with submission S and deadline D there are planned: a check whether the SMS came, soon after S; a word after
the portal has sent the code again by itself; some before D; and the notice of the expiry at D.

Quiet hours. A reminder that is urgent, the last one before D and every one close to D, keeps its time and comes without
a sound. Another one before D moves to just before the quiet hours, or, where that is too soon after S or has passed, to
their end. What follows an event (the SMS check, the portal's resend) cannot come before it, so it moves to their end.
When D itself lies in quiet hours, at least one reminder is heard in the waking hours before them.

Too late is what lies at or before `now`: it is not made up for. A plan is made when the person has just been shown the
filing, and the next entry is ahead. Lateness after that, because the process was down, is the dispatcher's matter.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from bot.clock import require_aware
from bot.filings.filing import Filing
from bot.filings.person import QuietHours
from bot.filings.reminder import PlannedReminder, Reminder, ReminderKind
from bot.reminders.quiet import Quiet, Span, quiet_in
from bot.rules.model import BEIJING, AutoResend


@dataclass(frozen=True, slots=True)
class Policy:
    """When to remind."""

    sms_check: timedelta = timedelta(minutes=10)
    """After the submission, to ask whether the SMS came."""
    after_resend: timedelta = timedelta(minutes=5)
    """After the portal's own resend, to say so: at noon that is 12:05."""
    before: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=6), timedelta(hours=2), timedelta(minutes=30))
    """Before the deadline."""
    settle: timedelta = timedelta(hours=1)
    """Nothing is said of the deadline so soon after the submission."""
    urgent: timedelta = timedelta(hours=2)
    """So close to the deadline a reminder keeps its time in quiet hours too, as does the last one."""
    quiet_margin: timedelta = timedelta(minutes=5)
    """So long before quiet hours comes what is moved to before them."""
    last_useful: timedelta = timedelta(minutes=10)
    """So long before the deadline a reminder still helps: a snoozed one comes no later."""


_WEIGHT = {ReminderKind.BEFORE: 2, ReminderKind.NOON_RESEND: 1, ReminderKind.SMS_CHECK: 0}
"""Of reminders at one instant the weightiest stays."""


def plan(
    filing: Filing,
    policy: Policy,
    quiet: QuietHours | None,
    zone: ZoneInfo,
    now: datetime,
    auto_resend: AutoResend | None,
) -> tuple[PlannedReminder, ...]:
    """Return the reminders of a filing that are ahead, in their order, no two at one instant; the last is at D.

    `quiet` are the person's quiet hours in `zone`; `auto_resend` is the portal's own resend where the rules have one.
    A filing that does not wait, or whose deadline has come, gets none.
    """
    now = require_aware(now, "now")
    if not filing.is_open or filing.deadline <= now:
        return ()
    planner = _Planner(filing, policy, quiet_in(quiet, zone), now)
    return planner.plan(auto_resend)


def resent_at(submitted_at: datetime, auto_resend: AutoResend) -> datetime:
    """Return when the portal sends the code again by itself; the same for a whole day in Beijing."""
    day = submitted_at.astimezone(BEIJING).date() + timedelta(days=auto_resend.days)
    return datetime.combine(day, auto_resend.at, tzinfo=BEIJING).astimezone(UTC)


def snoozed(
    filing: Filing, delay: timedelta, now: datetime, policy: Policy, quiet: QuietHours | None, zone: ZoneInfo
) -> PlannedReminder | None:
    """Return the reminder that a person asks for in `delay`; None when it is too late for one to help.

    The time is the person's own choice and stays, in quiet hours without a sound; but it comes no later than the
    policy's last useful moment before the deadline.
    """
    now = require_aware(now, "now")
    last = filing.deadline - policy.last_useful
    if not filing.is_open or last <= now or delay <= timedelta():
        return None
    due = min(now + delay, last)
    return PlannedReminder(ReminderKind.SNOOZED, due, silent=quiet_in(quiet, zone).span_at(due) is not None)


def still_asked_for(
    unsent: Iterable[Reminder],
    filing: Filing,
    now: datetime,
    policy: Policy,
    quiet: QuietHours | None,
    zone: ZoneInfo,
) -> tuple[PlannedReminder, ...]:
    """Return those of a filing's unsent reminders that its person has asked for, are ahead, and still help."""
    last = filing.deadline - policy.last_useful
    hours = quiet_in(quiet, zone)
    return tuple(
        PlannedReminder(each.kind, each.due_at, silent=hours.span_at(each.due_at) is not None)
        for each in unsent
        if each.kind is ReminderKind.SNOOZED and require_aware(now, "now") < each.due_at <= last
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    """The plan of one filing at one moment."""

    filing: Filing
    policy: Policy
    quiet: Quiet
    now: datetime

    def plan(self, auto_resend: AutoResend | None) -> tuple[PlannedReminder, ...]:
        deadline = self.filing.deadline
        before = list(self._before_deadline())
        entries = [*self._after_events(auto_resend), *before, *self._heard_before_quiet_deadline(before)]
        ahead = [entry for entry in entries if self.now < entry.due_at < deadline]
        expired = PlannedReminder(ReminderKind.EXPIRED, deadline, silent=self.quiet.span_at(deadline) is not None)
        return (*_one_an_instant(ahead), expired)

    def _after_events(self, auto_resend: AutoResend | None) -> Iterator[PlannedReminder]:
        submitted = self.filing.submitted_at
        yield self._not_in_quiet(ReminderKind.SMS_CHECK, submitted + self.policy.sms_check)
        if auto_resend:
            resent = resent_at(submitted, auto_resend)
            yield self._not_in_quiet(ReminderKind.NOON_RESEND, resent + self.policy.after_resend)

    def _not_in_quiet(self, kind: ReminderKind, due: datetime) -> PlannedReminder:
        span = self.quiet.span_at(due)
        return PlannedReminder(kind, span.ends if span else due)

    def _before_deadline(self) -> Iterator[PlannedReminder]:
        last = min(self.policy.before, default=timedelta())
        for offset in self.policy.before:
            due = self.filing.deadline - offset
            if due < self.filing.submitted_at + self.policy.settle:
                continue
            span = self.quiet.span_at(due)
            urgent = offset <= max(self.policy.urgent, last)
            if span is None:
                yield PlannedReminder(ReminderKind.BEFORE, due)
            elif urgent:
                yield PlannedReminder(ReminderKind.BEFORE, due, silent=True)
            else:
                yield PlannedReminder(ReminderKind.BEFORE, self._just_before(span) or span.ends)

    def _just_before(self, span: Span) -> datetime | None:
        """Return the moment just before quiet hours, None where it is past, too soon, or in other quiet hours."""
        moment = span.begins - self.policy.quiet_margin
        too_soon = moment <= self.now or moment < self.filing.submitted_at + self.policy.settle
        return None if too_soon or self.quiet.span_at(moment) else moment

    def _heard_before_quiet_deadline(self, before: Sequence[PlannedReminder]) -> Iterator[PlannedReminder]:
        """Yield a reminder just before the quiet hours in which D lies, unless one is heard on that day anyway."""
        span = self.quiet.span_at(self.filing.deadline)
        moment = self._just_before(span) if span else None
        if span is None or moment is None:
            return
        woken = self.quiet.last_end(moment)
        heard = (
            entry
            for entry in before
            if not entry.silent and self.now < entry.due_at < span.begins and (woken is None or woken <= entry.due_at)
        )
        if not any(heard):
            yield PlannedReminder(ReminderKind.BEFORE, moment)


def _one_an_instant(entries: Iterable[PlannedReminder]) -> list[PlannedReminder]:
    """Return the entries by time; of those at one instant the weightiest, with a sound if any of them has one."""
    merged: dict[datetime, PlannedReminder] = {}
    for entry in sorted(entries, key=lambda entry: _WEIGHT[entry.kind]):
        other = merged.get(entry.due_at)
        heard = other is not None and not other.silent
        merged[entry.due_at] = msgspec.structs.replace(entry, silent=False) if entry.silent and heard else entry
    return sorted(merged.values(), key=lambda entry: entry.due_at)
