"""The processes: started, killed at their moments, started again at once."""

import asyncio
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.clock import system_clock
from tests.acceptance.processes import environment_in
from tests.chaos.filings import Planter
from tests.chaos.record import Life
from tests.chaos.watch import Watch

LONGEST_LIFE = 60.0
"""Seconds; a process of which nothing comes is killed after them."""
USUAL_START = 1.5
"""Seconds from the start to the first call, until one has been seen."""
WORKING_SECONDS = 3.0
STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class End:
    """When a process is killed: so many seconds after its message of that number arrives.

    With no message it is in or soon after the start: `after` is then a multiple of what a start takes at present.
    """

    after: float = 0.0
    message: int | None = None


def draw_ends(random: Random, count: int, group: int) -> list[End]:
    """Return moments to kill at: in turn starting, in the first claim, in a later one, and at work or at leisure."""
    ends = []
    for _ in range(count):
        match random.randrange(4):
            case 0:
                ends.append(End(after=random.uniform(0, 1.3)))
            case 1:
                ends.append(End(message=1))
            case 2:
                ends.append(End(message=random.randint(2, 2 * group)))
            case _:
                ends.append(End(random.uniform(0, WORKING_SECONDS), message=1))
    return ends


class Slot:
    """A place for one process at a time. With `webhook` updates are delivered to the one that started last."""

    def __init__(
        self, name: str, folder: Path, watch: Watch, planter: Planter, settings: dict[str, str], *, webhook: bool
    ) -> None:
        self._name = name
        self._folder = folder
        self._watch = watch
        self._planter = planter
        self._settings = settings
        if webhook:
            port = _free_port()
            self._settings |= {"port": str(port), "webhook_url": f"http://127.0.0.1:{port}/{name}"}
        self._process: Process | None = None
        self._begun = system_clock()
        self._start_seconds = USUAL_START
        self.lives: list[Life] = []

    async def live(self, ends: Sequence[End]) -> None:
        """Go through all ends, and start once more."""
        for end in ends:
            process = await self._start()
            await self._planter.plant(timedelta(seconds=self._start_seconds + WORKING_SECONDS))
            await self._wait(process, end)
            self._note(process, killed=process.returncode is None)
            if process.returncode is None:
                process.kill()
            await process.wait()
        await self._start()

    async def stop(self) -> None:
        """Tell the last process to end, and wait for it; one that does not is killed, and that shows in its code."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._note(self._process, killed=False)
        self._process = None

    async def _start(self) -> Process:
        life = self._life
        settings = self._settings | {"api_url": self._watch.api.base_url_for(life)}
        self._begun = system_clock()
        with (self._folder / f"{self._name}.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "run"),
                cwd=self._folder,
                env=environment_in(self._folder, **settings),
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=log,
            )
        return self._process

    async def _wait(self, process: Process, end: End) -> None:
        """Wait for the moment to kill, or for the process to end by itself."""
        waiting = {asyncio.create_task(process.wait()), asyncio.create_task(self._come(end))}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=LONGEST_LIFE)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _come(self, end: End) -> None:
        if end.message is None:
            await asyncio.sleep(end.after * self._start_seconds)
            return
        await self._watch.wait_for_call(self._life)
        self._start_seconds = (system_clock() - self._begun).total_seconds()
        await self._watch.wait_for_message(self._life, end.message)
        await asyncio.sleep(end.after)

    def _note(self, process: Process, *, killed: bool) -> None:
        self.lives.append(Life(self._life, self._begun, system_clock(), killed, process.returncode))

    @property
    def _life(self) -> str:
        return f"{self._name}-{len(self.lives) + 1}"


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    return port
