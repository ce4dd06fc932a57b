import json
import logging
import sys
from collections.abc import Iterator

import pytest

from bot.logs import REDACTED, set_up_logging

TOKEN = "123456789:AAExampleOfAToken_that-is-none-00000"
log = logging.getLogger("bot.somewhere")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    logging.captureWarnings(False)


def test_a_record_is_one_line_with_time_level_logger_and_context(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text")
    log.info("sent %s\nof %s", 1, 2, extra={"chat": 7})
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    time, rest = line.rstrip("\n").split(" ", 1)
    assert time.endswith("Z")
    assert rest == "INFO bot.somewhere sent 1\\nof 2 chat=7"


def test_json_has_the_same_in_fields(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "json")
    log.info("发送 %s", 1, extra={"chat": 7})
    record = json.loads(capsys.readouterr().err)
    assert record.pop("time").endswith("Z")
    assert record == {"level": "INFO", "logger": "bot.somewhere", "message": "发送 1", "chat": 7}


def test_less_than_the_level_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("WARNING", "text")
    log.info("nothing")
    logging.getLogger("httpx").info("HTTP Request")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_token_is_in_no_record(capsys: pytest.CaptureFixture[str], form: str) -> None:
    set_up_logging("DEBUG", form, TOKEN)
    quoted = TOKEN.replace(":", "%3A")
    log.info("POST https://api.telegram.org/bot%s/getMe", TOKEN)
    log.info("percent-encoded %s, its key alone %s", quoted, TOKEN.partition(":")[2], extra={"url": f"/bot{TOKEN}"})
    log.info("an object %s", {"url": TOKEN}, stack_info=True)
    try:
        raise RuntimeError(f"refused {TOKEN}")
    except RuntimeError:
        log.exception("it failed")
    written = capsys.readouterr().err
    assert TOKEN.partition(":")[2] not in written
    assert REDACTED in written
    assert "RuntimeError: refused" in written


def test_an_uncaught_error_goes_to_the_log_without_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text", TOKEN)
    try:
        raise ValueError(f"no such page: /bot{TOKEN}/x")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    first, *trace = capsys.readouterr().err.splitlines()
    assert "CRITICAL bot uncaught error" in first
    assert trace[-1] == f"    ValueError: no such page: /bot{REDACTED}/x"


def test_without_secrets_nothing_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text", "")
    log.info("plain")
    assert REDACTED not in capsys.readouterr().err
