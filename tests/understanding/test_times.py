"""Time expressions by example: what people write, when they write it, and what they mean."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import DataError
from bot.resources import resource
from bot.understanding.times import read_date, read_moment
from bot.understanding.times.words import load_words

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = "2026-11-24 10:30"

PRECISE = {
    # now
    "刚刚": "11-24 10:30",
    "刚才": "11-24 10:30",
    "刚提交": "11-24 10:30",
    "方才": "11-24 10:30",
    "现在": "11-24 10:30",
    "甘肃 现在 example.com": "11-24 10:30",
    "now": "11-24 10:30",
    "今天刚收到": "11-24 10:30",
    "just now": "11-24 10:30",
    "I just submitted it": "11-24 10:30",
    # so long ago
    "1小时前": "11-24 09:30",
    "１小时前": "11-24 09:30",
    "1 个 小时 前": "11-24 09:30",
    "1.5小时前": "11-24 09:00",
    "半小时前": "11-24 10:00",
    "半个小时以前": "11-24 10:00",
    "一个半小时前": "11-24 09:00",
    "两个小时前": "11-24 08:30",
    "两个半钟头之前": "11-24 08:00",
    "1小时20分钟前": "11-24 09:10",
    "一小时零五分钟前": "11-24 09:25",
    "40分钟前": "11-24 09:50",
    "九十分钟前": "11-24 09:00",
    "一刻钟前": "11-24 10:15",
    "三刻钟前": "11-24 09:45",
    "30min前": "11-24 10:00",
    "1小时前天气还好": "11-24 09:30",
    "大概2小时前左右": "11-24 08:30",
    "2 hours ago": "11-24 08:30",
    "two hours ago": "11-24 08:30",
    "an hour ago": "11-24 09:30",
    "half an hour ago": "11-24 10:00",
    "an hour and a half ago": "11-24 09:00",
    "one and a half hours ago": "11-24 09:00",
    "1 hour and 20 minutes ago": "11-24 09:10",
    "a quarter of an hour ago": "11-24 10:15",
    "90 min ago": "11-24 09:00",
    "2hrs ago": "11-24 08:30",
    "about 3 hours ago": "11-24 07:30",
    # a day and a clock time
    "昨天下午3点": "11-23 15:00",
    "昨天下午3点整": "11-23 15:00",
    "昨天的下午3点": "11-23 15:00",
    "昨天下午大概3点左右": "11-23 15:00",
    "昨天，下午3点": "11-23 15:00",
    "昨天 下午 3 点 20 分": "11-23 15:20",
    "昨天下午３点２０": "11-23 15:20",
    "昨天１５：３０": "11-23 15:30",
    "昨天15：30": "11-23 15:30",
    "昨晚十点": "11-23 22:00",
    "昨晚10:15": "11-23 22:15",
    "昨天晚上11点40": "11-23 23:40",
    "昨晚12点": "11-24 00:00",
    "昨晚零点": "11-24 00:00",
    "昨晚1点": "11-24 01:00",
    "昨天夜里2点": "11-24 02:00",
    "昨天凌晨2点": "11-23 02:00",
    "昨天半夜1点": "11-24 01:00",
    "昨天零点": "11-23 00:00",
    "昨天24:00": "11-24 00:00",
    "昨天24点": "11-24 00:00",
    "今早9点": "11-24 09:00",
    "今天上午10点半": "11-24 10:30",
    "今天凌晨1点10分": "11-24 01:10",
    "今天00:30": "11-24 00:30",
    "前天早上8点": "11-22 08:00",
    "前晚9点": "11-22 21:00",
    "大前天中午12点": "11-21 12:00",
    "昨天中午1点": "11-23 13:00",
    "昨天中午十一点半": "11-23 11:30",
    "昨天正午": "11-23 12:00",
    "昨天12点": "11-23 12:00",
    "昨天早9点": "11-23 09:00",
    "昨天晚8点半": "11-23 20:30",
    "两天前下午3点": "11-22 15:00",
    "昨天3pm": "11-23 15:00",
    "昨天下午3:05pm": "11-23 15:05",
    "下午3点昨天": "11-23 15:00",
    "yesterday 3pm": "11-23 15:00",
    "yesterday at 3 p.m.": "11-23 15:00",
    "3pm yesterday": "11-23 15:00",
    "yesterday 8.30am": "11-23 08:30",
    "yesterday 12am": "11-23 00:00",
    "yesterday 12:30 pm": "11-23 12:30",
    "Yesterday Afternoon At 3": "11-23 15:00",
    "at 3 in the afternoon yesterday": "11-23 15:00",
    "3 in the afternoon yesterday": "11-23 15:00",
    "half past three yesterday afternoon": "11-23 15:30",
    "quarter to ten this morning": "11-24 09:45",
    "today at 9:15": "11-24 09:15",
    "this morning at 9": "11-24 09:00",
    "this morning at nine": "11-24 09:00",
    "around 9 o'clock this morning": "11-24 09:00",
    "last night at 10": "11-23 22:00",
    "last night at 2": "11-24 02:00",
    "10 at night yesterday": "11-23 22:00",
    "the day before yesterday at 15:00": "11-22 15:00",
    "2 days ago at 3pm": "11-22 15:00",
    "yesterday at noon": "11-23 12:00",
    "midnight": "11-24 00:00",
    "last night at midnight": "11-24 00:00",
    "noon": "11-23 12:00",
    # a clock time alone: the latest one that has come
    "15:30": "11-23 15:30",
    "10:30": "11-24 10:30",
    "10:34": "11-24 10:34",  # a little ahead: clocks differ
    "10:36": "11-23 10:36",
    "09:15": "11-24 09:15",
    "24:00": "11-24 00:00",
    "0点": "11-24 00:00",
    "15点30分": "11-23 15:30",
    "15时30分": "11-23 15:30",
    "15点30分20秒": "11-23 15:30:20",
    "20:58:30": "11-23 20:58:30",
    "三点二十五下午": "11-23 15:25",
    "中午12点": "11-23 12:00",
    "凌晨两点": "11-24 02:00",
    "凌晨12点半": "11-24 00:30",
    "半夜12点": "11-24 00:00",
    "傍晚6点": "11-23 18:00",
    "下午三点一刻": "11-23 15:15",
    "下午三点三刻": "11-23 15:45",
    "下午3点20": "11-23 15:20",
    "下午三点零五": "11-23 15:05",
    "下午三点过五分": "11-23 15:05",
    "下午差五分三点": "11-23 14:55",
    "下午一点": "11-23 13:00",
    "晚上8:05": "11-23 20:05",
    "晚上十一点五十九": "11-23 23:59",
    "上午〇八点": "11-24 08:00",
    "廿三点": "11-23 23:00",
    "8点": "11-24 08:00",
    "3 o'clock pm": "11-23 15:00",
    "提交时间：14:00": "11-23 14:00",
    "我14:00提交的": "11-23 14:00",
    # calendar dates
    "9月25号下午两点": "09-25 14:00",
    "九月二十五号下午两点": "09-25 14:00",
    "9 月 25 日 14 : 00": "09-25 14:00",
    "9月25日14:00": "09-25 14:00",
    "9月25 14:00": "09-25 14:00",
    "25号14点": "10-25 14:00",
    "23号14点": "11-23 14:00",
    "二十三号晚上十点": "11-23 22:00",
    "本月20号09:00": "11-20 09:00",
    "上个月25号14点": "10-25 14:00",
    "今年11月20日上午9点": "11-20 09:00",
    "11-23 14:00": "11-23 14:00",
    "11-23 9:15": "11-23 09:15",
    "11/23 14:00": "11-23 14:00",
    "23/11 14:00": "11-23 14:00",
    "11.23 14:00": "11-23 14:00",
    "11-23下午2点": "11-23 14:00",
    "2026-11-21 20:58": "11-21 20:58",
    "2026-11-21 7:58": "11-21 07:58",
    "2026-11-21T20:58": "11-21 20:58",
    "2026-11-21T20:58+08:00": "11-21 20:58",
    "2026-11-21T20:58:07.250+08": "11-21 20:58:07",
    "2026-11-21 20:58 +0800": "11-21 20:58",
    "2026-11-21T12:58:00Z": "11-21 20:58",
    "2026-11-21T07:58-05:00": "11-21 20:58",
    "2026/11/21 20:58:30": "11-21 20:58:30",
    "2026.11.21 20:58": "11-21 20:58",
    "2026年11月21日20点58分": "11-21 20:58",
    "二〇二六年十一月二十一日二十点": "11-21 20:00",
    "21.11.2026 20:58": "11-21 20:58",
    "11/21/2026 8:58 pm": "11-21 20:58",
    "on Nov 23 at 14:00": "11-23 14:00",
    "Nov. 23rd, 2pm": "11-23 14:00",
    "Nov 23 2026 14:00": "11-23 14:00",
    "23 November 2026, 14:00": "11-23 14:00",
    "2pm on the 23rd of November": "11-23 14:00",
    "on the 23rd at 2pm": "11-23 14:00",
    "11月23日星期一 14:00": "11-23 14:00",
    "11月23日（周一）14:00": "11-23 14:00",
    "昨天 11月23日 14:00": "11-23 14:00",
    "Mon, 23 Nov 2026 14:00": "11-23 14:00",
    # weekdays
    "周一上午10点": "11-23 10:00",
    "周二上午10点": "11-24 10:00",
    "周二上午11点": "11-17 11:00",
    "周一10点整上午": "11-23 10:00",
    "周一15:00": "11-23 15:00",
    "周1 15:00": "11-23 15:00",
    "周二二十点": "11-17 20:00",
    "周日二十三点": "11-22 23:00",
    "星期天下午3点": "11-22 15:00",
    "礼拜三14点": "11-18 14:00",
    "上周五下午四点": "11-20 16:00",
    "上上周五15:00": "11-13 15:00",
    "本周一晚上8点": "11-23 20:00",
    "这周二早上8点": "11-24 08:00",
    "周五晚上1点": "11-21 01:00",
    "Monday 10am": "11-23 10:00",
    "last Friday 3pm": "11-20 15:00",
    "last Tuesday 9am": "11-17 09:00",
    "this Monday at 9 am": "11-23 09:00",
    "Sat 3pm": "11-21 15:00",
    # ahead: returned, for the caller to ask back
    "今晚8点": "11-24 20:00",
    "今天下午3点": "11-24 15:00",
    "明天下午3点": "11-25 15:00",
    "后天15:00": "11-26 15:00",
    "下周一上午9点": "11-30 09:00",
    "本周五15:00": "11-27 15:00",
    "tomorrow at 3pm": "11-25 15:00",
    "next Monday 9am": "11-30 09:00",
    "2026-12-01 08:00": "12-01 08:00",
    # more than one time in the text
    "我昨天上午10点收到的码，今天晚上还能验证吗": "11-23 10:00",
    "今天忙，昨天下午3点收到的": "11-23 15:00",
    "现在能验证吗，昨天下午3点收到的": "11-23 15:00",
    "明天要开会，昨天下午3点提交的": "11-23 15:00",
    "昨天15:00提交，前天15:00填的": "11-23 15:00",
}

SEVERAL = {
    "昨天8点": ["11-23 08:00", "11-23 20:00"],
    "昨天八点半": ["11-23 08:30", "11-23 20:30"],
    "昨天8:05": ["11-23 08:05", "11-23 20:05"],
    "周日3点20": ["11-22 03:20", "11-22 15:20"],
    "yesterday at 3": ["11-23 03:00", "11-23 15:00"],
    "3 o'clock yesterday": ["11-23 03:00", "11-23 15:00"],
    "quarter to ten yesterday": ["11-23 09:45", "11-23 21:45"],
    "11点": ["11-23 11:00", "11-23 23:00"],  # today neither has come
    "yesterday at midnight": ["11-23 00:00", "11-24 00:00"],
    "11/10 14:00": ["10-11 14:00", "11-10 14:00"],
    "submitted 10/11/2026 14:00": ["10-11 14:00", "11-10 14:00"],
    "11-22 9点": ["11-22 09:00", "11-22 21:00"],
}

IMPRECISE = {
    "昨天": "11-23 00:00",
    "今天": "11-24 00:00",
    "前天": "11-22 00:00",
    "大前天": "11-21 00:00",
    "昨晚": "11-23 18:00",
    "今早": "11-24 06:00",
    "昨天中午": "11-23 12:00",
    "昨天下午收到的": "11-23 12:00",
    "半夜": "11-23 23:00",
    "下午收到的": "11-23 12:00",
    "上午": "11-24 08:00",
    "前两天": "11-22 10:30",
    "1天前": "11-23 10:30",
    "一天半前": "11-22 22:30",
    "半天前": "11-23 22:30",
    "两天前": "11-22 10:30",
    "一周前": "11-17 10:30",
    "十几分钟前": "11-24 10:15",
    "几个小时前": "11-24 05:30",
    "1个多小时前": "11-24 09:30",
    "昨天下午3点前": "11-23 15:00",
    "星期天": "11-22 00:00",
    "礼拜三": "11-18 00:00",
    "上周五下午": "11-20 12:00",
    "本周一": "11-23 00:00",
    "这周二": "11-24 00:00",
    "9月25号": "09-25 00:00",
    "11-23": "11-23 00:00",
    "甘肃 11-23 example.com": "11-23 00:00",
    "25号": "10-25 00:00",
    "明天": "11-25 00:00",
    "yesterday": "11-23 00:00",
    "last night": "11-23 20:00",
    "this morning": "11-24 06:00",
    "the day before yesterday": "11-22 00:00",
    "Monday": "11-23 00:00",
    "a couple of hours ago": "11-24 08:30",
    "two days ago": "11-22 10:30",
    "yesterday in the evening": "11-23 18:00",
    "周五下午收到短信，最晚什么时候要验完": "11-20 12:00",
    "我前天早上收到验证码，现在还来得及吗？": "11-22 06:00",
}

NO_TIME = [
    "",
    " ",
    "三天",
    "已经三天了",
    "等了一天了",
    "半小时了短信还没来",
    "48小时",
    "24小时内",
    "72 hours",
    "within 48 hours",
    "5次",
    "输错三次",
    "后六位",
    "13900000067",
    "139-0000-0067",
    "021-58 88 12",
    "620102199013320417",
    "10.0.0.1",
    "10.0.0.1:8080",
    "v1.2.3",
    "v11-23",
    "1.10",
    "订单20261123",
    "订单A-11-23",
    "粤ICP备12号",
    "工信管函〔2017〕2322号",
    "第3号",
    "第25号",
    "3号线",
    "360.com",
    "58.com",
    "12306.cn",
    "9.10.example",
    "2026-11-23.example.com",
    "11-23.example.com",
    "monday.com",
    "today.example.cn",
    "noon@example.com",
    "https://example.com/2026/11/23?t=15:30",
    "3pm.example.org",
    "金刚科技",
    "刚好",
    "早上好",
    "晚上好",
    "good morning",
    "Good evening!",
    "I am the website contact",
    "现在还能验证吗",
    "Now what?",
    "can I verify it right now?",
    "快一点",
    "早一点提交",
    "晚一点再验",
    "一点都不懂",
    "有一点问题",
    "有3点要求",
    "三点建议",
    "第二天几点会重发",
    "第二天中午12点重发",
    "每天上午9点",
    "every day at 9am",
    "每周一",
    "一周三次",
    "周五次",
    "周一鸣",
    "3-5个工作日",
    "1-2天",
    "5-10 minutes",
    "24/7",
    "48/24",
    "13月40日",
    "2026-02-30",
    "25:00",
    "15:61",
    "24:01",
    "1850年9月1日",
    "一百二十分钟前",
    "at 5 sites",
    "I have 3 codes",
    "sat on it",
    "批次2: 15 个省",
    "9.10",
]


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Return `MM-DD HH:MM[:SS]` of 2026, or with a year before it, as an aware moment."""
    full = text if text[:4].isdecimal() and text[4] == "-" else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=zone)


