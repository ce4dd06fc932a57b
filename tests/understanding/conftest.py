"""The understanding as shipped, loaded once."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.rules.load import load_rulebook
from bot.understanding import Understanding
from bot.understanding.model import Context, Understood

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=ZONE)

Talk = Callable[..., Understood]


@pytest.fixture(scope="session")
def understanding() -> Understanding:
    return Understanding.load(days=load_rulebook("pilot").changes())


@pytest.fixture
def say(understanding: Understanding) -> Talk:
    """Return what the last of several messages is understood as."""

    def talk(*messages: str, now: datetime = NOW) -> Understood:
        context: Context | None = None
        for message in messages[:-1]:
            last = understanding.read(message, now, ZONE, context).asks[-1]
            context = Context(last.topic, last.slots)
        return understanding.read(messages[-1], now, ZONE, context)

    return talk
