"""Where the terminal keeps what a person's own machine keeps: typed lines, and files that came with replies."""

import os
from pathlib import Path, PurePath

from bot.dialog.model import Document


def state_folder() -> Path:
    """Return the folder of the user's state for this program, made where it is missing and readable only to them."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    folder = Path(base) / "beian-bot"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def keep_document(document: Document) -> Path:
    """Write a file that came with a reply, in place of an earlier one of that name; return where it is."""
    path = state_folder() / PurePath(document.name).name
    path.write_bytes(document.content)
    return path
