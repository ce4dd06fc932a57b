"""The dispatcher on the real store: a whole plan is sent, and a kill in the midst of it loses nothing."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.dialog.model import Reply
from bot.filings.filing import ContactCheck, Filing, FilingState
from bot.filings.reminder import PlannedReminder, Reminder, ReminderKind, ReminderState
from bot.reminders.dispatcher import CHUNK, GROUP, Dispatcher
from bot.reminders.limits import Limits
from bot.reminders.plan import Policy, plan
from bot.reminders.sending import SendGone
from bot.rules.model import Contact, FilingType
from bot.simulation.orderly import OrderlyStore
from bot.simulation.virtual import VirtualTime
from bot.store.interface import Retry
from bot.store.sqlite import SqliteStore, open_store

START = datetime(2026, 11, 2, 7, tzinfo=UTC)
CHATS = range(100, 160)


class Process:
    """One run of the program on a database."""

    def __init__(self, store: SqliteStore, start: datetime, sent: list[str]) -> None:
        self.store = store
        self.orderly = OrderlyStore(store)
        self.time = VirtualTime(start, self.orderly.work)
        self.sent = sent
        self.gone = False
        """Whether the chats are gone."""
        self.dispatcher = Dispatcher(
            self.orderly.as_store(),
            self.compose,
            self.send,
            self.time.now,
            Limits(),
            sleep=self.time.sleep,
            chance=lambda: 1.0,
        )
        self.task = asyncio.get_running_loop().create_task(self.dispatcher.run())

    async def compose(self, reminder: Reminder, _: datetime) -> Reply:
        return Reply(f"{reminder.id}")

    async def send(self, chat_id: int, reply: Reply, *, silent: bool, paid: bool = False) -> None:
        await self.time.sleep(0.2)
        if self.gone:
            raise SendGone("chat not found")
        self.sent.append(reply.text)

    async def kill(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        with self.orderly.refusing():
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self.store.close()


def filing(chat_id: int, hours: int) -> Filing:
    return Filing(
        id=0,
        chat_id=chat_id,
        label="example.com",
        province="gansu",
        filing_type=FilingType.NEW_FILING,
        change=None,
        same_person=None,
        contacts=(ContactCheck(Contact.ENTITY),),
        submitted_at=START,
        deadline=START + timedelta(hours=hours),
        state=FilingState.WAITING,
        created_at=START,
    )


async def test_a_whole_plan_is_sent_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    path, sent, hours = tmp_path / "bot.db", list[str](), 3
    store = await open_store(path)
    tracked = []
    for chat in CHATS:
        each = filing(chat, hours)
        tracked.append(await store.track_filing(each, plan(each, Policy(), None, ZoneInfo("UTC"), START, None)))

    first = Process(store, START, sent)
    await first.time.pass_(timedelta(minutes=60, seconds=0.7))  # in the midst of the reminders two hours before
    before = len(sent)
    await first.kill()
    assert len(CHATS) < before < 2 * len(CHATS)

    store = await open_store(path)
    second = Process(store, first.time.now(), sent)
    await second.time.pass_(timedelta(hours=hours))
    stopping = asyncio.create_task(second.dispatcher.stop())
    await second.time.pass_(timedelta(minutes=1))
    await stopping
    counts = Counter(sent)
    for each in tracked:
        reminders = await store.reminders_of(each.id)
        assert [reminder.kind for reminder in reminders] == ["sms_check", "before", "before", "expired"]
        assert {reminder.state for reminder in reminders} == {ReminderState.SENT}
        assert all(counts[str(reminder.id)] for reminder in reminders)
        stored = await store.filing(each.id)
        assert stored is not None
        assert stored.state is FilingState.EXPIRED
    assert sum(counts.values()) - len(counts) <= GROUP
    await store.close()


async def test_what_another_process_has_tried_again_goes_out_at_the_next_look(tmp_path: Path) -> None:
    store, other = await open_store(tmp_path / "bot.db"), await open_store(tmp_path / "bot.db")
    planned = PlannedReminder(ReminderKind.BEFORE, START + timedelta(hours=1))
    tracked = await store.track_filing(filing(100, 48), [planned])
    sent: list[str] = []
    process = Process(store, START, sent)
    process.gone = True
    await process.time.pass_(timedelta(hours=2, seconds=0.5))
    [failed] = await other.failed_reminders()
    assert failed.failed_at is not None
    assert timedelta() < failed.failed_at - planned.due_at < timedelta(seconds=1)
    assert failed.reminder.reason == "the chat is gone: chat not found"

    process.gone = False
    id_ = failed.reminder.id
    assert await other.retry_failed([id_], process.time.now()) == {id_: Retry.PLANNED}
    await process.time.pass_(CHUNK + timedelta(seconds=1))
    assert sent == [f"{id_}"]
    [reminder] = await other.reminders_of(tracked.id)
    assert (reminder.state, reminder.tries, reminder.reason) == (ReminderState.SENT, 2, "")
    stopping = asyncio.create_task(process.dispatcher.stop())
    await process.time.pass_(timedelta(minutes=1))
    await stopping
    await other.close()
    await store.close()
