"""`python -m tests.terminal.import_process FILE N`: `beian-bot import FILE` that stops with N batches stored.

There it says so, and goes on when it is told to, or when the import is given up.
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from select import select

from bot.store import connection
from bot.store.packing import Packed
from bot.terminal import importing
from bot.terminal.cli import main


class Stopping(importing.Import):
    """An import that stops in the middle."""

    def good(self, prepared: Iterable[importing.Prepared]) -> Iterator[Packed]:
        """See `Import.good`."""
        batches = super().good(prepared)
        yield from islice(batches, int(sys.argv[2]))
        print("under way", flush=True)
        while not self.given_up and not select([sys.stdin], [], [], 0.01)[0]:
            pass
        yield from batches


if __name__ == "__main__":
    importing.Import = Stopping  # type: ignore[misc]
    importing.ALONE = 0
    connection.WRITER_CACHE_KIB = 64  # so that much of it is in the log by then
    sys.exit(main(["import", sys.argv[1]]))
