import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.terminal.cli import main
from tests.terminal.process import bot

NOW = "2026-11-21T12:00:00+08:00"


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def converse(*lines: str, cwd: Path, now: str = NOW, options: tuple[str, ...] = ()) -> list[Any]:
    done = bot("chat", "--json", "--now", now, *options, cwd=cwd, stdin="".join(f"{line}\n" for line in lines))
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def said(record: Any) -> str:
    return "\n".join(reply["text"] for reply in record["replies"])


def test_json_is_one_conversation_a_line_each_over_processes(tmp_path: Path) -> None:
    first = converse("甘肃", "", "/track 甘肃 新增备案 2026-11-21 10:00 example.com", "!no such", cwd=tmp_path)
    assert len(first) == 4
    assert "gscainfo.miitbeian.gov.cn" in said(first[0])
    assert all(set(reply) == {"text", "buttons"} for record in first for reply in record["replies"])
    assert first[1] == {"replies": []}
    assert "example.com" in said(first[2])
    assert first[3]["replies"] == []
    assert "no such" in first[3]["error"]
    assert (tmp_path / "data" / "bot.db").is_file()

    label = next(label for label in first[2]["replies"][-1]["buttons"] if "主体负责人" in label)
    second = converse("/filings", f"!{label}", cwd=tmp_path, now="2026-11-21T05:00:00Z")
    assert "1天21小时" in said(second[0])
    assert label not in second[1]["replies"][-1]["buttons"]


def test_people_are_apart_and_the_client_has_a_language(tmp_path: Path) -> None:
    converse("/track 甘肃 新增备案 2026-11-21 10:00 example.com", cwd=tmp_path)
    other = converse("/filings", cwd=tmp_path, options=("--user", "5", "--locale", "en"))
    assert "example.com" not in said(other[0])
    assert "track" in said(other[0])


def pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *lines: str) -> tuple[str, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    assert main(["chat", "--now", NOW]) == 0
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_a_pipe_gets_text_with_numbered_buttons(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err = pipe(monkeypatch, capsys, "/track 甘肃 新增备案 2026-11-21 10:00 example.com", "1", "!nonsense", "1")
    assert "  [1] " in out
    assert "✅" in out
    assert "no button is labelled 'nonsense'" in err
    assert not re.search(r"</?(b|a|code)\b", out)


def test_a_file_that_comes_with_a_reply_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    out, _ = pipe(monkeypatch, capsys, "/track 甘肃 新增备案 2026-11-21 10:00 example.com", "/export")
    kept = tmp_path / "state" / "beian-bot" / "beian-bot.json"
    assert str(kept) in out
    assert json.loads(kept.read_bytes())["filings"][0]["label"] == "example.com"


def test_staff_are_those_of_the_settings(tmp_path: Path) -> None:
    for user, told in ((5, True), (6, False)):
        done = bot("chat", "--json", "--user", str(user), cwd=tmp_path, stdin="/stats\n/help\n", BOT_STAFF="5")
        figures, help_ = map(json.loads, done.stdout.splitlines())
        assert ("备案：待验证 0" in said(figures)) is told
        assert ("/stats" in said(help_)) is told
