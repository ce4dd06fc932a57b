"""Watching what a store says to SQLite: every connection that is opened meanwhile can be prepared and listened to."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

Prepare = Callable[[sqlite3.Connection], object]


@contextmanager
def connections_prepared(prepare: Prepare) -> Iterator[None]:
    """Call `prepare` with every connection that is opened, in the thread that opens it."""
    connect = sqlite3.connect

    def connect_prepared(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        prepare(connection)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect_prepared)
        yield


@contextmanager
def statements_heard() -> Iterator[list[str]]:
    """Give a list to which every statement is added, with its values filled in."""
    heard: list[str] = []
    with connections_prepared(lambda connection: connection.set_trace_callback(heard.append)):
        yield heard


@contextmanager
def told(statement: str) -> Iterator[threading.Event]:
    """Give an event that is set when a connection opened meanwhile is told `statement`."""
    event = threading.Event()

    def hear(heard: str) -> None:
        if heard == statement:
            event.set()

    with connections_prepared(lambda connection: connection.set_trace_callback(hear)):
        yield event
