"""The interactive conversation: a line to type in, numbered buttons, reminders that arrive while one types."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.app import App
from bot.clock import Clock
from bot.dialog.model import Replies, Who
from bot.store.interface import ConversationKey
from bot.terminal.files import keep_document, state_folder
from bot.terminal.render import HINT, Fragments, reply_fragments
from bot.terminal.session import NoSuchButtonError, Session
from bot.terminal.watch import Watch

REMINDERS_EVERY = 5.0
"""Seconds between two looks for reminders that are due."""

WELCOME = "A number presses the button with that number, !LABEL an earlier one. Ctrl-D ends."


class DiscreetHistory(FileHistory):
    """The lines typed, in a file, but for those that `is_sensitive`: no code, phone or ID number is kept."""

    def __init__(self, path: Path, is_sensitive: Callable[[str], bool]) -> None:
        super().__init__(path)
        self._is_sensitive = is_sensitive

    def store_string(self, string: str) -> None:
        """Keep one line."""
        if not self._is_sensitive(string):
            super().store_string(string)


async def converse(app: App, who: Who, clock: Clock) -> None:
    """Talk until Ctrl-D, in a terminal."""

    def is_sensitive(line: str) -> bool:
        return app.services.understanding.read(line, clock(), app.services.defaults.zone).sensitive

    session = Session(app.engine, who, clock, by_number=True)
    prompt: PromptSession[str] = PromptSession("> ", history=DiscreetHistory(state_folder() / "history", is_sensitive))
    _print([(HINT, WELCOME)])
    if await app.store.conversation(ConversationKey(who.chat_id, who.user_id)) is None:
        _show(await session.say("/start"))
    watch = Watch(app.services, who.chat_id)
    await _remind(watch, session, clock)
    with patch_stdout(raw=True):
        await _first_of(_talk(prompt, session), _keep_reminding(watch, session, clock))


async def _talk(prompt: PromptSession[str], session: Session) -> None:
    """Say what is typed, until there is no more."""
    while True:
        try:
            line = await prompt.prompt_async()
            _show(await session.say(line))
        except NoSuchButtonError as error:
            _print([(HINT, str(error))])
        except EOFError:
            return


async def _keep_reminding(watch: Watch, session: Session, clock: Clock) -> None:
    while True:
        await asyncio.sleep(REMINDERS_EVERY)
        await _remind(watch, session, clock)


async def _remind(watch: Watch, session: Session, clock: Clock) -> None:
    """Show what has become due."""
    replies = await watch.due(clock())
    session.note(replies)
    _show(replies)


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Do several things until the first one ends or fails."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


def _show(replies: Replies) -> None:
    number = 1
    for reply in replies:
        _print(reply_fragments(reply, number))
        number += sum(map(len, reply.buttons))
        if reply.document:
            _print([(HINT, f"saved as {keep_document(reply.document)}")])
    _print([])


def _print(shown: Fragments) -> None:
    print_formatted_text(FormattedText(shown))
