"""How long there is: the hours that hold, the deadline that is computed, and what follows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.understanding.model import Topic
from tests.dialog.answers.asking import BEIJING, LOCALES, NOW, rules, said, texts

WORDS = {
    "left": {"zh_Hans": "还剩", "zh_Hant": "還剩", "en": "left"},
    "late": {"zh_Hans": "已经过期", "zh_Hant": "已經過期", "en": "It has expired"},
    "again": {"zh_Hans": "重新提交备案", "zh_Hant": "重新提交備案", "en": "submitted again"},
    "in time": {"zh_Hans": "来得及", "zh_Hant": "來得及", "en": "is in time"},
    "yes": {"zh_Hans": "对", "zh_Hant": "對", "en": "Yes"},
    "no": {"zh_Hans": "没有", "zh_Hant": "沒有", "en": "No"},
    "no extension": {"zh_Hans": "不会延长期限", "zh_Hant": "不會延長期限", "en": "does not extend"},
}
VALIDITY = timedelta(hours=48)
DELAY = timedelta(minutes=5)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("hours", "words"), [(24, "in time"), (48, "yes"), (72, "no")])
def test_hours_that_are_supposed_are_set_right_in_the_first_line(hours: int, words: str, locale: str) -> None:
    first = said(Topic.VALIDITY, locale, hours=hours).splitlines()[0]

    assert WORDS[words][locale] in first
    assert texts(locale).hours(VALIDITY) in first


@pytest.mark.parametrize("locale", LOCALES)
def test_validity_counts_from_the_submission_and_is_not_extended(locale: str) -> None:
    assert WORDS["no extension"][locale] in said(Topic.VALIDITY, locale)
    assert WORDS["no extension"][locale] in said(Topic.RESEND, locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_deadline_counts_from_the_submission_before_the_sms(locale: str) -> None:
    came = datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING)

    first = said(Topic.TIME_LEFT, locale, moments=(came,)).splitlines()[0]

    assert texts(locale).moment(came - DELAY + VALIDITY, BEIJING) in first
    assert "09:55" in first
    assert texts(locale).duration(timedelta(hours=21, minutes=55)) in first
    assert WORDS["left"][locale] in first


@pytest.mark.parametrize(
    ("locale", "weekday"), [("zh_Hans", "星期三"), ("zh_Hant", "星期三"), ("en", "Wednesday")], ids=LOCALES
)
def test_deadline_bears_its_weekday(locale: str, weekday: str) -> None:
    assert weekday in said(Topic.TIME_LEFT, locale, moments=(datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING),))


@pytest.mark.parametrize("locale", LOCALES)
def test_deadline_that_has_passed_leads_to_resubmission(locale: str) -> None:
    lines = said(Topic.TIME_LEFT, locale, moments=(NOW - timedelta(days=3),)).splitlines()

    assert WORDS["late"][locale] in lines[0]
    assert any(WORDS["again"][locale] in line for line in lines)


@given(minutes=st.integers(min_value=0, max_value=5 * 24 * 60))
@example(minutes=48 * 60 - 5)
def test_what_is_left_is_what_the_clock_says(minutes: int) -> None:
    came = (NOW - timedelta(minutes=minutes)).astimezone(UTC)
    left = came - DELAY + VALIDITY - NOW
    for locale in LOCALES:
        first = said(Topic.TIME_LEFT, locale, moments=(came,)).splitlines()[0]

        assert (WORDS["late"][locale] in first) == (left <= timedelta())
        assert texts(locale).moment(NOW + left, BEIJING) in first
        assert left <= timedelta() or texts(locale).duration(left) in first


@pytest.mark.parametrize("locale", LOCALES)
def test_moment_that_reads_two_ways_gives_both_deadlines(locale: str) -> None:
    late, early = NOW - timedelta(days=3), NOW - timedelta(hours=2)

    lines = said(Topic.TIME_LEFT, locale, moments=(late, early)).splitlines()

    assert WORDS["late"][locale] in lines[0]
    assert WORDS["left"][locale] in lines[1]
    assert texts(locale).moment(late, BEIJING) in lines[0]
    assert texts(locale).moment(early, BEIJING) in lines[1]


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_moment_the_general_rule_is_told(locale: str) -> None:
    text = said(Topic.TIME_LEFT, locale)

    assert texts(locale).hours(VALIDITY) in text
    assert texts(locale)("time_left.tell") in text


@pytest.mark.parametrize("locale", LOCALES)
def test_since_2020_the_code_holds_a_day(locale: str) -> None:
    state = rules("national")
    came = datetime(2026, 11, 24, 10, 0, tzinfo=BEIJING)

    assert texts(locale).hours(timedelta(hours=24)) in said(Topic.VALIDITY, locale, state)
    assert "48" not in said(Topic.VALIDITY, locale, state)
    assert texts(locale).moment(came - DELAY + timedelta(days=1), BEIJING) in said(
        Topic.TIME_LEFT, locale, state, moments=(came,)
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_disputed_validity_gives_both_readings_the_stricter_first(locale: str) -> None:
    day, two_days = (texts(locale).hours(timedelta(hours=hours)) for hours in (24, 48))

    lines = said(Topic.VALIDITY, locale, rules("national", date(2019, 8, 1))).splitlines()

    assert day in lines[0]
    assert texts(locale)("disputed.differ") == lines[1]
    assert lines[2].startswith(day)
    assert "icpbeian.net" in lines[2]
    assert lines[3].startswith(two_days)
    assert "huyunkeji.com" in lines[3]


@pytest.mark.parametrize("locale", LOCALES)
def test_review_is_told_in_working_days_where_the_rulebook_knows(locale: str) -> None:
    takes = texts(locale)("review.takes", min=1, max=20)

    assert takes in said(Topic.VERIFIED, locale, rules("national"))
    assert takes in said(Topic.REVIEW, locale, rules("national"))
    assert "20" not in said(Topic.VERIFIED, locale)
