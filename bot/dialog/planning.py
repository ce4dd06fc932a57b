"""The reminders that a person's filings get."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.dialog.defaults import Defaults
from bot.filings.filing import Filing
from bot.filings.person import Person, QuietHours
from bot.filings.reminder import UNSENT, PlannedReminder, Reminder
from bot.reminders.alike import PlansOfDay
from bot.reminders.plan import Policy, plan, snoozed, still_asked_for
from bot.reminders.quiet import quiet_in
from bot.rules.model import AutoResend
from bot.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes plans by the rules, the operator's policy, and the person's wishes or else the defaults."""

    rulebook: Rulebook
    policy: Policy
    defaults: Defaults

    def zone(self, person: Person) -> ZoneInfo:
        """Return the person's zone."""
        return ZoneInfo(person.zone) if person.zone else self.defaults.zone

    def quiet(self, person: Person) -> QuietHours | None:
        """Return the person's quiet hours, None when there are none."""
        return None if person.quiet_off else person.quiet or self.defaults.quiet

    def is_quiet(self, person: Person, now: datetime) -> bool:
        """Whether it is a time at which the person wants to hear nothing."""
        return quiet_in(self.quiet(person), self.zone(person)).span_at(now) is not None

    def plan(self, filing: Filing, person: Person, now: datetime) -> tuple[PlannedReminder, ...]:
        """Return the reminders of a filing for this person."""
        return plan(filing, self.policy, self.quiet(person), self.zone(person), now, self._resend(filing))

    def plans_of_day(self, like: Filing, person: Person, now: datetime) -> PlansOfDay:
        """Return the plans of filings that are submitted on the same day in Beijing as `like` and are like it."""
        return PlansOfDay(like, self.policy, self.quiet(person), self.zone(person), now, self._resend(like))

    def plan_again(
        self, filing: Filing, there: Iterable[Reminder], person: Person, now: datetime
    ) -> tuple[PlannedReminder, ...]:
        """Return the reminders of a filing that has some, `there`, with those of them ahead that were asked for."""
        unsent = [each for each in there if each.state in UNSENT]
        asked_for = still_asked_for(unsent, filing, now, self.policy, self.quiet(person), self.zone(person))
        return (*self.plan(filing, person, now), *asked_for)

    def snoozed(self, filing: Filing, delay: timedelta, person: Person, now: datetime) -> PlannedReminder | None:
        """Return the reminder that this person asks for in `delay`; None when it is too late for one to help."""
        return snoozed(filing, delay, now, self.policy, self.quiet(person), self.zone(person))

    def _resend(self, filing: Filing) -> AutoResend | None:
        rules = self.rulebook.at_moment(filing.submitted_at)
        return rules.auto_resend.value if rules.auto_resend else None