def read(text: str, now: str = TUESDAY, zone: ZoneInfo = SHANGHAI) -> list[datetime] | None:
    reading = read_moment(text, local(now, zone), zone)
    return list(reading.moments) if reading else None


@pytest.mark.parametrize(("text", "expected"), PRECISE.items())
def test_reads_one_moment_to_the_minute(text: str, expected: str) -> None:
    reading = read_moment(text, local(TUESDAY), SHANGHAI)
    assert reading is not None
    assert [moment.replace(microsecond=0) for moment in reading.moments] == [local(expected)]
    assert reading.precise


@pytest.mark.parametrize(("text", "expected"), SEVERAL.items())
def test_gives_every_reading_of_an_ambiguous_time(text: str, expected: list[str]) -> None:
    assert read(text) == [local(moment) for moment in expected]


@pytest.mark.parametrize(("text", "expected"), IMPRECISE.items())
def test_says_when_the_hour_is_missing(text: str, expected: str) -> None:
    reading = read_moment(text, local(TUESDAY), SHANGHAI)
    assert reading is not None
    assert reading.moments == (local(expected),)
    assert not reading.precise


@pytest.mark.parametrize("text", NO_TIME)
def test_reads_no_time_where_there_is_none(text: str) -> None:
    assert read_moment(text, local(TUESDAY), SHANGHAI) is None


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("11-24 23:00", "凌晨1点", ["11-24 01:00"]),
        ("11-24 23:00", "8点", ["11-24 08:00", "11-24 20:00"]),
        ("11-24 07:00", "8点", ["11-23 08:00", "11-23 20:00"]),
        ("11-24 07:58", "8点", ["11-24 08:00"]),
        ("11-24 13:00", "12点", ["11-24 12:00"]),
        ("11-24 00:30", "12点", ["11-24 00:00"]),
        ("11-24 16:00", "3点", ["11-24 03:00", "11-24 15:00"]),
        ("11-24 14:00", "下午3点", ["11-23 15:00"]),
        ("11-24 15:03", "today at 3:05", ["11-24 03:05", "11-24 15:05"]),
        ("11-24 01:00", "昨晚11点", ["11-23 23:00"]),
        ("11-24 02:00", "今晚1点", ["11-24 01:00"]),
        ("11-24 00:30", "今晚12点", ["11-24 00:00"]),
        ("11-24 22:00", "今晚12点", ["11-25 00:00"]),
        ("11-24 00:30", "昨晚1点", ["11-23 01:00"]),
        ("11-24 22:00", "today at 9:15", ["11-24 09:15", "11-24 21:15"]),
        ("2027-01-01 09:00", "昨晚十点", ["2026-12-31 22:00"]),
        ("2027-01-01 09:00", "12月31日22:00", ["2026-12-31 22:00"]),
        ("2027-01-01 09:00", "31号22点", ["2026-12-31 22:00"]),
        ("2027-03-02 09:00", "31号22点", ["2027-01-31 22:00"]),
        ("2027-03-02 09:00", "2月29日 14:00", ["2024-02-29 14:00"]),
        ("2027-01-04 09:00", "上周五15:00", ["2027-01-01 15:00"]),
        ("2026-11-29 09:00", "上周五15:00", ["2026-11-20 15:00"]),  # said on a Sunday
        ("2026-11-29 09:00", "周五15:00", ["2026-11-27 15:00"]),
    ],
)
def test_goes_by_the_moment_it_is_said(now: str, text: str, expected: list[str]) -> None:
    assert read(text, now) == [local(moment) for moment in expected]


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("2026-11-01 12:00", "01:30", ["2026-11-01T05:30Z", "2026-11-01T06:30Z"]),  # occurs twice
        ("2026-03-08 12:00", "02:30", ["2026-03-08T07:30Z"]),  # is skipped: 03:30 by the new time
        ("2026-03-08 12:00", "yesterday 3pm", ["2026-03-07T20:00Z"]),
        ("2026-11-01 12:00", "3 hours ago", ["2026-11-01T14:00Z"]),
    ],
)
def test_changes_of_the_clock(now: str, text: str, expected: list[str]) -> None:
    found = read(text, now, ZoneInfo("America/New_York"))
    assert found == [datetime.fromisoformat(moment) for moment in expected]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("甘肃 新增备案 昨天下午3点 example.com", "甘肃 新增备案 | example.com"),
        ("甘肃新增备案昨天下午3点example.com", "甘肃新增备案|example.com"),
        ("昨天 甘肃 新增备案 15:00 example.com", "| 甘肃 新增备案 | example.com"),
        ("gansu yesterday example.com 3pm", "gansu | example.com |"),
        ("大概昨天下午３点左右提交的", "|提交的"),
        ("example.com on Nov 23 at 14:00", "example.com |"),
        ("İstanbul.example 昨天15:00", "İstanbul.example |"),
        ("9月25号下午两点360.com", "|360.com"),
    ],
)
def test_says_where_the_words_are(text: str, rest: str) -> None:
    reading = read_moment(text, local(TUESDAY), SHANGHAI)
    assert reading is not None
    edges = [0, *(edge for span in reading.spans for edge in span), len(text)]
    assert "|".join(text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)) == rest
    assert reading.span == reading.spans[0]
    assert reading.text == " ".join(text[start:end] for start, end in reading.spans)


