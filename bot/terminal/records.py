"""Filings and failed reminders as rows of tables, and as records for JSON and CSV.

Times for people are in the zone of the settings.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.filings.filing import Filing
from bot.filings.reminder import FailedReminder
from bot.terminal.describe import span
from bot.terminal.output import table
from bot.texts import Texts, plain

IMPORT_COLUMNS = (
    "chat_id",
    "province",
    "filing_type",
    "submitted_at",
    "label",
    "changes",
    "same_person",
)
"""The columns of an export that an import reads; it also takes `locale`."""

EXPORT_COLUMNS = (*IMPORT_COLUMNS, "id", "state", "deadline", "waiting_for", "wrong_entries", "attempt", "closed_at")


def filing_record(filing: Filing) -> dict[str, object]:
    """Return a filing by the names of `EXPORT_COLUMNS`; moments in ISO 8601, UTC, and "" for what is not known."""
    values = {
        "chat_id": filing.chat_id,
        "province": filing.province,
        "filing_type": filing.filing_type,
        "submitted_at": _iso(filing.submitted_at),
        "label": filing.label,
        "changes": filing.change or "",
        "same_person": "" if filing.same_person is None else "yes" if filing.same_person else "no",
        "id": filing.id,
        "state": filing.state,
        "deadline": _iso(filing.deadline),
        "waiting_for": " ".join(filing.waiting_for),
        "wrong_entries": filing.wrong_entries,
        "attempt": filing.attempt,
        "closed_at": _iso(filing.closed_at) if filing.closed_at else "",
    }
    return {column: values[column] for column in EXPORT_COLUMNS}


def filing_table(filings: Sequence[Filing], texts: Texts, zone: ZoneInfo, now: datetime) -> str:
    """Return filings as a table."""
    rows = [
        (
            filing.id,
            filing.chat_id,
            filing.label or "-",
            plain(texts(f"province.{filing.province}")),
            plain(texts(f"filing_type.{filing.filing_type}")),
            filing.state,
            ", ".join(filing.waiting_for) or "-",
            _shown(filing.deadline, zone),
            span(filing.deadline - now) if filing.is_open else "-",
        )
        for filing in filings
    ]
    return table(
        ("ID", "CHAT", "LABEL", "PROVINCE", "TYPE", "STATE", "WAITING FOR", f"DEADLINE ({zone})", "LEFT"), rows
    )


def failed_record(failed: FailedReminder) -> dict[str, object]:
    """Return a failed reminder with its filing; moments in ISO 8601, UTC, and "" for what is not known."""
    reminder, filing = failed.reminder, failed.filing
    return {
        "id": reminder.id,
        "kind": reminder.kind,
        "due_at": _iso(reminder.due_at),
        "deadline": _iso(reminder.deadline),
        "failed_at": _iso(failed.failed_at) if failed.failed_at else "",
        "reason": reminder.reason,
        "tries": reminder.tries,
        "filing_id": filing.id,
        "chat_id": filing.chat_id,
        "label": filing.label,
        "province": filing.province,
        "filing_state": filing.state,
    }


def failed_table(failed: Sequence[FailedReminder], texts: Texts, zone: ZoneInfo) -> str:
    """Return failed reminders as a table."""
    rows = [
        (
            each.reminder.id,
            each.reminder.kind,
            _shown(each.reminder.due_at, zone),
            _shown(each.failed_at, zone) if each.failed_at else "-",
            each.reminder.tries,
            _shown(each.reminder.deadline, zone),
            each.filing.id,
            each.filing.chat_id,
            each.filing.label or "-",
            plain(texts(f"province.{each.filing.province}")),
            each.filing.state,
            " ".join(each.reminder.reason.split()),
        )
        for each in failed
    ]
    headings = ("ID", "KIND", f"DUE ({zone})", "FAILED", "TRIES", "DEADLINE", "FILING", "CHAT", "LABEL", "PROVINCE")
    return table((*headings, "STATE", "REASON"), rows)


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
