"""Lines to track, in whatever order."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from bot.rules.model import Change, FilingType
from bot.understanding import Understanding
from bot.understanding.model import Slots, TrackLine
from tests.understanding.conftest import NOW, ZONE

YESTERDAY_AT_THREE = datetime(2026, 11, 23, 7, tzinfo=UTC)


PARTS = ["甘肃", "新增备案", "昨天下午3点", "example.com"]


@pytest.mark.parametrize("parts", list(permutations(PARTS)), ids=" ".join)
def test_any_order(understanding: Understanding, parts: tuple[str, ...]) -> None:
    line = understanding.track_line(" ".join(parts), NOW, ZONE)
    assert line.slots == Slots(
        provinces=("gansu",), filing_types=(FilingType.NEW_FILING,), moments=(YESTERDAY_AT_THREE,)
    )
    assert (line.label, line.time_text, line.precise) == ("example.com", "昨天下午3点", True)


@pytest.mark.parametrize(
    ("text", "slots", "label"),
    [
        ("", Slots(), ""),
        ("example.com", Slots(), "example.com"),
        ("宁夏", Slots(provinces=("ningxia",)), ""),
        ("我们公司官网 海南", Slots(provinces=("hainan",)), "我们公司官网"),
        (
            "Gansu, new filing, example.com",
            Slots(provinces=("gansu",), filing_types=(FilingType.NEW_FILING,)),
            "example.com",
        ),
        (
            "甘肃 备案变更 主体信息 shop.example.com",
            Slots(provinces=("gansu",), filing_types=(FilingType.CHANGE,), change=Change.ENTITY),
            "shop.example.com",
        ),
        (
            "兰州 首次备案 同一个人 老王的店",
            Slots(provinces=("gansu",), filing_types=(FilingType.NEW_FILING,), same_person=True),
            "老王的店",
        ),
        (
            "甘肃 网站 example.com",
            Slots(provinces=("gansu",), filing_types=(FilingType.NEW_WEBSITE,), change=Change.WEBSITE),
            "example.com",
        ),
    ],
)
def test_parts(understanding: Understanding, text: str, slots: Slots, label: str) -> None:
    line = understanding.track_line(text, NOW, ZONE)
    assert line.label == label
    assert line.slots == slots


def test_a_mere_day_lacks_its_hour(understanding: Understanding) -> None:
    line = understanding.track_line("甘肃 新增备案 昨天", NOW, ZONE)
    assert not line.precise
    assert understanding.track_line("甘肃", NOW, ZONE) == TrackLine(Slots(provinces=("gansu",)))
