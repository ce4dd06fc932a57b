"""A person's own matters: language, zone, quiet hours, what is kept about them, and having it deleted."""

import json
from dataclasses import replace
from datetime import datetime

from bot.dialog.actions import join_action
from bot.dialog.answers import lay_out
from bot.dialog.filing_actions import replan_all
from bot.dialog.forms import close_form
from bot.dialog.model import Button, Document, Replies, Reply, Rows
from bot.dialog.turn import MENU, Turn
from bot.filings.filing import Filing
from bot.filings.person import Person, QuietHours
from bot.setting_values import parse_quiet_hours, parse_zone

ZONES = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
)
"""The zones that are offered; any other can be written."""

QUIET_CHOICES = ("22:00-08:00", "23:00-07:00", "00:00-09:00")
"""The quiet hours that are offered; any others can be written."""


async def show_settings(turn: Turn, args: str = "") -> Replies:
    """Show the settings with buttons, or set one: `zone Europe/Berlin`, `quiet 23:00-07:00`, `quiet off`."""
    name, _, value = args.strip().partition(" ")
    if name in _SET and value:
        return await _SET[name](turn, value.strip())
    return [_settings(turn, turn.texts("settings.usage") if args.strip() else "")]


def _settings(turn: Turn, heading: str = "") -> Reply:
    texts = turn.texts
    quiet = turn.services.planner.quiet(turn.person)
    lines = [
        *([f"<b>{heading}</b>", ""] if heading else []),
        texts("settings.language", language=texts(f"language.{texts.locale}")),
        texts("settings.zone", zone=turn.zone.key, now=turn.moment(turn.now)),
        texts("settings.quiet", hours=_hours(quiet)) if quiet else texts("settings.quiet_off"),
    ]
    buttons = (
        (Button(texts("button.language"), join_action("language")),),
        (Button(texts("button.zone"), join_action("zone")), Button(texts("button.quiet"), join_action("quiet"))),
    )
    return Reply("\n".join(lines), buttons, replaces=True)


def _hours(quiet: QuietHours) -> str:
    return f"{quiet.starts:%H:%M}-{quiet.ends:%H:%M}"


async def language(turn: Turn, locale: str = "") -> Replies:
    """Offer the languages, or change to `locale`: one of the catalogs', or any tag that means one."""
    catalogs = turn.services.catalogs
    chosen = locale if locale in catalogs.by_locale else catalogs.match(locale)
    if chosen:
        turn.change_person(replace(turn.person, locale=chosen, detected=chosen))
        return [Reply(turn.texts("language.changed"), replaces=True, menu=menu(turn))]
    names = [Button(catalogs[known](f"language.{known}"), join_action("language", known)) for known in catalogs.locales]
    return [Reply(turn.texts("language.which"), lay_out(names), replaces=True)]


async def zone(turn: Turn, name: str = "") -> Replies:
    """Offer zones, or change to one of the IANA database; reminders outside quiet hours move with it."""
    if not name:
        buttons = [Button(known.partition("/")[2].replace("_", " "), join_action("zone", known)) for known in ZONES]
        return [Reply(turn.texts("settings.which_zone"), lay_out(buttons), replaces=True)]
    try:
        chosen = parse_zone(name)
    except ValueError:
        return [Reply(turn.texts("settings.no_such_zone", zone=name))]
    turn.change_person(replace(turn.person, zone=chosen.key))
    await replan_all(turn)
    return [_settings(turn, turn.texts("settings.saved"))]


async def quiet(turn: Turn, hours: str = "") -> Replies:
    """Offer quiet hours, or change them: `22:00-08:00`, `off`; a button, which carries no colon, says `22.00-08.00`."""
    texts = turn.texts
    if not hours:
        choices = [Button(choice, join_action("quiet", choice.replace(":", "."))) for choice in QUIET_CHOICES]
        off = Button(texts("button.quiet_off"), join_action("quiet", "off"))
        return [Reply(texts("settings.which_quiet"), (*lay_out(choices), (off,)), replaces=True)]
    try:
        chosen = parse_quiet_hours(hours.replace(".", ":"))
    except ValueError:
        return [Reply(texts("settings.no_such_hours", hours=hours))]
    turn.change_person(replace(turn.person, quiet=chosen, quiet_off=chosen is None))
    await replan_all(turn)
    return [_settings(turn, texts("settings.saved"))]


_SET = {"zone": zone, "quiet": quiet, "language": language}


def menu(turn: Turn) -> tuple[tuple[str, ...], ...]:
    """Return the keyboard that stays below a private chat."""
    texts = turn.texts
    if not turn.who.private:
        return ()
    words = [texts(f"menu.{name}") for name in MENU]
    return (tuple(words[:2]), tuple(words[2:]))


async def privacy(turn: Turn) -> Replies:
    """Say what is kept and for how long."""
    texts = turn.texts
    days = turn.services.defaults.retention_days
    rows: Rows = (
        (Button(texts("button.export"), join_action("export")), Button(texts("button.forget"), join_action("forget"))),
    )
    return [Reply(texts.plural("privacy.text", days), rows)]


async def export(turn: Turn) -> Replies:
    """Give the person all that is kept about them, as a JSON file."""
    filings = await turn.store.filings_of(turn.who.chat_id)
    record = {"person": _person_record(turn.person), "filings": [_filing_record(filing) for filing in filings]}
    content = json.dumps(record, ensure_ascii=False, indent=2).encode()
    return [Reply(turn.texts("privacy.exported"), document=Document("beian-bot.json", content, "application/json"))]


def _person_record(person: Person) -> dict[str, object]:
    return {
        "chat_id": person.chat_id,
        "language": person.locale or person.detected,
        "time_zone": person.zone,
        "quiet_hours": "off" if person.quiet_off else _hours(person.quiet) if person.quiet else None,
    }


def _filing_record(filing: Filing) -> dict[str, object]:
    return {
        "label": filing.label,
        "province": filing.province,
        "filing_type": filing.filing_type,
        "changes": filing.change,
        "same_person": filing.same_person,
        "contacts": [{"contact": check.contact, "verified_at": _iso(check.verified_at)} for check in filing.contacts],
        "submitted_at": _iso(filing.submitted_at),
        "deadline": _iso(filing.deadline),
        "state": filing.state,
        "wrong_entries": filing.wrong_entries,
        "attempt": filing.attempt,
        "created_at": _iso(filing.created_at),
        "closed_at": _iso(filing.closed_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


async def forget(turn: Turn, answer: str = "") -> Replies:
    """Ask, and on `yes` delete all that is kept of this chat."""
    texts = turn.texts
    if answer == "yes":
        close_form(turn)
        count = await turn.store.forget(turn.who.chat_id)
        turn.forgotten = True
        turn.services.plan_changed()
        return [Reply(texts.plural("privacy.forgotten", count), replaces=True)]
    if answer == "no":
        return [Reply(texts("privacy.kept"), replaces=True)]
    yes, no = (
        Button(texts("button.forget_all"), join_action("forget", "yes")),
        Button(texts("button.no"), join_action("forget", "no")),
    )
    return [Reply(texts("privacy.confirm"), ((yes, no),), replaces=True)]
