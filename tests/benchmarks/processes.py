"""Processes under measurement, each bound to a core of its own where the system lets us."""

import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

SERVER_CORE, BOT_CORE = 0, 1


def tell(progress: str) -> None:
    """Say on stderr what is being measured: some of it takes minutes."""
    print(f"... {progress}", file=sys.stderr, flush=True)


def bind(pid: int, core: int) -> bool:
    """Bind a process to a core; False where there is no such core or the system knows no such binding."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    try:
        os.sched_setaffinity(pid, {core})
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Running:
    """A process under measurement."""

    pid: int
    bound: bool
    """Whether it has a core of its own."""

    def processor_seconds(self) -> float:
        """Return how much of the processor it has used since its start, in all its threads; Linux only."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        in_itself, in_the_system = int(fields[11]), int(fields[12])
        return (in_itself + in_the_system) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[float, float]:
        """Return how much memory is resident, and the most that was so far, in MiB; Linux only."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        kib = {
            name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines) if "kB" in value
        }
        return kib["VmRSS"] / 1024, kib["VmHWM"] / 1024


def busy_seconds(core: int) -> float:
    """Return for how long a core has worked since the system's start; Linux only."""
    lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
    user, nice, system, _, _, *interrupts = next(
        [int(ticks) for ticks in line.split()[1:8]] for line in lines if line.startswith(f"cpu{core} ")
    )
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def bot_process(
    arguments: Sequence[str], environment: Mapping[str, str], python: str = sys.executable
) -> AsyncIterator[Running]:
    """Run `python ARGUMENTS` in an empty folder until the block ends.

    What it logs is told if it ends by itself, or an expectation of the block fails.
    """
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+b") as log:
        process = await asyncio.create_subprocess_exec(
            python,
            *arguments,
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "BOT_DATABASE": f"{folder}/bot.db",
                **environment,
            },
            stdout=DEVNULL,
            stderr=log,
        )
        try:
            yield Running(process.pid, bind(process.pid, BOT_CORE))
            if process.returncode is not None:
                raise RuntimeError(f"{arguments} ended with {process.returncode}: {_read(log)}")
        except (AssertionError, TimeoutError) as error:
            raise RuntimeError(f"{arguments}: {error}; its log: {_read(log)}") from error
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def timed_run(arguments: Sequence[str], stdin: bytes = b"") -> tuple[float, float, bytes]:
    """Run `python ARGUMENTS`; return the seconds until its first line, those until its end, and what it printed."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, stdin=PIPE if stdin else DEVNULL, stdout=PIPE
    )
    assert process.stdout is not None
    writing = asyncio.create_task(_write(process, stdin))
    first = await process.stdout.readline()
    first_after = clock() - begun
    rest = await process.stdout.read()
    await writing
    code = await process.wait()
    if code:
        raise RuntimeError(f"{arguments} ended with {code}")
    return first_after, clock() - begun, first + rest


async def figures_of(arguments: Sequence[str], limit: float, python: str = sys.executable) -> dict[str, Any] | None:
    """Return the JSON that `python ARGUMENTS` prints; None when it is not there after `limit` seconds."""
    process = await asyncio.create_subprocess_exec(
        python, *arguments, cwd=ROOT, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}, stdout=PIPE
    )
    bind(process.pid, BOT_CORE)
    try:
        async with asyncio.timeout(limit):
            printed, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    figures: dict[str, Any] = json.loads(printed)
    return figures


async def _write(process: Process, stdin: bytes) -> None:
    if process.stdin is not None:
        process.stdin.write(stdin)
        await process.stdin.drain()
        process.stdin.close()


def _read(log: object) -> str:
    name = getattr(log, "name", "")
    return Path(name).read_text(errors="replace")[-4000:]
