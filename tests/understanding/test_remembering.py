"""What is remembered is what would be read anew, and of the words nothing is kept."""

import gc
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import Understanding
from bot.understanding.memory import Memory
from bot.understanding.model import Context, Slots, Topic, Understood
from bot.understanding.understanding import Remembering

QUESTIONS = Path(__file__).parents[1] / "questions"
ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "UTC", "America/New_York")]
START = datetime(2026, 11, 24, tzinfo=UTC)

TEXTS = [
    json.loads(line)["q"]
    for file in ("dev", "more")
    for line in (QUESTIONS / f"{file}.jsonl").read_text("utf-8").splitlines()
]
TIMED = [
    "昨天下午3点提交的",
    "submitted 2 hours ago",
    "三天了还没收到",
    "9月15日山东要验证吗",
    "今晚8点提交",
    "3点收到的码",
]
FEW = ["甘肃", "那河北呢？", "不对，是重庆", "主体", "收不到短信怎么办", "還剩多久", *TIMED]
"""Texts that are sure to come again in one run, in another context or at another time."""

HOLDERS = (str, dict, list, tuple, set, frozenset)

said = st.tuples(
    st.sampled_from(FEW) | st.sampled_from(TEXTS), st.integers(0, 3 * 24 * 60), st.sampled_from(ZONES), st.booleans()
)


@pytest.fixture
def remembering(understanding: Understanding) -> Remembering:
    return understanding.remembering()


def test_what_was_asked_before_matters_to_a_message_that_is_remembered(
    understanding: Understanding, remembering: Remembering
) -> None:
    before = [None, *(Context(topic, Slots()) for topic in (Topic.PORTAL, Topic.FORM, Topic.VALIDITY, Topic.RESEND))]
    differ = 0
    for text in TEXTS[::7]:
        asked = [(text, START, ZONES[0], context) for context in before]
        read = [remembering.read(*each) for each in asked]
        assert read == [understanding.read(*each) for each in asked], text
        differ += len({each.confidence for each in read}) > 1
    assert differ


@settings(deadline=None, max_examples=40)
@given(st.lists(said, min_size=2, max_size=8))
def test_it_reads_as_if_it_remembered_nothing(
    understanding: Understanding, turns: list[tuple[str, int, ZoneInfo, bool]]
) -> None:
    remembering = understanding.remembering()
    context: Context | None = None
    for text, minutes, zone, follows in [*turns, *turns]:
        asked = text, START + timedelta(minutes=minutes), zone, context if follows else None
        read = remembering.read(*asked)
        assert read == understanding.read(*asked)
        context = Context(read.asks[-1].topic, read.asks[-1].slots)


def test_what_comes_again_that_day_is_not_read_again(remembering: Remembering) -> None:
    def read(text: str, hours: int) -> Understood:
        return remembering.read(text, START + timedelta(hours=hours), ZONES[1])

    first = read("甘肃在哪里验证", 0)
    assert read("甘肃在哪里验证", 23) is first
    assert read("甘肃在哪里验证", 24) is not first
    assert read("三天了还没收到", 0) != read("三天了还没收到", 1)


@pytest.mark.parametrize("text", ["甘肃在哪里验证呀呀", "验证码是 483920 怎么填"])
def test_no_text_is_kept(remembering: Remembering, text: str) -> None:
    remembering.read(text, START, ZONES[0])
    seen: set[int] = set()
    left: list[object] = list(vars(remembering).values())
    while left:
        one = left.pop()
        if id(one) in seen or (not isinstance(one, HOLDERS) and not type(one).__module__.startswith("bot.")):
            continue
        seen.add(id(one))
        assert not isinstance(one, str) or text not in one
        left += gc.get_referents(one)
    assert len(seen) > 1000


def test_the_least_recent_is_forgotten_first() -> None:
    memory: Memory[str, str] = Memory(2)
    for key in "abac":
        memory.recall(key, key.upper)
    assert [memory.recall(key, lambda: "new") for key in "acb"] == ["A", "C", "new"]
