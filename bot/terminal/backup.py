"""`backup`: a consistent copy of the database, while the bot runs."""

import argparse
import asyncio
from pathlib import Path

from bot.clock import system_clock
from bot.errors import DataError
from bot.settings import Settings
from bot.terminal.common import load
from bot.terminal.opening import opened_store


def main(arguments: argparse.Namespace) -> int:
    """Write the copy and print where it is; `DataError` where there is a file already."""
    settings = load()
    path = Path(arguments.file) if arguments.file else _default_path(settings)
    if path.exists():
        raise DataError(f"{path}: is there already; a backup never replaces a file")
    asyncio.run(_backup(settings, path))
    print(path)
    return 0


def _default_path(settings: Settings) -> Path:
    database = settings.database
    return database.with_name(f"{database.stem}-{system_clock():%Y%m%dT%H%M%SZ}{database.suffix}")


async def _backup(settings: Settings, path: Path) -> None:
    async with opened_store(settings) as store:
        await store.backup(str(path))
