"""An import that is broken off in the middle, as processes of its own: nothing is stored, and nothing is left over."""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from select import select
from subprocess import PIPE, Popen

import pytest

from bot.clock import system_clock
from bot.terminal.importing import BATCH
from tests.terminal.process import ROOT, bot

FILINGS = 16_000
BATCHES = FILINGS // BATCH
SECONDS = 30
"""Far longer than anything here takes."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of some batches."""
    now = system_clock()
    rows = (
        f"{number},甘肃,新增备案,{(now - timedelta(seconds=60 + number)).isoformat(timespec='seconds')}\n"
        for number in range(FILINGS)
    )
    path = tmp_path_factory.mktemp("import") / "filings.csv"
    path.write_text("chat_id,province,filing_type,submitted_at\n" + "".join(rows), encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Running:
    """An import of which some batches are stored and others to come, and the process that helps it."""

    process: "Popen[str]"
    helper: int

    def end(self) -> tuple[int, str, str]:
        """Let it go on; return its exit code and what it says."""
        out, err = self.process.communicate("go on\n", timeout=SECONDS)
        return self.process.returncode, out, err


@contextmanager
def under_way(file: Path, folder: Path, batches: int = BATCHES // 2) -> Iterator[Running]:
    """Start an import and wait until so many batches are stored."""
    command = [sys.executable, "-m", "tests.terminal.import_process", str(file), str(batches)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        text=True,
        start_new_session=True,  # a group, as a shell makes one for a command: Ctrl-C is for all of it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "under way\n"
            assert (folder / "data/bot.db-wal").stat().st_size > 1_000_000
            yield Running(process, helper_of(process.pid))
        finally:
            process.kill()


def helper_of(pid: int) -> int:
    """Return the process that a process has spawned to help."""
    children = [
        child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]
    [helper] = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return int(helper)


def wait_for_end(handle: int) -> None:
    """Wait until the process of a handle has ended."""
    assert select([handle], [], [], SECONDS)[0], "still there"


def stored(folder: Path) -> int:
    """Return how many filings a connection finds that opens the database after all this."""
    with closing(sqlite3.connect(folder / "data/bot.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count: int = db.execute("SELECT count(*) FROM filings").fetchone()[0]
    return count


def test_ctrl_c_has_nothing_stored(file: Path, tmp_path: Path) -> None:
    with under_way(file, tmp_path) as running:
        os.killpg(running.process.pid, signal.SIGINT)
        code, out, err = running.process.wait(SECONDS), *running.process.communicate()
    assert code == 130
    assert out == ""
    assert err == "beian-bot: the import was given up; nothing is imported\n"
    assert stored(tmp_path) == 0


def test_ctrl_c_after_the_last_batch_comes_too_late(file: Path, tmp_path: Path) -> None:
    with under_way(file, tmp_path, BATCHES) as running:
        os.killpg(running.process.pid, signal.SIGINT)
        code, out, err = running.process.wait(SECONDS), *running.process.communicate()
    assert (code, out, err) == (0, f"filings imported: {FILINGS}\n", "")
    assert stored(tmp_path) == FILINGS


def test_a_helper_that_is_killed_ends_the_import_in_one_line(file: Path, tmp_path: Path) -> None:
    with under_way(file, tmp_path) as running:
        os.kill(running.helper, signal.SIGKILL)
        code, out, err = running.end()
    assert code == 65
    assert out == ""
    assert err == "beian-bot: the process that reads the rows has ended; nothing is imported\n"
    assert stored(tmp_path) == 0


def test_an_import_that_is_killed_leaves_nothing_behind_and_can_be_repeated(file: Path, tmp_path: Path) -> None:
    with under_way(file, tmp_path) as running:
        helper = os.pidfd_open(running.helper)
        running.process.kill()
        running.process.wait(SECONDS)
        wait_for_end(helper)
        os.close(helper)
    assert bot("import", str(file), cwd=tmp_path).stdout == f"filings imported: {FILINGS}\n"
    assert stored(tmp_path) == FILINGS
    assert [each.name for each in (tmp_path / "data").iterdir()] == ["bot.db"]
