"""A filing's deadline as a calendar file (RFC 5545)."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from bot.dialog.filing_cards import short_name
from bot.dialog.turn import Turn
from bot.filings.filing import Filing
from bot.texts import plain

ALARMS = (timedelta(hours=24), timedelta(hours=2))
"""How long before the deadline the calendar itself rings."""


def calendar_file(turn: Turn, filing: Filing) -> bytes:
    """Return an .ics file with one event, the deadline, in UTC."""
    texts = turn.texts
    calendar = Calendar()
    calendar.add("prodid", "-//beian-bot//filing deadline//EN")
    calendar.add("version", "2.0")
    event = Event()
    event.add("uid", f"filing-{filing.id}-{filing.attempt}@beian-bot")
    event.add("dtstamp", turn.now)
    event.add("dtstart", filing.deadline)
    event.add("dtend", filing.deadline)
    event.add("summary", plain(texts("calendar.summary", name=short_name(texts, filing))))
    portal = turn.services.rulebook.at_moment(filing.submitted_at).portal(filing.province)
    if portal:
        event.add("url", portal.page or portal.url)
        event.add("description", plain(texts("calendar.description", url=portal.page or portal.url)))
    for ahead in ALARMS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event["summary"])
        alarm.add("trigger", -ahead)
        event.add_component(alarm)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
