"""The real `beian-bot run`, as a process of its own."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment_in(folder: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a process with its database in `folder`, `BOT_…` settings and no others."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "BOT_DATABASE": str(folder / "bot.db"),
        **{f"BOT_{name.upper()}": value for name, value in settings.items()},
    }


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[Process]:
    """Start the process in `folder` with `BOT_…` settings and no others; it is killed at the end if it still runs."""
    environment = environment_in(folder, **settings)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process: Process) -> tuple[int, str]:
    """Wait for the end; return the exit code and what was written to stderr."""
    _, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, errors.decode()


def stop(process: Process) -> None:
    process.send_signal(signal.SIGTERM)
