"""Whatever happens in whatever order: no deadline passes in silence, and nothing untrue is said.

`PROMISE_EXAMPLES=2000` in the environment makes the search as long as that.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.dialog.model import Message
from bot.filings.filing import FilingState
from bot.filings.reminder import UNSENT, PlannedReminder, ReminderKind, ReminderState
from bot.reminders.dispatcher import LEASE
from bot.reminders.plan import Policy
from bot.rules.model import Contact
from bot.setting_values import parse_quiet_hours
from tests.reminders.promise_checks import Watched
from tests.reminders.promise_service import MOODS, SLOW, Mood
from tests.reminders.promise_world import CALM, PEOPLE, Tracked

MOST_FILINGS = 5
SUBJECTS = {
    "甘肃 新增备案": {Contact.ENTITY, Contact.WEBSITE},
    "陕西 新增接入": {Contact.WEBSITE},
    "重庆 备案变更 主体": {Contact.ENTITY},
    "山东 新增备案 同一人": {Contact.ENTITY},
}
DONE = {"time": "提交时间已改", "resubmit": "已重新登记"}
CHANGED_MEANWHILE = "刚才已在别处改过"

FATES = ("another", "kill", "die soon", "halt soon", "halt", "go on", "stop", "busy database")
DEEDS = (("done", "all"), ("done", "entity"), ("done", "website"), ("undo", ""), ("stop", "yes"), ("returned", "yes"))
SPANS = tuple(timedelta(seconds=seconds) for seconds in (1, 45, 400, 2500, 10_000, 40_000, 90_000, 180_000))

people = st.sampled_from(PEOPLE)
which = st.integers(0, MOST_FILINGS - 1)
rush = st.sampled_from([None, None, "reminder", "deadline"])
"""At what very moment an event comes, if at any: when a reminder falls due, or a deadline does."""
ago = st.one_of(st.integers(0, 30), st.integers(0, 2870))


class PromiseMachine(Watched, RuleBasedStateMachine):
    """People, processes and a service around one database; `replanned` and `snoozed` are of the present step."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        self.folder = TemporaryDirectory()
        Watched.__init__(self, Path(self.folder.name, "bot.db"))

    @initialize(seed=st.integers(0, 9999))
    def begin(self, seed: int) -> None:
        self.open(seed)
        for chat in PEOPLE:
            self.tell(chat, Message("/language zh_Hans"))
        self.track(chat=PEOPLE[0], subject="甘肃 新增备案", minutes=0, rush=None)

    # processes

    @rule(fate=st.sampled_from(FATES), number=st.integers(0, 1), size=st.integers(1, 12))
    def process_meets_its_fate(self, fate: str, number: int, size: int) -> None:
        living = [process for process in self.processes if process.alive]
        if not living or (fate == "another" and len(living) < 2):
            self.run(self.start_process())
            return
        process = living[number % len(living)]
        match fate:
            case "kill":
                self.run(process.kill())
                self.interrupted(process)
            case "die soon" | "halt soon":
                process.ends_after(size, fate == "die soon")
            case "halt" if process.awake:
                process.halt()
                self.interrupted(process)
            case "go on":
                self.go_on(process)
            case "stop" if process.awake:
                self.run(process.stop())
                self.interrupted(process)
            case "busy database":
                process.faults = size
                self.calm = timedelta()

    @rule(calls=st.integers(1, 6), dies=st.booleans(), another=st.booleans())
    def process_is_late(self, calls: int, dies: bool, another: bool) -> None:
        """One dies over a reminder, or is held up until `another` one is at it, or else until after a deadline."""
        process = self.front
        others = [each for each in self.processes if each.awake and each is not process]
        if another and not others:
            self.run(self.start_process())
        for other in () if another else others:
            other.halt()
            self.interrupted(other)
        self.hurry("reminder")
        process.ends_after(calls, deadly=dies)
        self.run(self.time.settle())
        for chat in PEOPLE if another else ():
            self.service.moods[chat].append(SLOW)
        span = LEASE if another else self.next_deadline() - self.time.now()
        self.run(self.time.pass_(max(span, timedelta()) + timedelta(seconds=5)))
        self.go_on(process)
        self.calm = timedelta()

    # time

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.pass_(span)

    @rule(seconds=st.integers(-5, 5))
    def time_passes_to_the_next_reminder(self, seconds: int) -> None:
        due = self.run(self.store.next_due())
        if due is not None and due > self.time.now():
            span = max(due - self.time.now() + timedelta(seconds=seconds), timedelta())
            self.pass_(span)

    @rule(span=st.sampled_from(SPANS), forward=st.booleans())
    def clock_is_set(self, span: timedelta, forward: bool) -> None:
        self.run(self.time.settle())
        self.time.jump(span if forward else -span)
        self.calm = timedelta()
        if not forward:
            self.set_back += span
        elif span > LEASE - timedelta(minutes=1):
            for process in self.processes:
                self.may_come_again.update(process.under_way)

    # the service

    @rule(chat=people, moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=3))
    def trouble(self, chat: int, moods: list[Mood]) -> None:
        self.service.moods[chat].extend(moods)

    @rule(chat=people, does=st.sampled_from(["block", "unblock", "write"]))
    def person_comes_or_goes(self, chat: int, does: str) -> None:
        match does:
            case "block":
                self.service.blocked.add(chat)
                self.people[chat].away = True
            case "unblock":
                self.service.blocked.discard(chat)
            case "write":
                self.tell(chat, Message("/filings"))

    # what people do

    def pick(self, number: int, *, rush: str | None) -> Tracked | None:
        """Return one of the filings as it is now."""
        if not self.filings:
            return None
        self.hurry(rush)
        filing = list(self.filings.values())[number % len(self.filings)]
        self.look_at(filing)
        return filing

    @precondition(lambda self: len(self.filings) < MOST_FILINGS)
    @rule(chat=people, subject=st.sampled_from(sorted(SUBJECTS)), minutes=ago, rush=rush)
    def track(self, chat: int, subject: str, minutes: int, rush: str | None) -> None:
        self.hurry(rush)
        person, label = self.people[chat], f"f{len(self.filings)}.example.com"
        submitted = self.minutes_ago(minutes)
        said = self.tell(chat, Message(f"/track {subject} {written(submitted, person.zone)} {label}"))
        [stored] = [each for each in self.run(self.store.filings_of(chat)) if each.label == label]
        assert "已登记" in said or self.told_again
        filing = self.filings[stored.id] = Tracked(stored.id, person, submitted, set(SUBJECTS[subject]))
        assert stored.deadline == filing.deadline
        self.check_plan(filing)

    def minutes_ago(self, minutes: int) -> datetime:
        return self.time.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes)

    @rule(number=which, deed=st.sampled_from(DEEDS), rush=rush)
    def filing_changes(self, number: int, deed: tuple[str, str], rush: str | None) -> None:
        filing = self.pick(number, rush=rush)
        if filing is None:
            return
        before, (verb, value) = filing.state, deed
        ticked = {check.contact for check in self.stored(filing).contacts} - filing.waiting_for
        said = self.press(filing, verb, value)
        late = before is FilingState.WAITING and self.stored(filing).state is FilingState.EXPIRED
        match verb, before:
            case "done", FilingState.WAITING | FilingState.EXPIRED if not (late and CHANGED_MEANWHILE in said):
                filing.waiting_for -= set(Contact) if value == "all" else {Contact(value)}
                filing.state = filing.state if filing.waiting_for else FilingState.VERIFIED
            case "undo", FilingState.WAITING if not late:
                filing.waiting_for |= ticked
            case "stop", FilingState.WAITING if not late:
                filing.state = FilingState.CANCELLED
            case "returned", FilingState.WAITING if not late:
                filing.state = FilingState.RETURNED

    @rule(number=which, verb=st.sampled_from(["time", "resubmit"]), minutes=ago, rush=rush)
    def say_when(self, number: int, verb: str, minutes: int, rush: str | None) -> None:
        """Correct the time of the submission, or submit again."""
        filing = self.pick(number, rush=None)
        if filing is None:
            return
        self.press(filing, verb)
        self.hurry(rush)
        self.look_at(filing)
        submitted = self.minutes_ago(minutes)
        said = self.tell(filing.person.chat, Message(written(submitted, filing.person.zone)))
        stored = self.stored(filing)
        done_before = self.told_again and stored.submitted_at == submitted
        if not (DONE[verb] in said or done_before):
            return
        kept = self.snoozed_ahead(filing) if verb == "time" else []
        if verb == "resubmit":
            filing.state = FilingState.WAITING
            filing.waiting_for = {check.contact for check in stored.contacts}
        filing.submitted_at = submitted
        self.check_plan(filing, kept)

    @rule(number=which, minutes=st.sampled_from([1, 30, 60, 360, 2000]), rush=rush)
    def snooze(self, number: int, minutes: int, rush: str | None) -> None:
        filing = self.pick(number, rush=rush)
        if filing is None:
            return
        now, last = self.time.now(), filing.deadline - Policy().last_useful
        self.press(filing, "snooze", str(minutes))
        self.snoozed.add(filing.id)
        if self.stored(filing).state is FilingState.WAITING and now < last:
            due = min(now + timedelta(minutes=minutes), last)
            expected = PlannedReminder(ReminderKind.SNOOZED, due, silent=filing.person.is_quiet(due))
            assert [each for each in self.planned(filing) if each.kind is ReminderKind.SNOOZED] == [expected]

    @rule(
        chat=people,
        setting=st.sampled_from(
            ["quiet off", "quiet 22:00-08:00", "quiet 12:00-15:30", "zone Europe/Berlin", "zone Asia/Shanghai"]
        ),
        rush=rush,
    )
    def choose(self, chat: int, setting: str, rush: str | None) -> None:
        self.hurry(rush)
        person = self.people[chat]
        for filing in self.filings.values():
            self.look_at(filing)
        self.choosing = chat
        self.tell(chat, Message(f"/settings {setting}"))
        name, _, value = setting.partition(" ")
        if name == "quiet":
            person.quiet = parse_quiet_hours(value)
        else:
            person.zone = ZoneInfo(value)
        for filing in self.filings.values():
            if filing.person is person and filing.state is FilingState.WAITING:
                self.replanned.add(filing.id)
                if self.stored(filing).state is FilingState.WAITING:
                    self.check_plan(filing, self.snoozed_ahead(filing), keeps_due=True)

    # what holds

    @invariant()
    def promises_are_kept(self) -> None:
        self.check()

    def teardown(self) -> None:
        try:
            self.end_well()
        finally:
            self.close()
            self.folder.cleanup()

    def end_well(self) -> None:
        """All troubles pass, and time goes on: then everything is done."""
        self.service.moods.clear()
        for process in self.processes:
            process.faults = 0
            self.go_on(process)
        for chat in PEOPLE:
            self.tell(chat, Message("/filings"))
        self.check()
        last = max([filing.deadline for filing in self.filings.values()], default=self.time.now())
        self.run(self.time.pass_(max(last - self.time.now(), timedelta()) + CALM + self.set_back))
        self.check()
        for filing in self.filings.values():
            assert filing.state is not FilingState.WAITING
            assert {each.state for each in filing.reminders.values()}.isdisjoint(UNSENT)
            if filing.state is FilingState.EXPIRED:
                notice = max(
                    (each for each in filing.reminders.values() if each.kind is ReminderKind.EXPIRED),
                    key=lambda each: each.id,
                )
                assert notice.state in (ReminderState.SENT, ReminderState.FAILED), "nobody was told of the expiry"


def written(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


TestPromise = PromiseMachine.TestCase
TestPromise.settings = settings(max_examples=int(os.environ.get("PROMISE_EXAMPLES", "20")), stateful_step_count=40)
