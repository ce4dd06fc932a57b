"""Who claims reminders from a database file: each such process holds a lock beside it for as long as it lives.

The lock is `flock` on a file of its own, `NAME-claims`, and shared among them; the system ends it with the process,
however that ends. Whoever gets it for itself alone knows that none of the others lives. It is not on the database
itself: closing a file there would end SQLite's own locks. The file stays where it is, for another process may be about
to lock it, and it has the database's mode: whoever may claim must be able to lock.
"""

import logging
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

if sys.platform == "win32":

    def _try_lock(descriptor: int, *, alone: bool) -> bool:
        raise OSError("this system has no flock")

else:
    import fcntl

    def _try_lock(descriptor: int, *, alone: bool) -> bool:
        """Lock, or turn the lock that is held into this one; whether that could be had at once."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Claimants:
    """This process's place among those that claim from the database at `path`."""

    def __init__(self, path: Path) -> None:
        self._database = path
        self._descriptor: int | None = None

    def join(self) -> bool:
        """Be one of them from here on; whether there is no other. Only the first call can say so.

        Two that join at the same moment must not both be told so, nor one of them have claimed already: call this in a
        transaction that writes. Where the file cannot be locked that is logged, and the answer is no.
        """
        if self._descriptor is not None:
            return False
        # SQLite, too, goes by where a link leads: processes may know the database by several names.
        place = self._database.resolve()
        try:
            self._descriptor = _open_beside(place)
            alone = _try_lock(self._descriptor, alone=True)
            if not _try_lock(self._descriptor, alone=False):
                raise BlockingIOError("another program holds it")
        except OSError as error:
            self.leave()
            logger.warning(
                "%s cannot be locked (%s): what a killed process had claimed waits for the end of its lease",
                _beside(place),
                error.strerror or error,
            )
            return False
        return alone

    def leave(self) -> None:
        """Be none of them any more; may be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _beside(database: Path) -> Path:
    return database.with_name(f"{database.name}-claims")


def _open_beside(database: Path) -> int:
    path, mode = _beside(database), stat.S_IMODE(database.stat().st_mode)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return os.open(path, os.O_RDWR)
    with suppress(OSError):  # not every file system knows modes
        path.chmod(mode)  # whatever the umask is
    return descriptor
