import os
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import SettingsError
from bot.filings.person import QuietHours
from bot.settings import Settings, declarations, load_settings, unknown_variables
from tests.setting_docs import env_example, table

ROOT = Path(__file__).parent.parent
TOKEN = "123456789:AAExampleOfAToken_that-is-none-00000"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith("BOT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(f"BOT_{name}", value)
    return load_settings()


def fault(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **variables)
    return str(caught.value)


def test_defaults_are_parsed_like_any_value() -> None:
    settings = load_settings()
    assert settings.token is None
    assert settings.api_url == "https://api.telegram.org/bot"
    assert settings.database == Path("data/bot.db")
    assert (settings.rulebook, settings.locale, settings.timezone) == ("pilot", "zh_Hans", ZoneInfo("Asia/Shanghai"))
    assert settings.staff == frozenset()
    assert settings.remind_before == tuple(timedelta(minutes=minutes) for minutes in (1440, 360, 120, 30))
    assert settings.quiet_hours == QuietHours(time(22), time(8))
    assert (settings.port, settings.retention_days, settings.messages_per_second) == (8080, 90, 30)
    assert (settings.log_level, settings.log_format, settings.paid_broadcast) == ("INFO", "text", False)


def test_values_get_their_types(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(
        monkeypatch,
        TOKEN=TOKEN,
        API_URL="http://127.0.0.1:8081/bot/",
        STAFF="1, 2,-3",
        SUPPORT_CHAT="-100123",
        REMIND_BEFORE="30m, 1h30m,1d,30m",
        QUIET_HOURS=" off ",
        TIMEZONE="Asia/Urumqi",
        LOCALE="en",
        RULEBOOK="national",
        WEBHOOK_SECRET="abc_-1",
        LOG_LEVEL="debug",
        MESSAGES_PER_SECOND="1000",
        PAID_BROADCAST="yes",
    )
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert (settings.api_url, settings.file_url) == ("http://127.0.0.1:8081/bot", "http://127.0.0.1:8081/file/bot")
    assert settings.staff == {1, 2, -3}
    assert settings.support_chat == -100123
    assert settings.remind_before == (timedelta(days=1), timedelta(hours=1, minutes=30), timedelta(minutes=30))
    assert settings.quiet_hours is None
    assert settings.timezone == ZoneInfo("Asia/Urumqi")
    assert settings.log_level == "DEBUG"
    assert settings.paid_broadcast is True
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("API_URL", "ftp://host/bot", "is not an http or https address"),
        ("API_URL", "http://127.0.0.1:8081", "does not end in /bot"),
        ("RULEBOOK", "pilto", "neither a rulebook that ships (national, pilot) nor a file"),
        ("RULEBOOK", "rules/mine.toml", "is not a file"),
        ("LOCALE", "fr", "is not one of en, zh_Hans, zh_Hant"),
        ("TIMEZONE", "Peking", "is not a time zone"),
        ("TIMEZONE", "../etc/passwd", "is not a time zone"),
        ("STAFF", "1,@me", "not a Telegram id: @me"),
        ("SUPPORT_CHAT", "support", "valid integer"),
        ("WEBHOOK_URL", "bot.example.com", "is not an http or https address"),
        ("WEBHOOK_URL", "http://bot.example.com/", "https addresses only"),
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "65536", "less than or equal to 65535"),
        ("REMIND_BEFORE", "24h,soon", "'soon' is not a span"),
        ("REMIND_BEFORE", "0h", "a span of nothing"),
        ("REMIND_BEFORE", ",", "names no span"),
        ("QUIET_HOURS", "10pm-8am", "neither two times"),
        ("QUIET_HOURS", "22:00-24:00", "a time that no clock shows"),
        ("QUIET_HOURS", "08:00-08:00", "begins and ends at the same time"),
        ("RETENTION_DAYS", "0", "greater than or equal to 1"),
        ("MESSAGES_PER_SECOND", "1001", "less than or equal to 1000"),
        ("PAID_BROADCAST", "perhaps", "valid boolean"),
        ("LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LOG_FORMAT", "xml", "'text' or 'json'"),
    ],
)
def test_a_bad_value_is_refused_with_name_fault_and_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    message = fault(monkeypatch, **{name: value})
    example = next(setting.example for setting in declarations() if setting.variable == f"BOT_{name}")
    assert reason in message
    assert message.endswith(f"for example BOT_{name}={example}")
    assert message.startswith(f"BOT_{name}")
    assert "\n" not in message


