"""The plans of many filings that differ in their submission alone: a few are made, the others follow from them. Pure.

A plan comes from comparing moments. Some of them are fixed: where quiet hours begin and end, the portal's own resend of
a day, now. The others move with the submission, and keep their distances to it and to each other. So between two
submissions such that no moving moment meets or passes a fixed one on the way, no comparison comes out differently: the
two plans have the same entries, and each entry either stays or moves along.

Whatever `bot.reminders.plan` compares has to be among `_fixed` and `_moving`.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clock import require_aware
from bot.filings.filing import Filing
from bot.filings.person import QuietHours
from bot.filings.reminder import ReminderKind
from bot.reminders.plan import Policy, plan, resent_at
from bot.reminders.quiet import ONE_DAY, quiet_in
from bot.rules.model import BEIJING, AutoResend


class Step(NamedTuple):
    """A reminder of a plan: at a moment, or so long after the submission."""

    kind: ReminderKind
    at: datetime | timedelta
    silent: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """The plan of many filings. Two of them are never equal."""

    steps: tuple[Step, ...]


class PlansOfDay:
    """The plans of filings that are submitted on one day in Beijing, and are otherwise like `like`, one of them.

    All but `like` is as `bot.reminders.plan.plan` takes it.
    """

    def __init__(
        self,
        like: Filing,
        policy: Policy,
        quiet: QuietHours | None,
        zone: ZoneInfo,
        now: datetime,
        auto_resend: AutoResend | None,
    ) -> None:
        self._like = like
        self._validity = like.deadline - like.submitted_at
        self._policy = policy
        self._hours, self._zone = quiet, zone
        self._now = require_aware(now, "now")
        self._auto_resend = auto_resend
        day = like.submitted_at.astimezone(BEIJING).date()
        self._first, self._next = (
            require_aware(datetime.combine(each, time(), BEIJING)) for each in (day, day + ONE_DAY)
        )
        self._fixed = self._fixed_moments()
        self._cuts = sorted({moment - moving for moment in self._fixed for moving in self._moving()})
        self._made: dict[int, Pattern] = {}

    def pattern(self, submitted_at: datetime) -> Pattern:
        """Return the plan of the filing submitted then; raises `ValueError` for another day."""
        if not self._first <= submitted_at < self._next:
            raise ValueError(f"not of the day that begins at {self._first}: {submitted_at}")
        # Odd numbers are the moments at which something meets, even ones the time between two of them.
        piece = bisect_left(self._cuts, submitted_at) + bisect_right(self._cuts, submitted_at)
        made = self._made.get(piece)
        if made is None:
            made = self._made[piece] = self._make(submitted_at)
        return made

    def _make(self, submitted_at: datetime) -> Pattern:
        filing = replace(self._like, submitted_at=submitted_at, deadline=submitted_at + self._validity)
        entries = plan(filing, self._policy, self._hours, self._zone, self._now, self._auto_resend)
        return Pattern(
            tuple(
                Step(each.kind, each.due_at if each.due_at in self._fixed else each.due_at - submitted_at, each.silent)
                for each in entries
            )
        )

    def _moving(self) -> set[timedelta]:
        """Return the distances from the submission of what moves with it."""
        return {
            self._policy.sms_check,
            self._policy.settle,
            self._validity,
            *(self._validity - offset for offset in self._policy.before),
        }

    def _fixed_moments(self) -> set[datetime]:
        """Return the fixed moments that what moves can meet."""
        moving, margin = self._moving(), self._policy.quiet_margin
        spans = quiet_in(self._hours, self._zone).spans(self._first + min(moving), self._next + max(moving) + margin)
        fixed = {self._now, *(span.ends for span in spans)}
        for span in spans:
            fixed |= {span.begins, span.begins - margin}
        if self._auto_resend:
            fixed.add(resent_at(self._first, self._auto_resend) + self._policy.after_resend)
        return fixed
