import asyncio
import csv
import io
import json
import os
from collections.abc import Awaitable, Callable
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.app import build_planner, load_knowledge
from bot.clock import system_clock
from bot.filings.person import Person, QuietHours
from bot.filings.reminder import PlannedReminder
from bot.settings import load_settings
from bot.store.interface import Store
from bot.store.sqlite import open_store
from bot.terminal import importing
from bot.terminal.cli import main

HEADER = "chat_id,province,filing_type,submitted_at,label,changes,same_person,locale\n"


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def submitted() -> str:
    """A submission an hour ago, as the offset of Beijing has it."""
    return (system_clock() - timedelta(hours=1)).isoformat(timespec="seconds")


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert main(arguments) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> str:
    path = tmp_path / "filings.csv"
    path.write_text(text, encoding=encoding)
    return str(path)


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    records: list[dict[str, object]] = json.loads(run(capsys, "filings", "--json", *arguments)[0])
    return records


def test_import_takes_names_of_any_kind(capsys: pytest.CaptureFixture[str], tmp_path: Path, submitted: str) -> None:
    rows = [
        f"11,甘肃,新增备案,{submitted},example.com,,,",
        f"12,Tibet,change,{submitted},b.cn,website,,en",
        f"-100200,新疆维吾尔自治区,新增接入,{submitted},,,no,zh_Hant",
        f"11,兰州,new_filing,{submitted},c.cn,,yes,",
    ]
    file = write(tmp_path, HEADER + "\n".join(rows) + "\n")
    assert run(capsys, "import", file)[0] == "filings imported: 4\n"
    records = listed(capsys)
    assert [(r["chat_id"], r["province"], r["filing_type"], r["waiting_for"]) for r in records] == [
        (11, "gansu", "new_filing", "entity website"),
        (12, "tibet", "change", "website"),
        (-100200, "xinjiang", "new_access", "website"),
        (11, "gansu", "new_filing", "entity"),
    ]
    assert {r["submitted_at"] for r in records} == {submitted}
    reminders = json.loads(run(capsys, "stats", "--json")[0])["reminders"]
    assert reminders["planned"] >= 8


def test_columns_may_come_in_any_order_in_the_encoding_of_a_chinese_spreadsheet(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, submitted: str
) -> None:
    file = write(tmp_path, f"Filing_Type,submitted_at,chat_id,province\r\n新增备案,{submitted},1,甘肃\r\n", "gb18030")
    assert run(capsys, "import", file)[0] == "filings imported: 1\n"


def test_bad_rows_are_told_by_line_and_reason_and_nothing_is_imported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, submitted: str
) -> None:
    later = (system_clock() + timedelta(hours=2)).isoformat(timespec="seconds")
    rows = [
        f"11,甘肃,新增备案,{submitted},good.cn,,,",
        f"x,Atlantis,删除,{submitted[:-6]},,maybe,perhaps,fr",
        f"11,北京,新增备案,{submitted},,,,",
        f"11,甘肃,注销主体,{submitted},,,,",
        f"11,甘肃,新增备案,{later},,,,",
        "11,甘肃,新增备案,2026-01-01T00:00:00Z,,,,",
        "11,甘肃",
    ]
    file = write(tmp_path, HEADER + "\n".join(rows) + "\n")
    _, err = run(capsys, "import", file, code=65)
    lines = err.splitlines()
    assert [line.split(":")[0] for line in lines] == [*(f"line {number}" for number in range(3, 9)), "beian-bot"]
    for column in ("chat_id", "province", "filing_type", "submitted_at", "changes", "same_person", "locale"):
        assert column in lines[0]
    assert "in the future" in lines[3]
    assert "has passed" in lines[4]
    assert "2 cells under 8 columns" in lines[5]
    assert listed(capsys) == []

    out, _ = run(capsys, "import", "--skip-bad", file)
    assert out == "filings imported: 1, bad rows skipped: 6\n"
    assert [record["label"] for record in listed(capsys)] == ["good.cn"]


