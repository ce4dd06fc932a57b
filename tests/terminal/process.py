"""`beian-bot` as a process of its own, in an empty folder and with a scrubbed environment."""

import os
import sys
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen
from typing import IO

ROOT = Path(__file__).parent.parent.parent


def start(*arguments: str, cwd: Path, stdin: IO[bytes] | int = PIPE, **variables: str) -> Popen[bytes]:
    """Start a command; `variables` are added to the environment, whose locale knows ASCII only."""
    return Popen(
        [sys.executable, "-m", "bot", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "POSIX", "HOME": str(cwd), **variables},
        cwd=cwd,
        stdin=stdin,
        stdout=PIPE,
        stderr=PIPE,
    )


def bot(*arguments: str, cwd: Path, stdin: str | bytes = b"", **variables: str) -> CompletedProcess[str]:
    """Run a command to its end."""
    with start(*arguments, cwd=cwd, stdin=PIPE, **variables) as process:
        out, err = process.communicate(stdin.encode() if isinstance(stdin, str) else stdin)
    return CompletedProcess(process.args, process.returncode, out.decode(), err.decode())
