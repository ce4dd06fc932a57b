"""Opening the whole bot for one command, and closing it again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import App, build
from bot.errors import StoreError
from bot.settings import Settings


@asynccontextmanager
async def opened(settings: Settings, *, existing: bool = False) -> AsyncIterator[App]:
    """Open everything on the database of the settings; `existing`: it has to be there, as nothing is to be added."""
    if existing and not settings.database.is_file():
        raise StoreError(f"{settings.database}: there is no database; BOT_DATABASE says where it is")
    app = await build(settings)
    try:
        yield app
    finally:
        await app.close()