@pytest.mark.parametrize("helped", [False, True])
def test_a_large_file_is_imported_in_batches(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, submitted: str, *, helped: bool
) -> None:
    """In this process, or with others that help."""
    monkeypatch.setattr(importing, "BATCH", 3)
    monkeypatch.setattr(importing, "ALONE", 5 if helped else 500)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    rows = [f"{number},甘肃,新增备案,{submitted},{number}.cn,,,{'en' if number > 30 else ''}" for number in range(40)]
    file = write(tmp_path, HEADER + "\n".join(rows) + "\n")
    with_store(prepare_people)
    assert run(capsys, "import", file)[0] == "filings imported: 40\n"
    assert [(r["chat_id"], r["label"]) for r in listed(capsys)] == [(number, f"{number}.cn") for number in range(40)]
    with_store(check_people)

    rows[30] = rows[30].replace("甘肃", "Atlantis")
    _, err = run(capsys, "import", write(tmp_path, HEADER + "\n".join(rows) + "\n"), code=65)
    assert err.splitlines()[0].startswith("line 32: province 'Atlantis'")
    assert len(listed(capsys)) == 40
    assert run(capsys, "import", "--skip-bad", file)[0] == "filings imported: 39, bad rows skipped: 1\n"
    assert len(listed(capsys)) == 79


def test_each_filing_gets_the_plan_it_would_get_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    now = system_clock()
    moments = [now - timedelta(minutes=47 * minutes, microseconds=minutes) for minutes in range(61)]
    rows = [f"{number},甘肃,新增备案,{at.isoformat()},,,," for number, at in enumerate(moments)]
    with_store(prepare_people)
    run(capsys, "import", write(tmp_path, HEADER + "\n".join(rows) + "\n"))
    with_store(check_plans)


async def check_plans(store: Store) -> None:
    settings = load_settings()
    planner = build_planner(settings, load_knowledge(settings.rulebook, settings.locale))
    filings = await store.open_filings()
    assert len(filings) == 61
    for filing in filings:
        person = await store.person(filing.chat_id) or Person(filing.chat_id)
        expected = planner.plan(filing, person, filing.created_at)
        kept = await store.reminders_of(filing.id)
        assert [PlannedReminder(each.kind, each.due_at, each.silent) for each in kept] == list(expected)
        assert {each.deadline for each in kept} == {filing.deadline}


AWAKE, ASLEEP, PAUSED, SPEAKS_CHINESE = 7, 8, 9, 32


async def prepare_people(store: Store) -> None:
    await store.save_person(Person(AWAKE, quiet_off=True))
    await store.save_person(Person(ASLEEP, quiet=QuietHours(time(0), time(23, 59))))
    await store.pause(PAUSED, system_clock())
    await store.save_person(Person(SPEAKS_CHINESE, locale="zh_Hant"))


async def check_people(store: Store) -> None:
    """Plans go by people's wishes, languages by what the file says of those who have said nothing."""
    filing, *_ = await store.open_filings()
    plans = {}
    for chat_id in (6, AWAKE, ASLEEP):
        [tracked] = await store.filings_of(chat_id)
        plans[chat_id] = [reminder.due_at for reminder in await store.reminders_of(tracked.id)]
    before = [filing.deadline - timedelta(minutes=minutes) for minutes in (24 * 60, 6 * 60, 120, 30)]
    assert set(before) <= set(plans[AWAKE])
    assert plans[AWAKE] != plans[ASLEEP] != plans[6]
    claimed = await store.claim_due(filing.deadline, limit=100, lease_until=filing.deadline + timedelta(minutes=1))
    assert {reminder.chat_id for reminder in claimed} == set(range(40)) - {PAUSED}
    for reminder in claimed:
        await store.release(reminder, system_clock(), "")
    assert await store.person(31) == Person(31, detected="en")
    assert await store.person(SPEAKS_CHINESE) == Person(SPEAKS_CHINESE, locale="zh_Hant")
    assert await store.person(30) is None


