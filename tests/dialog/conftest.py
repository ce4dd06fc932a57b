"""A conversation for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.dialog.talk import Talk, talking


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path / "bot.db") as opened:
        yield opened
