"""SQLite: several processes on one database, and one that is killed in the midst of its work."""

import itertools
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO

from bot.store.packing import pack
from bot.store.sqlite import open_store
from tests.store.samples import before, sample

ROOT = Path(__file__).parents[2]
FILINGS = 120


@contextmanager
def process(what: str, path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start `tests.store.process` and wait until it has the database open."""
    command = [sys.executable, "-m", "tests.store.process", what, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert output(running).readline() == "ready\n"
            yield running
        finally:
            running.kill()


def output(running: "subprocess.Popen[str]") -> IO[str]:
    assert running.stdout
    return running.stdout


def go(running: "subprocess.Popen[str]") -> None:
    assert running.stdin
    running.stdin.write("go\n")
    running.stdin.flush()


async def test_two_processes_never_get_the_same_reminder(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    store = await open_store(path)
    await store.import_filings([pack((sample(chat_id), before(1)) for chat_id in range(FILINGS))])
    with process("claim", path) as one, process("claim", path) as two:
        go(one)
        go(two)
        claimed = [[int(line) for line in output(each)] for each in (one, two)]
    assert sorted(itertools.chain(*claimed)) == list(range(1, FILINGS + 1))
    assert (await store.stats()).reminders["sent"] == FILINGS
    await store.close()


def held(running: "subprocess.Popen[str]") -> tuple[int, list[int]]:
    """Return how many claims a process took over, and the reminders that it holds."""
    go(running)
    taken_over, *ids = (int(line) for line in iter(output(running).readline, "holding\n"))
    return taken_over, ids


async def test_the_claims_of_a_killed_process_are_taken_over_and_those_of_a_halted_one_are_not(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    store = await open_store(path)
    await store.import_filings([pack((sample(chat_id), before(1)) for chat_id in range(30))])
    with process("hold", path) as first:
        assert held(first) == (0, list(range(1, 11)))
        first.send_signal(signal.SIGSTOP)
        with process("hold", path) as second:
            assert held(second) == (0, list(range(11, 21)))
            second.kill()
            second.wait()
            first.kill()
            first.wait()
            with process("hold", path) as third:
                assert held(third) == (20, list(range(1, 11)))
    await store.close()


async def test_of_several_that_start_at_once_one_takes_over_and_none_loses_what_it_claims(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    store = await open_store(path)
    await store.import_filings([pack((sample(chat_id), before(1)) for chat_id in range(40))])
    with process("hold", path) as lost:
        held(lost)
    with ExitStack() as stack:
        starting = [stack.enter_context(process("hold", path)) for _ in range(4)]
        for each in starting:
            go(each)
        told = [[int(line) for line in iter(output(each).readline, "holding\n")] for each in starting]
        assert sorted(taken_over for taken_over, *_ in told) == [0, 0, 0, 10]
        # One that claimed before the others had joined would see its claims given back, and claimed once more.
        assert sorted(itertools.chain(*(ids for _, *ids in told))) == list(range(1, 41))
    await store.close()


async def test_a_process_that_is_killed_loses_nothing_that_it_was_told(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    told: set[int] = set()
    for lines in (1, 20, 60):
        with process("track", path) as running:
            go(running)
            told |= {int(line) for line in itertools.islice(output(running), lines)}
            running.kill()
            told |= {int(line) for line in output(running) if line.endswith("\n")}
        store = await open_store(path)
        filings = await store.open_filings()
        assert told <= {filing.id for filing in filings}
        assert {len(await store.reminders_of(filing.id)) for filing in filings} == {4}
        await store.close()
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
