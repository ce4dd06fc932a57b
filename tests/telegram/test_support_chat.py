"""Staff by membership of the support chat: the bot as the process runs it asks Telegram, and not too often."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.running import serve
from bot.settings import Settings
from bot.telegram.support_chat import ANSWER_HOLDS, FAULT_HOLDS
from tests.emulator import USERNAME, ApiError, BotApi, BotMessage, Break, Group, Person, bad_request, server_error
from tests.emulator.people import Seen

SUPPORT, STAFF_ID = -100, 5
UNKNOWN = "没有 /stats 这个命令。发 /help 看看我能做什么。"
FIGURES = "运行统计"


@dataclass
class Running:
    """The whole bot, polling, with a clock that the test moves."""

    api: BotApi
    support: Group
    now: datetime = datetime(2026, 11, 24, 4, tzinfo=UTC)

    def asked(self) -> int:
        return len(self.api.calls_of("getChatMember"))


async def said(person: Person, text: str = "/stats", at: Seen | None = None) -> BotMessage:
    await person.send(text, at=at)
    return await (at or person).reply()


@pytest.fixture
async def bot(api: BotApi, tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(api, api.group(SUPPORT))
    settings = Settings(
        _env_file=None,
        api_url=api.base_url,
        database=tmp_path / "bot.db",
        support_chat=SUPPORT,
        staff=frozenset({STAFF_ID}),
    )
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings, api.token, "", stop, lambda: running.now))
    await api.wait_until_polled()
    yield running
    stop.set()
    await task


MEMBERS: dict[str, Callable[[Group, Person], None]] = {
    "member": lambda group, person: group.join(person),
    "administrator": lambda group, person: group.rank(person, "administrator"),
    "creator": lambda group, person: group.rank(person, "creator"),
    "restricted": lambda group, person: group.rank(person, "restricted"),
}
STRANGERS: dict[str, Callable[[Group, Person], None]] = {
    "never there": lambda group, person: None,
    "left": lambda group, person: group.leave(person),
    "kicked": lambda group, person: group.rank(person, "kicked"),
    "restricted and left": lambda group, person: group.rank(person, "restricted", is_member=False),
}


@pytest.mark.parametrize("name", MEMBERS)
async def test_members_get_the_figures_and_see_the_command(bot: Running, user: Person, name: str) -> None:
    MEMBERS[name](bot.support, user)
    assert FIGURES in (await said(user)).text
    assert "/stats" in (await said(user, "/help")).text
    assert bot.asked() == 1


@pytest.mark.parametrize("name", STRANGERS)
async def test_others_get_what_any_unknown_command_gets(
    bot: Running, user: Person, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    STRANGERS[name](bot.support, user)
    assert (await said(user)).text == UNKNOWN
    assert (await said(user, "/nonsense")).text == UNKNOWN.replace("stats", "nonsense")
    assert "/stats" not in (await said(user, "/help")).text
    assert bot.asked() == 1
    assert not warnings(caplog)


async def test_the_menu_of_commands_does_not_name_it(bot: Running) -> None:
    await bot.api.wait_for(lambda: ("short_description", "en") in bot.api.world.texts)
    assert bot.api.world.commands
    for commands in bot.api.world.commands.values():
        assert "stats" not in [command["command"] for command in commands]


async def test_people_of_the_settings_need_not_be_asked_about(bot: Running, api: BotApi) -> None:
    assert FIGURES in (await said(api.user(STAFF_ID))).text
    assert bot.asked() == 0


async def test_in_a_group_the_figures_stay_in_the_support_chat(bot: Running, api: BotApi, user: Person) -> None:
    other = api.group(-200)
    bot.support.join(user)
    for person in (user, api.user(STAFF_ID)):
        assert (await said(person, f"/stats@{USERNAME}", other)).text == UNKNOWN
    assert bot.asked() == 0
    for person in (user, api.user(STAFF_ID)):
        assert FIGURES in (await said(person, f"/stats@{USERNAME}", bot.support)).text
    assert bot.asked() == 1


async def test_an_answer_holds_for_some_minutes_for_that_person(bot: Running, api: BotApi, user: Person) -> None:
    bot.support.join(user)
    for _ in range(3):
        assert FIGURES in (await said(user)).text
    assert (await said(api.user(8))).text == UNKNOWN
    assert [call.params.integer("user_id") for call in api.calls_of("getChatMember")] == [7, 8]
    bot.support.leave(user)
    bot.now += ANSWER_HOLDS - timedelta(seconds=1)
    assert FIGURES in (await said(user)).text
    assert bot.asked() == 2
    bot.now += timedelta(seconds=1)
    assert (await said(user)).text == UNKNOWN
    assert bot.asked() == 3


async def test_a_clock_that_is_set_back_makes_no_answer_last(bot: Running, user: Person) -> None:
    bot.support.join(user)
    assert FIGURES in (await said(user)).text
    bot.support.leave(user)
    bot.now -= timedelta(hours=1)
    assert (await said(user)).text == UNKNOWN


@pytest.mark.parametrize(
    "fault",
    [
        server_error(),
        bad_request("chat not found"),
        ApiError(403, "Forbidden: bot is not a member of the group chat"),
        ApiError(429, "Too Many Requests: retry after 9", {"retry_after": 9}),
        Break.CLOSE_BEFORE,
        Break.MALFORMED,
    ],
)
async def test_a_fault_of_telegram_makes_nobody_staff_for_now(
    bot: Running, api: BotApi, user: Person, fault: ApiError | Break, caplog: pytest.LogCaptureFixture
) -> None:
    bot.support.join(user)
    api.fault("getChatMember", fault)
    for _ in range(2):
        assert (await said(user)).text == UNKNOWN
    assert bot.asked() == 1
    [record] = warnings(caplog)
    assert f"support chat {SUPPORT}" in record.getMessage()
    assert api.token not in caplog.text
    bot.now += FAULT_HOLDS
    assert FIGURES in (await said(user)).text


@pytest.mark.parametrize("words", ["user not found", "PARTICIPANT_ID_INVALID", "member not found"])
async def test_somebody_whom_telegram_does_not_know_there_is_no_fault(
    bot: Running, api: BotApi, user: Person, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("getChatMember", bad_request(words))
    assert (await said(user)).text == UNKNOWN
    bot.now += FAULT_HOLDS
    assert (await said(user)).text == UNKNOWN
    assert bot.asked() == 1
    assert not warnings(caplog)


async def test_an_answer_without_what_the_library_wants_is_a_fault(
    bot: Running, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    bot.support.chat.ranks[user.id] = {"status": "administrator"}
    assert (await said(user)).text == UNKNOWN
    assert len(warnings(caplog)) == 1


async def test_a_support_chat_that_has_moved_is_named_in_the_log(
    bot: Running, user: Person, caplog: pytest.LogCaptureFixture
) -> None:
    bot.support.join(user)
    await bot.support.migrate(-1000001)
    assert (await said(user)).text == UNKNOWN
    assert "-1000001" in warnings(caplog)[0].getMessage()


def warnings(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.WARNING and record.name.startswith("bot.")]
