"""What the image and the unit promise, as far as that can be seen without building them."""

import configparser
from pathlib import Path

from bot.errors import CatalogError, RulebookError, SettingsError, StoreLockedError, TelegramError, TokenRefusedError

ROOT = Path(__file__).parent.parent


def instructions() -> list[list[str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_runs_the_bot_without_root_on_a_volume() -> None:
    last_stage = instructions()[max(n for n, words in enumerate(instructions()) if words[0] == "FROM") :]
    user = next(words[1] for words in last_stage if words[0] == "USER")
    assert user not in {"root", "0"}
    assert ["VOLUME", "/data"] in last_stage
    assert "BOT_DATABASE=/data/bot.db" in [word for words in last_stage for word in words]
    assert ["CMD", '["run"]'] in last_stage


def test_the_image_is_built_from_what_the_context_lets_through() -> None:
    allowed = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    copied = [source for words in instructions() if words[0] == "COPY" for source in words[1:-1] if source[0] != "-"]
    sources = [source for source in copied if not source.startswith("/")]
    assert sources
    for source in sources:
        assert any(entry == source or entry.startswith(f"{source}/") for entry in allowed), source
    assert not any("env" in entry or entry.endswith(".db") for entry in allowed)


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    parser.read(ROOT / "deploy" / "beian-bot.service", encoding="utf-8")
    return parser


def test_the_unit_restarts_only_what_can_mend_itself() -> None:
    service = unit()["Service"]
    final = {int(code) for code in service["RestartPreventExitStatus"].split()}
    assert final == {error.exit_code for error in (SettingsError, TokenRefusedError, RulebookError, CatalogError)}
    assert not final & {StoreLockedError.exit_code, TelegramError.exit_code}
    assert service["Restart"] == "on-failure"


def test_the_unit_is_without_root() -> None:
    service = unit()["Service"]
    assert service["DynamicUser"] == "yes"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ExecStart"].endswith("/beian-bot run")
