"""The command line: finds the command's module, and turns errors into one clear line and an exit code."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from bot.errors import BeianBotError
from bot.terminal.output import use_utf8
from bot.terminal.parser import build_parser

MODULES = {
    "run": "bot.terminal.run",
    "chat": "bot.terminal.chat",
    "ask": "bot.terminal.ask",
    "rules": "bot.terminal.rules",
    "track": "bot.terminal.track",
    "filings": "bot.terminal.filings",
    "import": "bot.terminal.importing",
    "export": "bot.terminal.exporting",
    "reminders": "bot.terminal.reminders",
    "stats": "bot.terminal.stats",
    "doctor": "bot.terminal.doctor",
    "backup": "bot.terminal.backup",
    "links": "bot.terminal.links",
    "simulate": "bot.terminal.simulate",
}
"""Where each command is: a module with `main(arguments) -> exit code`. It is imported when it is asked for."""

INTERRUPTED = 130
PIPE_BROKEN = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; argparse itself exits with 2 for a wrong command line."""
    use_utf8()
    try:
        words = sys.argv[1:] if argv is None else argv
        named = words[0] if words and words[0] in MODULES else None
        arguments = build_parser(named).parse_args(words)
        code: int = import_module(MODULES[arguments.command]).main(arguments)
        sys.stdout.flush()
    except BeianBotError as error:
        print(f"beian-bot: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The interpreter flushes stdout once more as it ends; it must not fail then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_BROKEN
    return code
