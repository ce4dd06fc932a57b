"""Responses that are kept: always what would be worked out anew."""

from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.responding import Responder, respond
from bot.rules import load_rulebook
from bot.understanding.model import Ask, Topic, Understood
from tests.dialog.answers.asking import BEIJING, LOCALES, texts
from tests.dialog.answers.test_every_answer import SLOTS

PILOT = load_rulebook("pilot")
MOMENTS = [
    moment + later
    for moment in (datetime(2018, 9, 15, tzinfo=UTC), datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    for later in (timedelta(), timedelta(hours=3), timedelta(days=9))
]
ASKS = [Ask(topic, slots) for topic, slots in product((Topic.TIME_LEFT, Topic.UNKNOWN), SLOTS[::5])]

understood = st.builds(
    Understood,
    asks=st.lists(st.sampled_from(ASKS), min_size=1, max_size=2, unique=True).map(tuple),
    locale=st.sampled_from([*LOCALES, None]),
    sensitive=st.booleans(),
    nearest=st.sampled_from([(), (Topic.PORTAL,)]),
)


@given(st.lists(understood, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_what_is_kept_is_what_would_be_said(messages: list[Understood], random: Random) -> None:
    responder = Responder(PILOT)
    said = list(product(messages, LOCALES, MOMENTS, (BEIJING, ZoneInfo("Europe/Berlin"))))
    random.shuffle(said)
    for message, locale, now, zone in said:
        anew = respond(message, PILOT, texts(locale), now=now, zone=zone)
        assert responder.respond(message, texts(locale), now=now, zone=zone) == anew


def test_the_same_is_worked_out_once_a_day() -> None:
    responder = Responder(PILOT)
    message = Understood((ASKS[0],), None)
    first, later, tomorrow = (
        responder.respond(message, texts("en"), now=MOMENTS[0] + span, zone=BEIJING)
        for span in (timedelta(), timedelta(hours=1), timedelta(days=1))
    )
    assert later is first
    assert tomorrow is not first
