from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.interface import Store
from tests.store.places import PLACES, Place


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """Every kind of database in turn, empty."""
    place = PLACES[request.param](tmp_path)
    yield place
    await place.close()


@pytest.fixture
async def store(place: Place) -> Store:
    return await place.open()


@pytest.fixture
async def other(place: Place, store: Store) -> Store:
    """Another store on the same database, as another process has it."""
    return await place.open()
