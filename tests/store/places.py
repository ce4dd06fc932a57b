"""Where a store under test is kept. The contract tests know nothing else of it: add a place to hold another to them."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from bot.store.interface import Store
from bot.store.sqlite import open_store


class Place(Protocol):
    """A database of its own that any number of stores can be opened on."""

    async def open(self) -> Store:
        """Return one more store on the same database."""

    async def close(self) -> None:
        """Close all stores opened here."""


class SqlitePlace:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "bot.db"
        self._stores: list[Store] = []

    async def open(self) -> Store:
        store = await open_store(self.path)
        self._stores.append(store)
        return store

    async def close(self) -> None:
        for store in self._stores:
            await store.close()


PLACES: dict[str, Callable[[Path], Place]] = {"sqlite": SqlitePlace}