def test_a_day_and_a_time_in_different_sentences_stay_apart() -> None:
    assert read("昨天 收到。 15:00 能验吗") == [local("11-23 00:00")]


def test_now_keeps_its_seconds() -> None:
    now = datetime(2026, 11, 24, 2, 30, 12, 345678, tzinfo=UTC)
    reading = read_moment("1小时前", now, SHANGHAI)
    assert reading is not None
    assert reading.moments == (now - timedelta(hours=1),)


@pytest.mark.parametrize(
    ("text", "expected", "year"),
    [
        ("2018年9月15日", date(2018, 9, 15), 2018),
        ("2018年9月24日那批的省，验证平台是什么", date(2018, 9, 24), 2018),
        ("２０１８年９月１５日", date(2018, 9, 15), 2018),
        ("二〇一八年九月十五日", date(2018, 9, 15), 2018),
        ("二零一八年九月十五号", date(2018, 9, 15), 2018),
        ("2018-09-15", date(2018, 9, 15), 2018),
        ("2018/9/15", date(2018, 9, 15), 2018),
        ("2018.9.15", date(2018, 9, 15), 2018),
        ("9月24号开始的是哪几个省", date(2026, 9, 24), None),
        ("九月二十四日", date(2026, 9, 24), None),
        ("12月1日", date(2025, 12, 1), None),
        ("11月24日", date(2026, 11, 24), None),
        ("2月29日", date(2024, 2, 29), None),
        ("去年12月18日", date(2025, 12, 18), 2025),
        ("Sept 15 2018", date(2018, 9, 15), 2018),
        ("Sept. 15th, 2018", date(2018, 9, 15), 2018),
        ("15 September 2018", date(2018, 9, 15), 2018),
        ("the 24th of September 2018", date(2018, 9, 24), 2018),
        ("did Shandong need it on September 24th?", date(2026, 9, 24), None),
    ],
)
def test_reads_dates(text: str, expected: date, year: int | None) -> None:
    reading = read_date(text, date(2026, 11, 24))
    assert reading is not None
    assert (reading.date, reading.year) == (expected, year)
    assert reading.text == text[slice(*reading.span)]


@pytest.mark.parametrize(
    "text",
    ["", "昨天", "25号", "9.10.example", "版本2018.9", "v1.2.3", "13月1日", "2018-02-30", "3-5个工作日", "第2批"],
)
def test_reads_no_date_where_there_is_none(text: str) -> None:
    assert read_date(text, date(2026, 11, 24)) is None


def test_faulty_words_are_refused_with_file_and_reason(tmp_path: Path) -> None:
    shipped = resource("data", "understanding", "times.toml").read_text(encoding="utf-8")
    for text, reason in [
        (shipped.replace("[around]", "[round]"), "unknown field `round`"),
        (shipped.replace("bounds = ", "bound = "), "bound"),
        ("[numbers", "end of a table"),
    ]:
        path = tmp_path / "times.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=reason) as caught:
            load_words(path)
        assert str(path) in str(caught.value)
    with pytest.raises(DataError, match="missing"):
        load_words(tmp_path / "missing.toml")
