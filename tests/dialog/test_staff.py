"""What staff get and nobody else hears of."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialog.model import Message, Press, Who
from bot.dialog.staff import STAFF_COMMANDS
from bot.filings.filing import Filing
from bot.store.interface import Overview, Store
from tests.dialog.talk import NOON, Talk, talking

STAFF, OTHER, SUPPORT, GROUP = 7, 8, -100, -200


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path / "bot.db", staff=frozenset({STAFF}), support_chat=SUPPORT) as opened:
        yield opened


async def give_up(store: Store, filing: Filing, reason: str) -> None:
    """Let the filing's next reminder fail at its moment."""
    planned = [each for each in await store.reminders_of(filing.id) if each.state == "planned"]
    at = planned[0].due_at
    for claimed in await store.claim_due(at, limit=100, lease_until=at + timedelta(minutes=1)):
        if claimed.filing_id == filing.id:
            await store.mark_failed(claimed, reason, at)
        else:
            await store.release(claimed, at, "not yet")


async def tracked(talk: Talk, label: str, number: int = OTHER) -> Filing:
    await talk.someone_else(number).say(f"/track 甘肃 新增备案 1小时前 {label}")
    [filing] = await talk.app.store.filings_of(number)
    return filing


async def test_the_figures(talk: Talk) -> None:
    await tracked(talk, "a.cn")
    talk.wait(hours=43)
    said = await talk.say("/stats")
    assert said.splitlines() == [
        "运行统计（2026年11月26日星期四 07:00）",
        "用户：1",
        "备案：待验证 1 · 已全部验证 0 · 已退回 0 · 已到期 0 · 已停止跟踪 0",
        "即将截止：2小时内 0 · 6小时内 1 · 24小时内 1",
        f"提醒：待发送 {await unsent(talk)}（其中到点未发 {await unsent(talk, until_now=True)}） · 发送失败 0",
    ]
    assert await unsent(talk) > await unsent(talk, until_now=True) > 0


async def unsent(talk: Talk, *, until_now: bool = False) -> int:
    reminders = await talk.app.store.reminders_of(1)
    return sum(each.state == "planned" and (not until_now or each.due_at <= talk.now) for each in reminders)


async def test_numbers_are_written_as_the_language_has_it(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    few = await talk.app.store.overview(NOON, [])

    async def many(*_: object) -> Overview:
        return replace(few, people=1_234_567)

    monkeypatch.setattr(talk.app.store, "overview", many)
    assert "用户：1,234,567" in await talk.say("/stats")


@pytest.mark.parametrize(
    ("language_code", "words"),
    [
        ("zh-hans", ["最近发送失败的提醒", "到期前提醒", "甘肃 · 新增备案", "重新发送：beian-bot reminders retry 1\n"]),
        ("zh-hant", ["最近發送失敗的提醒", "到期前提醒", "甘肅 · 新增備案", "重新發送：beian-bot reminders retry 1\n"]),
        ("en", ["Reminders that failed last", "before the deadline", "Gansu (甘肃)", "beian-bot reminders retry 1\n"]),
    ],
)
async def test_what_failed_with_reason_and_remedy(talk: Talk, language_code: str, words: list[str]) -> None:
    filing = await tracked(talk, "a.cn")
    named = replace(filing, label="<b>&lt;a.cn")
    assert await talk.app.store.update_filing(filing, named, None)
    await give_up(talk.app.store, filing, "refused: <i>\n& so on")
    staff = talk.someone_else(STAFF, language_code)
    said = await staff.say("/stats")
    for each in [*words, "#1 ", "<b>&lt;a.cn · ", "refused: <i> & so on"]:
        assert each in f"{said}\n"
    assert staff.last.text.count("<b>") == 2  # of the texts themselves
    assert "beian-bot reminders failed" in said


async def test_the_latest_five_and_no_endless_reason(talk: Talk) -> None:
    for number in range(20, 27):
        filing = await tracked(talk, f"n{number}.cn", number)
        await give_up(talk.app.store, filing, "x" * 1000)
        talk.wait(minutes=1)
    said = await talk.say("/stats")
    assert [number for number in range(20, 27) if f"n{number}.cn" in said] == [22, 23, 24, 25, 26]
    assert "发送失败 7" in said
    assert "x" * 119 + "…" in said
    assert "x" * 120 not in said


async def test_for_everybody_else_there_is_no_such_command(talk: Talk) -> None:
    await tracked(talk, "a.cn")
    for name in STAFF_COMMANDS:
        for text in (f"/{name}", f"/{name} please", f"/{name.upper()}"):
            told = await talk.someone_else().say(text)
            assert told == (await talk.someone_else().say("/nonsense")).replace("nonsense", name)
        assert f"/{name}" not in await talk.someone_else().say("/help")
        assert f"/{name} " in await talk.say("/help")
        for locale in talk.app.engine.locales:
            assert name not in dict(talk.app.engine.commands(locale))
    assert [reply.text for reply in await talk.app.engine.handle(talk.who, Press("stats"), talk.now)] == [
        talk.app.catalogs["zh_Hans"]("button.outdated")
    ]


@pytest.mark.parametrize(("chat_id", "user_id", "told"), [(SUPPORT, STAFF, True), (SUPPORT, OTHER, False)])
@pytest.mark.parametrize("command", ["/stats", "/help"])
async def test_in_the_teams_chat_staff_are_told(
    talk: Talk, chat_id: int, user_id: int, command: str, *, told: bool
) -> None:
    assert await hears(talk, Who(chat_id, user_id, private=False), command) is told


@pytest.mark.parametrize("command", ["/stats", "/help"])
async def test_in_any_other_group_nobody_is(talk: Talk, command: str) -> None:
    asked = []

    async def is_member(user_id: int, _: object) -> bool:
        asked.append(user_id)
        return True

    talk.app.services.team.is_member = is_member
    assert not await hears(talk, Who(GROUP, STAFF, private=False), command)
    assert not await hears(talk, Who(GROUP, OTHER, private=False), command)
    assert asked == []
    assert await hears(talk, Who(OTHER, OTHER), command)
    assert await hears(talk, Who(SUPPORT, OTHER, private=False), command)


async def hears(talk: Talk, who: Who, command: str) -> bool:
    """Whether the reply to a command is, or names, what is for staff."""
    [reply] = await talk.app.engine.handle(who, Message(command), talk.now)
    return "运行统计" in reply.text


async def test_without_a_team_nobody_is_staff(tmp_path: Path) -> None:
    async with talking(tmp_path / "bot.db") as talk:
        assert "没有 /stats 这个命令" in await talk.say("/stats")
        assert not await hears(talk, Who(GROUP, STAFF, private=False), "/stats")
