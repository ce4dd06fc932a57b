import io
import json
import re
from pathlib import Path

import pytest

from bot.terminal.ask import BadLine, Question, read_questions
from bot.terminal.cli import main
from tests.terminal.process import bot, start


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["ask", *arguments]) == 0
    return capsys.readouterr().out


def test_a_question_of_the_command_line_gets_one_answer(capsys: pytest.CaptureFixture[str]) -> None:
    out = ask(capsys, "甘肃", "网址")
    assert "gscainfo.miitbeian.gov.cn" in out
    assert not re.search(r"</?(b|a|code)\b", out)


def test_json_has_the_fields_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads(ask(capsys, "--json", "Where do I verify a Gansu filing?"))
    assert list(record) == ["id", "question", "text", "topics", "province", "filing_type", "buttons", "locale"]
    assert (record["id"], record["province"], record["locale"]) == (1, "gansu", "en")
    assert "gscainfo.miitbeian.gov.cn" in record["text"]
    assert all(isinstance(label, str) for label in record["buttons"])


def test_the_locale_can_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(ask(capsys, "--json", "--locale", "zh_Hant", "Gansu portal"))["locale"] == "zh_Hant"


def test_rulebook_and_day_can_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    question = "验证码多久有效？"
    assert "48" in ask(capsys, question)
    assert "24" in ask(capsys, "--rulebook", "national", question)
    assert "48" in ask(capsys, "--rulebook", "national", "--at", "2018-10-01", question)


def test_settings_bear_on_the_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("BOT_RULEBOOK", "national")
    assert "24" in ask(capsys, "验证码多久有效？")
    monkeypatch.delenv("BOT_RULEBOOK")
    (tmp_path / ".env").write_text("BOT_RULEBOOK=national\n", encoding="utf-8")
    assert "24" in ask(capsys, "验证码多久有效？")


def test_lines_are_text_or_json_with_context() -> None:
    lines = io.StringIO('甘肃\n\n {"id": "a", "q": "那新增接入呢？", "turns": ["甘肃"]}\n{"q": "x"}\n')
    assert list(read_questions(lines)) == [
        Question(1, "甘肃"),
        Question("a", "那新增接入呢？", ("甘肃",)),
        Question(4, "x"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{甘肃}", "not JSON"),
        ('{"id": 1}', "no question"),
        ('{"q": ""}', "no question"),
        ('{"q": 5}', "no question"),
        ('{"q": "x", "turns": "y"}', "turns"),
        ('{"q": "x", "turns": [1]}', "turns"),
        ('{"q": ' + "[" * 100_000, "not JSON"),
    ],
)
def test_a_bad_line_is_told_by_its_number(line: str, reason: str) -> None:
    (bad,) = read_questions(["\n", line][1:])
    assert isinstance(bad, BadLine)
    assert bad.number == 1
    assert reason in bad.reason


def test_as_a_process_each_line_stands_alone_and_nothing_is_lost(tmp_path: Path) -> None:
    lines = [
        "\ufeff甘肃",
        '{"id": "ctx", "q": "那网址呢？", "turns": ["西藏"]}',
        "{broken",
        '{"id": "after", "q": "新疆的验证网址"}',
    ]
    done = bot("ask", "--json", cwd=tmp_path, stdin="\n".join(lines).encode() + b"\n\xff\xfe\n")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["id"] for record in records] == [1, "ctx", None, "after", 5]
    assert records[0]["province"] == "gansu"
    assert "xzcainfo" in records[1]["text"]
    assert records[2]["line"] == 3
    assert "xjcainfo" in records[3]["text"]
    assert done.returncode == 65
    assert done.stderr == "beian-bot: lines that are no questions: 1; the others are answered\n"
    assert not list(tmp_path.iterdir())


def test_a_reader_that_leaves_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "questions").write_text("甘肃\n" * 2000, encoding="utf-8")
    with (
        (tmp_path / "questions").open("rb") as questions,
        start("ask", "--json", cwd=tmp_path, stdin=questions) as process,
    ):
        assert process.stdout
        assert process.stderr
        assert json.loads(process.stdout.readline())["province"] == "gansu"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141
