"""Texts in three languages: what is put in, plurals, and CLDR's dates, spans and lists."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Html, Texts, load_catalogs

CATALOGS = load_catalogs()
LOCALES = ("zh_Hans", "zh_Hant", "en")


def texts(locale: str) -> Texts:
    return CATALOGS[locale]


@pytest.mark.parametrize("locale", LOCALES)
def test_values_are_escaped_unless_they_are_html(locale: str) -> None:
    assert "&lt;b&gt;" in texts(locale)("batches.no_such", number="<b>")
    assert "<b>4</b>" in texts(locale)("batches.no_such", number=Html("<b>4</b>"))


@pytest.mark.parametrize("locale", LOCALES)
def test_unknown_id_is_an_error(locale: str) -> None:
    assert texts(locale).has("unsaid")
    assert not texts(locale).has("no.such")
    with pytest.raises(KeyError, match=r"no\.such"):
        texts(locale)("no.such")
    with pytest.raises(KeyError, match=r"no\.such"):
        texts(locale).plural("no.such", 1)


def test_plural_forms_follow_the_number() -> None:
    assert texts("en").plural("resend.times", 1) == "This works 1 time."
    assert texts("en").plural("resend.times", 2) == "This works 2 times."
    assert texts("zh_Hans").plural("resend.times", 1) == "最多可以重发1次。"


@pytest.mark.parametrize(
    ("locale", "said"), [("zh_Hans", "2018年9月10日"), ("zh_Hant", "2018年9月10日"), ("en", "September 10, 2018")]
)
def test_dates(locale: str, said: str) -> None:
    assert texts(locale).date(date(2018, 9, 10)) == said


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("zh_Hans", "2026年11月25日星期三 09:55"),
        ("zh_Hant", "2026年11月25日 星期三 09:55"),
        ("en", "Wednesday, November 25, 2026 09:55"),
    ],
)
def test_moments_in_the_zone_of_the_reader(locale: str, said: str) -> None:
    moment = datetime(2026, 11, 25, 1, 55, 59, tzinfo=UTC)

    assert texts(locale).moment(moment, ZoneInfo("Asia/Shanghai")) == said
    assert "20:55" in texts(locale).moment(moment, ZoneInfo("America/New_York"))


@pytest.mark.parametrize("locale", LOCALES)
def test_times_of_day(locale: str) -> None:
    assert texts(locale).time(time(12, 0)) == "12:00"
    assert texts(locale).time(time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    ("span", "hans", "hant", "en"),
    [
        (timedelta(days=1, hours=3, minutes=7), "1天3小时", "1 天 3 小時", "1 day, 3 hours"),
        (timedelta(hours=48), "2天", "2 天", "2 days"),
        (timedelta(hours=2), "2小时", "2 小時", "2 hours"),
        (timedelta(hours=2, minutes=1), "2小时1分钟", "2 小時 1 分鐘", "2 hours, 1 minute"),
        (timedelta(days=1, minutes=30), "1天", "1 天", "1 day"),
        (timedelta(minutes=5, seconds=59), "5分钟", "5 分鐘", "5 minutes"),
        (timedelta(seconds=59), "0分钟", "0 分鐘", "0 minutes"),
        (timedelta(seconds=-1), "0分钟", "0 分鐘", "0 minutes"),
    ],
)
def test_spans_in_their_two_greatest_units(span: timedelta, hans: str, hant: str, en: str) -> None:
    assert [texts(locale).duration(span) for locale in LOCALES] == [hans, hant, en]


@given(minutes=st.integers(min_value=0, max_value=10_000_000))
def test_a_span_is_never_said_longer_than_it_is(minutes: int) -> None:
    words = texts("en").duration(timedelta(minutes=minutes)).split(", ")

    said = sum(int(word.split()[0]) * {"d": 1440, "h": 60, "m": 1}[word.split()[1][0]] for word in words)
    assert said <= minutes
    assert minutes - said < (60 if minutes >= 1440 else 1)


@pytest.mark.parametrize(("locale", "said"), [("zh_Hans", "48小时"), ("zh_Hant", "48 小時"), ("en", "48 hours")])
def test_rules_are_given_in_hours(locale: str, said: str) -> None:
    assert texts(locale).hours(timedelta(hours=48)) == said


def test_lists() -> None:
    assert texts("zh_Hans").join(["a", "b", "c"]) == "a、b和c"
    assert texts("zh_Hans").join(["a", "b"], "or") == "a或b"
    assert texts("en").join(["a", "b", "c"]) == "a, b, and c"
    assert texts("en").join(["<"]) == "&lt;"
    assert texts("en").join([Html("<b>a</b>"), "&"]) == "<b>a</b> and &amp;"


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        *(("zh", "zh_Hans"), ("zh-CN", "zh_Hans"), ("zh-hans", "zh_Hans"), ("zh-SG", "zh_Hans")),
        *(("zh-TW", "zh_Hant"), ("zh-HK", "zh_Hant"), ("zh-hant", "zh_Hant"), ("zh-Hant-TW", "zh_Hant")),
        *(("en", "en"), ("en-GB", "en"), ("EN", "en"), ("fr", None), ("", None), (None, None), ("not a tag", None)),
    ],
)
def test_language_tags_find_their_locale(tag: str | None, locale: str | None) -> None:
    assert CATALOGS.match(tag) == locale


def test_locales_begin_with_the_source() -> None:
    assert CATALOGS.locales == ("zh_Hans", "en", "zh_Hant")
    assert CATALOGS.default == "zh_Hans"


@pytest.mark.parametrize("locale", LOCALES)
def test_counts(locale: str) -> None:
    assert [texts(locale).number(count) for count in (0, 999, 1000, 1_234_567)] == ["0", "999", "1,000", "1,234,567"]