@pytest.mark.parametrize("per_second", ["", "30", "1"])
def test_paying_for_no_more_than_is_free_is_refused(monkeypatch: pytest.MonkeyPatch, per_second: str) -> None:
    message = fault(monkeypatch, PAID_BROADCAST="yes", MESSAGES_PER_SECOND=per_second)
    assert message.startswith("BOT_PAID_BROADCAST=yes: ")
    assert f"does nothing with BOT_MESSAGES_PER_SECOND={per_second or 30}: 30 a second are free" in message


def test_more_than_is_free_without_paying_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, MESSAGES_PER_SECOND="31").doubts() == [
        "BOT_MESSAGES_PER_SECOND=31 without BOT_PAID_BROADCAST=yes: Telegram may refuse more than 30 (429)"
    ]
    assert load(monkeypatch, MESSAGES_PER_SECOND="31", PAID_BROADCAST="yes").doubts() == []
    assert load(monkeypatch, MESSAGES_PER_SECOND="30", PAID_BROADCAST="no").doubts() == []


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    message = fault(monkeypatch, PORT="x", LOCALE="fr", QUIET_HOURS="never")
    assert message.startswith("3 settings are wrong:")
    assert all(f"BOT_{name}=" in message for name in ("PORT", "LOCALE", "QUIET_HOURS"))


@pytest.mark.parametrize("name", ["TOKEN", "WEBHOOK_SECRET"])
def test_a_bad_secret_is_not_told(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    message = fault(monkeypatch, **{name: "se cret!"})
    assert f"BOT_{name}: " in message
    assert "se cret" not in message


def test_an_own_server_may_deliver_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, WEBHOOK_URL="http://10.0.0.1/hook", API_URL="http://10.0.0.2:8081/bot")
    assert settings.webhook_url == "http://10.0.0.1/hook"


def test_the_environment_outdoes_the_file_and_empty_is_unset(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("\ufeffBOT_PORT=9000\nBOT_LOCALE=en\nBOT_RULEBOOK=\nOTHER=1\n", encoding="utf-8")
    settings = load(monkeypatch, LOCALE="zh_Hant", WEBHOOK_URL="")
    assert (settings.port, settings.locale, settings.rulebook) == (9000, "zh_Hant", "pilot")
    assert settings.webhook_url is None


def test_an_unreadable_file_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"BOT_LOCALE=\xff\xfe\n")
    assert fault(monkeypatch).startswith(".env: cannot be read")


def test_a_rulebook_may_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").touch()
    assert load(monkeypatch, RULEBOOK="mine.toml").rulebook == "mine.toml"


def test_unknown_variables_are_told_with_the_name_meant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOKN=1\nBOT_LOCALE=en\n", encoding="utf-8")
    monkeypatch.setenv("BOT_XYZZY", "1")
    assert unknown_variables() == [
        "BOT_TOKN is not a setting; do you mean BOT_TOKEN?",
        "BOT_XYZZY is not a setting of this bot",
    ]


def test_every_example_is_a_good_value(monkeypatch: pytest.MonkeyPatch) -> None:
    load(monkeypatch, **{setting.variable.removeprefix("BOT_"): setting.example for setting in declarations()})


def test_env_example_is_what_the_declarations_say() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example()


def test_the_manual_has_the_table_of_settings() -> None:
    assert table() in (ROOT / "README.md").read_text(encoding="utf-8")
