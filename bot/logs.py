"""Logging to stderr: one line a record, UTC, and no secret in it."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from urllib.parse import quote

REDACTED = "[redacted]"

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_NOISY = ("httpx", "httpcore", "apscheduler", "tornado.access")


class Redact(logging.Filter):
    """Takes secrets out of records: message, context, traceback. It belongs on a handler, where every record passes.

    A secret is taken out as it is, percent-encoded, and, for a bot token, its key alone.
    """

    def __init__(self, *secrets: str) -> None:
        super().__init__()
        forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), *_key(secret))}
        self._pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None

    def clean(self, text: str) -> str:
        """Return `text` without the secrets."""
        return self._pattern.sub(REDACTED, text) if self._pattern else text

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; it always passes."""
        record.msg, record.args = self.clean(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = record.exc_text and self.clean(record.exc_text)
        record.stack_info = record.stack_info and self.clean(record.stack_info)
        for name, value in _context(record):
            if not isinstance(value, int | float | None):
                setattr(record, name, self.clean(str(value)))
        return True


def _key(secret: str) -> Iterator[str]:
    number, colon, key = secret.partition(":")
    if colon and number.isdecimal() and len(key) >= 8:
        yield key


def _context(record: logging.LogRecord) -> list[tuple[str, Any]]:
    """Return what was given as `extra`."""
    return [(name, value) for name, value in vars(record).items() if name not in _STANDARD]


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class TextFormatter(logging.Formatter):
    """`TIME LEVEL LOGGER MESSAGE name=value …`; the lines of a traceback follow, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text; a line break in a message is written `\\n`: nobody can forge a record."""
        context = "".join(f" {name}={value}" for name, value in _context(record))
        line = f"{_moment(record)} {record.levelname} {record.name} {record.getMessage()}{context}"
        return "\n    ".join([line.replace("\r", "\\r").replace("\n", "\\n"), *_trace(self, record)])


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `message`, the context, and `trace` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        entry: dict[str, object] = dict(_context(record))
        entry |= {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        trace = _trace(self, record)
        if trace:
            entry["trace"] = "\n".join(trace)
        return json.dumps(entry, ensure_ascii=False, default=str)


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    if record.exc_info and not record.exc_text:
        record.exc_text = formatter.formatException(record.exc_info)
    return "\n".join(filter(None, (record.exc_text, record.stack_info))).splitlines()


def set_up_logging(level: str, form: str, *secrets: str) -> None:
    """Log to stderr from `level` on, in `form` (`text` or `json`), without `secrets`; uncaught errors go there too.

    Calling it again replaces what it set up before.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    handler.addFilter(Redact(*secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _log_uncaught


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot").critical("uncaught error", exc_info=(kind, error, trace))
