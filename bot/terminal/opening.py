"""Opening the bot, or only its database, for one command, and closing it again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import App, build
from bot.clock import system_clock
from bot.errors import StoreError
from bot.settings import Settings
from bot.store.interface import Store
from bot.store.sqlite import open_store
from bot.terminal.parser import TERMINAL_USER


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[App]:
    """Open everything; the database is made where there is none."""
    app = await build(settings)
    try:
        yield app
    finally:
        await app.close()


@asynccontextmanager
async def opened_for(user: int, settings: Settings) -> AsyncIterator[App]:
    """Open everything for what `user` says here.

    Telegram does not know the user of the terminal: that chat is held as one that blocks the bot, so that a process
    that serves Telegram leaves its reminders alone.
    """
    async with opened(settings) as app:
        if user == TERMINAL_USER:
            await app.store.pause(user, system_clock())
        yield app


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """Open the database only; `StoreError` where there is none: for what there is to see, it must be there."""
    if not settings.database.is_file():
        raise StoreError(f"{settings.database}: there is no database; BOT_DATABASE says where it is")
    store = await open_store(settings.database)
    try:
        yield store
    finally:
        await store.close()
