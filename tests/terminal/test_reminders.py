"""`reminders failed` and `retry` over a database that a bot has left: what failed, and what becomes of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import system_clock
from bot.filings.filing import Filing, cancel
from bot.filings.reminder import ReminderState
from bot.reminders.dispatcher import CHUNK
from bot.store.interface import Store
from bot.store.sqlite import open_store
from bot.terminal import reminders
from bot.terminal.cli import main
from tests.store.samples import before, claim, sample
from tests.store.samples import hours as after_sample
from tests.terminal.process import bot

HOUR = timedelta(hours=1)
STARTED = (system_clock() - after_sample(0)) / HOUR
"""How many hours the samples lie back: here they are submitted now."""

REASON = "refused: message is\ntoo long"


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def on_database(act: Callable[[Store], Awaitable[None]]) -> None:
    """Do something with the database in this folder, and close it."""

    async def run() -> None:
        store = await open_store(Path("data/bot.db"))
        await act(store)
        await store.close()

    asyncio.run(run())


async def failed_filing(store: Store, chat_id: int, label: str, hour: float = 1) -> Filing:
    """Track a filing whose one reminder has failed, due so many hours after now and tried then."""
    filing = await store.track_filing(sample(chat_id, submitted=STARTED, label=label), before(STARTED + hour))
    [reminder] = await claim(store, after_sample(STARTED + hour))
    await store.mark_failed(reminder, REASON, after_sample(STARTED + hour))
    return filing


def made(*chats: int) -> None:
    """Make a database with a failed reminder for each chat."""

    async def fill(store: Store) -> None:
        for chat_id in chats:
            await failed_filing(store, chat_id, f"例{chat_id}.cn", chat_id / 10)

    on_database(fill)


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert main(["reminders", *arguments]) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def ids(capsys: pytest.CaptureFixture[str]) -> Sequence[int]:
    return [record["id"] for record in json.loads(run(capsys, "failed", "--json")[0])]


def test_a_table_in_the_zone_of_the_settings_latest_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made(1, 2)
    monkeypatch.setenv("BOT_TIMEZONE", "America/New_York")
    heading, second, first, _, hint = run(capsys, "failed")[0].splitlines()
    assert heading.split()[:3] == ["ID", "KIND", "DUE"]
    assert "(America/New_York)" in heading
    due = after_sample(STARTED + 0.2).astimezone(ZoneInfo("America/New_York"))
    assert second.split()[:4] == ["2", "before", f"{due:%Y-%m-%d}", f"{due:%H:%M}"]
    assert "例2.cn" in second
    assert "Gansu" in second
    assert second.endswith("waiting  refused: message is too long")
    assert "例1.cn" in first
    assert "reminders retry ID" in hint


def test_json_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    made(7, 8)
    [record] = json.loads(run(capsys, "failed", "--json", "--limit", "1")[0])
    due = after_sample(STARTED + 0.8).isoformat(timespec="seconds")
    assert record == {
        "id": 2,
        "kind": "before",
        "due_at": due,
        "deadline": after_sample(STARTED + 48).isoformat(timespec="seconds"),
        "failed_at": due,
        "reason": REASON,
        "tries": 1,
        "filing_id": 2,
        "chat_id": 8,
        "label": "例8.cn",
        "province": "gansu",
        "filing_state": "waiting",
    }


def test_nothing_has_failed(capsys: pytest.CaptureFixture[str]) -> None:
    made()
    assert run(capsys, "failed")[0] == run(capsys, "retry", "--all")[0] == "No reminder has failed.\n"
    assert json.loads(run(capsys, "failed", "--json")[0]) == []


def test_one_is_tried_again_and_it_is_said_when(capsys: pytest.CaptureFixture[str]) -> None:
    made(1, 2)
    out, err = run(capsys, "retry", "1")
    assert out.splitlines()[0] == "reminder 1: planned again, due at once"
    assert f"within {CHUNK.seconds} s" in out
    assert err == ""
    assert ids(capsys) == [2]

    async def check(store: Store) -> None:
        [reminder] = await store.reminders_of(1)
        assert reminder.state is ReminderState.PLANNED
        assert [each.id for each in await claim(store, system_clock())] == [1]

    on_database(check)


def test_a_refusal_is_said_with_its_reason_and_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    made(1, 2, 3)

    async def close(store: Store) -> None:
        filing = await store.filing(2)
        assert filing
        assert await store.update_filing(filing, cancel(filing, system_clock()), None)
        await store.pause(3, system_clock())

    on_database(close)
    out, _ = run(capsys, "retry", "1", "2", "3", code=1)
    assert out.splitlines()[:3] == [
        "reminder 1: planned again, due at once",
        "reminder 2: not tried again: the filing is no longer open",
        "reminder 3: planned again; it waits until the chat no longer blocks the bot",
    ]
    out, _ = run(capsys, "retry", "1", code=1)
    assert out == "reminder 1: not tried again: it has not failed\n"
    assert ids(capsys) == [2]


def test_an_unknown_one_is_an_error_and_the_others_are_tried(capsys: pytest.CaptureFixture[str]) -> None:
    made(1)
    out, err = run(capsys, "retry", "1", "99", str(10**30), code=65)
    assert "reminder 1: planned again" in out
    assert err.startswith(f"beian-bot: there is no reminder 99, {10**30}; `beian-bot reminders failed`")
    assert ids(capsys) == []


def test_all_of_them_in_several_transactions(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "AT_ONCE", 2)
    made(1, 2, 3, 4, 5)
    out, _ = run(capsys, "retry", "--all")
    assert out.count("planned again, due at once") == 5
    assert ids(capsys) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required"),
        (["retry"], "required"),
        (["retry", "--all", "1"], "not allowed with"),
        (["retry", "one"], "invalid literal"),
        (["retry", "0"], "at least 1"),
        (["failed", "--limit", "0"], "at least 1"),
    ],
)
def test_wrong_command_lines(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["reminders", *arguments])
    assert raised.value.code == 2
    assert words in capsys.readouterr().err


def test_without_a_database_none_is_made(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for arguments in (["failed"], ["retry", "1"]):
        assert "there is no database" in run(capsys, *arguments, code=74)[1]
    assert not list(tmp_path.iterdir())


def test_as_a_process_and_stats_say_how_to_see_them(tmp_path: Path) -> None:
    made(1)
    hint = "`beian-bot reminders failed` lists"
    assert hint in bot("stats", cwd=tmp_path).stdout
    assert hint not in bot("stats", "--json", cwd=tmp_path).stdout
    assert "例1.cn" in bot("reminders", "failed", cwd=tmp_path).stdout
    done = bot("reminders", "retry", "--all", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert hint not in bot("stats", cwd=tmp_path).stdout
