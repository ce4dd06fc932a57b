"""What holds for every time expression, whoever says it and whenever."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.times import read_date, read_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = [
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Kathmandu",
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Pacific/Chatham",
]
FIXED = ["Asia/Shanghai", "Asia/Tokyo", "Etc/GMT+5", "UTC"]
NUMERALS = "零一二三四五六七八九"

RELATIVE = [
    *("昨天", "今天", "前天", "下午", "晚上", "凌晨", "半夜", "上", "下", "周", "五", "三", "点", "半", "刻", "分"),
    *("前", "小时", "两", "十", "廿", "刚", "第", "每", "1", "3", "9", "12", "24", "30", "59", "99", "0", ":", " "),
    *("pm", "am", "at", "ago", "yesterday", "last", "Friday", "noon", "midnight", "this", "tonight", "on"),
    *("example.com", "\uff11", "\uff1a", "\u3000"),
]
CALENDAR = ["号", "月", "日", "年", "2026", "-", "/", ".", "T", "Z", "+", "Nov", "23rd", "去年"]

nows = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2099-12-31"), timezones=st.just(UTC))
zones = st.sampled_from(ZONES).map(ZoneInfo)
phrases = st.lists(st.sampled_from(RELATIVE), max_size=10).map("".join)
all_words = st.lists(st.sampled_from(RELATIVE + CALENDAR), max_size=10)
texts = st.one_of(st.text(max_size=60), phrases, all_words.map("".join), all_words.map(" ".join))


def numeral(number: int) -> str:
    """Return a number up to 59 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones]
    return (NUMERALS[tens] if tens > 1 else "") + "十" + (NUMERALS[ones] if ones else "")


def chinese_minutes(minute: int) -> str:
    if minute == 0:
        return "整"
    if minute == 30:
        return "半"
    if minute in (15, 45):
        return f"{numeral(minute // 15)}刻"
    return numeral(minute) if minute > 9 else "零" + numeral(minute)


def chinese_part(hour: int) -> tuple[str, int]:
    """Return how the hour is said: the part of the day and the hour of twelve."""
    for until, part in ((5, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上")):
        if hour < until:
            return part, hour if hour <= 12 else hour - 12
    raise AssertionError(hour)


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


def relative(moment: datetime, now: datetime) -> str | None:
    return {0: "今天", 1: "昨天", 2: "前天", 3: "大前天"}.get((now.date() - moment.date()).days)


Style = Callable[[datetime, datetime], str | None]

STYLES: list[Style] = [
    lambda moment, _: f"{moment:%Y-%m-%d %H:%M}",
    lambda moment, _: f"{moment:%Y-%m-%dT%H:%M}",
    lambda moment, _: f"{moment:%Y-%m-%dT%H:%M%z}",
    lambda moment, _: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    lambda moment, _: f"{moment:%Y/%m/%d} {moment.hour}:{moment:%M}",
    lambda moment, _: f"{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M}",
    lambda moment, _: full_width(f"{moment:%Y-%m-%d} {moment:%H:%M}"),
    lambda moment, _: f"{moment:%m-%d %H:%M}",
    lambda moment, _: f"{moment.month}月{moment.day}号 {moment:%H:%M}",
    lambda moment, _: (
        f"{numeral(moment.month)}月{numeral(moment.day)}日{chinese_part(moment.hour)[0]}"
        f"{numeral(chinese_part(moment.hour)[1])}点{chinese_minutes(moment.minute)}"
    ),
    lambda moment, now: (day := relative(moment, now)) and f"{day}{moment:%H:%M}",
    lambda moment, now: (
        (day := relative(moment, now))
        and f"{day}{chinese_part(moment.hour)[0]}{chinese_part(moment.hour)[1]}点{moment.minute}分"
    ),
    lambda moment, _: f"on {moment:%b} {moment.day} at {moment:%H:%M}",
    lambda moment, _: f"{moment:%I:%M %p} on {moment:%B} {moment.day}, {moment.year}",
    lambda moment, _: f"{moment.day} {moment:%b %Y, %H:%M}",
]


@given(data=st.data(), now=nows, minutes=st.integers(0, 4 * 24 * 60))
def test_a_moment_written_in_any_style_is_read_back(data: st.DataObject, now: datetime, minutes: int) -> None:
    here = now.astimezone(SHANGHAI)
    moment = (here - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    text = data.draw(st.sampled_from(STYLES))(moment, here)
    if text is None:
        return
    reading = read_moment(text, now, SHANGHAI)
    assert reading is not None, text
    assert reading.moments == (moment.astimezone(UTC),), text
    assert reading.precise


@given(now=nows, zone=zones, hours=st.integers(0, 99), minutes=st.integers(1, 59), english=st.booleans())
def test_so_long_ago_is_counted_from_now(
    now: datetime, zone: ZoneInfo, hours: int, minutes: int, english: bool
) -> None:
    text = f"{hours} hours {minutes} minutes ago" if english else f"{hours}小时{numeral(minutes)}分钟前"
    reading = read_moment(text, now, zone)
    assert reading is not None
    assert reading.moments == (now - timedelta(hours=hours, minutes=minutes),)


@given(text=texts, now=nows, zone=zones)
def test_any_text_is_read_or_not_without_fail(text: str, now: datetime, zone: ZoneInfo) -> None:
    reading = read_moment(text, now, zone)
    if reading is None:
        return
    assert reading.moments
    assert list(reading.moments) == sorted(set(reading.moments))
    assert all(moment.tzinfo is UTC for moment in reading.moments)
    edges = [edge for span in reading.spans for edge in span]
    assert edges == sorted(edges)
    assert 0 <= edges[0] < edges[-1] <= len(text)


@given(text=texts, today=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_or_not_without_fail(text: str, today: date) -> None:
    reading = read_date(text, today)
    if reading is not None:
        assert reading.year is None or reading.date.year == reading.year
        assert reading.text == text[slice(*reading.span)]


@given(text=phrases, now=nows, weeks=st.integers(-500, 500), zone=st.sampled_from(FIXED).map(ZoneInfo))
def test_what_is_said_a_week_later_means_a_week_later(text: str, now: datetime, weeks: int, zone: ZoneInfo) -> None:
    later = timedelta(weeks=weeks)
    before, after = read_moment(text, now, zone), read_moment(text, now + later, zone)
    assert (before is None) == (after is None)
    if before and after:
        assert tuple(moment + later for moment in before.moments) == after.moments


@given(text=texts, now=nows, hours=st.integers(-11, 13))
def test_only_the_clock_on_the_wall_counts(text: str, now: datetime, hours: int) -> None:
    """The same words at the same local time in another zone mean the same local time."""
    if any(character in text.lower() for character in "z+"):
        return
    wall = now.replace(tzinfo=None)
    east, utc = timezone(timedelta(hours=hours)), ZoneInfo("UTC")
    zone = ZoneInfo(f"Etc/GMT{-hours:+d}")
    here, there = read_moment(text, wall.replace(tzinfo=UTC), utc), read_moment(text, wall.replace(tzinfo=east), zone)
    assert (here is None) == (there is None)
    if here and there:
        assert [moment.replace(tzinfo=None) for moment in here.moments] == [
            moment.astimezone(east).replace(tzinfo=None) for moment in there.moments
        ]
