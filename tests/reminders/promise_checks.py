"""What has to hold in a world, whatever happens in it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from bot.filings.filing import FilingState
from bot.filings.reminder import UNSENT, PlannedReminder, Reminder, ReminderKind, ReminderState
from bot.reminders.delivery import NOT_NEEDED
from bot.reminders.plan import Policy, plan
from bot.store.interface import Reason
from tests.dialog.talk import knowledge
from tests.reminders.promise_service import Attempt
from tests.reminders.promise_text import read
from tests.reminders.promise_world import CALM, FINISHED, Tracked, World


class Watched(World):
    """A world that is looked at after every step.

    Of the present step are: `replanned`, `snoozed`, the filings for which that was asked; `choosing`, the chat whose
    settings change.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.replanned: set[int] = set()
        self.snoozed: set[int] = set()
        self.choosing = 0
        self.checked = 0

    def check(self) -> None:
        self.latest = max(self.latest, self.time.now())
        assert self.untrue == []
        for filing in self.filings.values():
            self.look_at(filing)
        self.replanned.clear()
        self.snoozed.clear()
        for attempt in self.service.attempts[self.checked :]:
            self.check_message(attempt)
        self.checked = len(self.service.attempts)
        self.choosing = 0
        self.check_twice()
        for person in self.people.values():
            stored = self.run(self.store.person(person.chat))
            assert person.away or stored is None or stored.paused_since is None, "paused, but they have written"

    def look_at(self, filing: Tracked) -> None:
        """Compare a filing and its reminders with what is known of it."""
        self.latest = max(self.latest, self.time.now())
        stored = self.stored(filing)
        if filing.state is FilingState.WAITING and stored.state is FilingState.EXPIRED:
            assert filing.deadline <= self.latest, "expired too early"
            filing.state = FilingState.EXPIRED
        assert stored.state is filing.state
        assert set(stored.waiting_for) == filing.waiting_for
        assert stored.submitted_at == filing.submitted_at
        reminders = {each.id: each for each in self.run(self.store.reminders_of(filing.id))}
        assert reminders.keys() >= filing.reminders.keys()
        for reminder in reminders.values():
            before = filing.reminders.get(reminder.id)
            if before and before.state not in UNSENT:
                assert reminder == before, "it had come to its end"
            elif reminder.state not in UNSENT:
                self.check_end(filing, reminder, reminders)
            elif reminder.state is ReminderState.PLANNED:
                assert filing.state not in FINISHED, "still planned for a finished filing"
                self.check_done_in_time(filing, reminder)
        filing.reminders = reminders

    def check_end(self, filing: Tracked, reminder: Reminder, all_: dict[int, Reminder]) -> None:
        """Whatever is not sent has an honest reason."""
        sent = [attempt for attempt in self.service.attempts if attempt.reminder.id == reminder.id]
        over = reminder.deadline <= self.latest and reminder.kind is not ReminderKind.EXPIRED
        match reminder.state, reminder.reason:
            case ReminderState.SENT, _:
                honest = any(attempt.taken for attempt in sent)
            case ReminderState.FAILED, reason:
                honest = bool(reason) and any(attempt.refused for attempt in sent)
            case ReminderState.SKIPPED, Reason.LATER_ONE:
                honest = any(
                    each.tries and each.due_at >= reminder.due_at for each in all_.values() if each != reminder
                )
            case ReminderState.SKIPPED, Reason.DEADLINE:
                honest = over
            case ReminderState.SKIPPED, reason:
                honest = reason == NOT_NEEDED and over
            case ReminderState.CANCELLED, Reason.CLOSED:
                honest = filing.state in FINISHED or (filing.state is FilingState.EXPIRED and over)
            case ReminderState.CANCELLED, Reason.REPLANNED:
                honest = filing.id in self.replanned
            case ReminderState.CANCELLED, Reason.REPLACED:
                honest = reminder.kind is ReminderKind.SNOOZED and filing.id in self.snoozed
            case _:
                honest = False
        assert honest, reminder

    def check_done_in_time(self, filing: Tracked, reminder: Reminder) -> None:
        troubled = any(self.service.moods.values()) or not any(process.awake for process in self.processes)
        troubled = troubled or any(process.faults for process in self.processes)
        if troubled or filing.person.away:
            self.calm = timedelta() if troubled else self.calm
            return
        patience = CALM + self.set_back
        if self.calm > patience:
            assert reminder.due_at > self.time.now() - patience, "nothing was amiss, and yet it was not sent"

    def check_message(self, attempt: Attempt) -> None:
        """Every message tells the time that was really left, and keeps quiet as planned."""
        filing, reminder = self.filings[attempt.reminder.filing_id], attempt.reminder
        person = filing.person
        told, choosing = read(attempt.text, person.zone), person.chat == self.choosing
        assert told.expired == (reminder.kind is ReminderKind.EXPIRED)
        if told.expired:
            assert told.left is None
            assert reminder.deadline <= self.latest
        else:
            left = reminder.deadline - attempt.at
            assert told.left is not None
            assert told.left <= left < told.left + told.unit, attempt
            assert told.deadline == reminder.deadline.replace(second=0, microsecond=0) or choosing, (attempt, person)
        assert attempt.silent or not reminder.silent
        assert attempt.silent or choosing or not person.is_quiet(attempt.at), "heard in quiet hours"

    def check_twice(self) -> None:
        """Nothing comes twice but what was under way when a process ended, or whose answer did not arrive."""
        taken = Counter(attempt.reminder.id for attempt in self.service.attempts if attempt.taken)
        lost = Counter(
            attempt.reminder.id for attempt in self.service.attempts if attempt.taken and not attempt.answered
        )
        for reminder, times in taken.items():
            assert times <= 1 + lost[reminder] + self.may_come_again[reminder], reminder

    def planned(self, filing: Tracked) -> list[PlannedReminder]:
        reminders: list[Reminder] = self.run(self.store.reminders_of(filing.id))
        return [
            PlannedReminder(each.kind, each.due_at, each.silent)
            for each in reminders
            if each.state is ReminderState.PLANNED
        ]

    def snoozed_ahead(self, filing: Tracked) -> list[datetime]:
        """Return when a person is still to be reminded because they asked for it, as it was before the present step."""
        return [
            each.due_at
            for each in filing.reminders.values()
            if each.kind is ReminderKind.SNOOZED and each.state in UNSENT and each.due_at > self.time.now()
        ]

    def check_plan(self, filing: Tracked, snoozed: Iterable[datetime] = (), *, keeps_due: bool = False) -> None:
        """The plan is made for what holds now, with what the person asked for; of an earlier one nothing is left."""
        self.replanned.add(filing.id)
        person, now = filing.person, self.time.now()
        rules = knowledge("pilot", "zh_Hans").rulebook.at_moment(filing.submitted_at)
        resend = rules.auto_resend.value if rules.auto_resend else None
        expected = plan(self.stored(filing), Policy(), person.quiet, person.zone, now, resend)
        kept = [
            PlannedReminder(ReminderKind.SNOOZED, due, silent=person.is_quiet(due))
            for due in snoozed
            if due <= filing.deadline - Policy().last_useful
        ]
        planned = [each for each in self.planned(filing) if each.due_at > now or not keeps_due]
        assert sorted(planned, key=str) == sorted([*expected, *kept], key=str)