def with_store(act: Callable[[Store], Awaitable[None]]) -> None:
    async def opened() -> None:
        store = await open_store(Path("data/bot.db"))
        try:
            await act(store)
        finally:
            await store.close()

    asyncio.run(opened())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns missing: chat_id, province, filing_type, submitted_at"),
        ("chat_id,province,filing_type\n", "columns missing: submitted_at"),
        (HEADER.replace("label", "lable"), "columns unknown: lable"),
        (HEADER.replace("label", "locale"), "columns twice: locale"),
        (HEADER + '1,"甘肃\n', "not CSV"),
    ],
)
def test_a_file_that_is_no_import_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str
) -> None:
    _, err = run(capsys, "import", write(tmp_path, text), code=65)
    assert said in err


def test_a_missing_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.csv: cannot be read" in run(capsys, "import", "nowhere.csv", code=65)[1]


def test_an_export_neutralises_formulas_and_can_be_imported_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, submitted: str
) -> None:
    labels = ["=1+1", "'=2", "＝x", "@x", "-y", "+z", "'quoted", 'a "b", c']
    neutral = ["'=1+1", "''=2", "'＝x", "'@x", "'-y", "'+z", "'quoted", 'a "b", c']
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["chat_id", "province", "filing_type", "submitted_at", "label"])
    writer.writerows([-5, "甘肃", "新增备案", submitted, cell] for cell in neutral)
    run(capsys, "import", write(tmp_path, text.getvalue()))
    run(capsys, "export", "out.csv")
    assert [record["label"] for record in listed(capsys)] == labels
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        assert [row["label"] for row in csv.DictReader(file)] == neutral

    monkeypatch.setenv("BOT_DATABASE", "other.db")
    run(capsys, "import", "out.csv")
    assert [record["label"] for record in listed(capsys)] == labels
    assert json.loads(run(capsys, "export", "--json")[0]) == listed(capsys)


def test_track_takes_a_line_and_says_when_nothing_new_is_tracked(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, "track", "甘肃", "新增备案", "1小时前", "example.com", "--user", "7")
    assert "example.com" in out
    out, err = run(capsys, "track", "甘肃", code=65)
    assert "nothing new is tracked" in err
    out, _ = run(capsys, "filings")
    assert "example.com" in out
    assert "Gansu (甘肃)" in out
    assert [record["label"] for record in listed(capsys, "--user", "7")] == ["example.com"]
    assert listed(capsys, "--user", "8") == []


@pytest.mark.parametrize("command", ["filings", "export", "stats", "backup"])
def test_a_missing_database_is_told_and_not_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    _, err = run(capsys, command, code=74)
    assert err == "beian-bot: data/bot.db: there is no database; BOT_DATABASE says where it is\n"
    assert not list(tmp_path.iterdir())


def test_a_backup_is_a_whole_database_and_replaces_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "track", "甘肃", "新增备案", "1小时前", "example.com")
    out, _ = run(capsys, "backup")
    copy = Path(out.strip())
    assert copy.parent == Path("data")
    assert "is there already" in run(capsys, "backup", str(copy), code=65)[1]
    monkeypatch.setenv("BOT_DATABASE", str(copy))
    assert [record["label"] for record in listed(capsys)] == ["example.com"]


def test_links_name_each_portal_and_open_the_bot(capsys: pytest.CaptureFixture[str]) -> None:
    records = json.loads(run(capsys, "links", "--json", "--bot", "@beian_bot", "--at", "2018-09-10")[0])
    assert len(records) == 14
    gansu = next(record for record in records if record["province"] == "gansu")
    assert gansu["portal"] == "http://gscainfo.miitbeian.gov.cn"
    assert gansu["bot"] == "https://t.me/beian_bot?start=gansu"
    assert "No province verifies on 2017-01-01" in run(capsys, "links", "--at", "2017-01-01")[0]
