"""The library's application, put together."""

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any, cast

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.ext import ApplicationBuilder, ContextTypes, Defaults

from bot.clock import Clock
from bot.telegram.aiohttp_request import AiohttpRequest
from bot.telegram.handlers import register_all
from bot.telegram.logs import quiet_library
from bot.telegram.order import ChatOrder
from bot.telegram.parts import App, Chats, Context, Engine, Parts, Sleep
from bot.telegram.polling import PollingBot, PollRequest, PollWatch
from bot.texts import Catalogs

CONNECTIONS = 64
"""Connections for everything but polling and reminders; more messages than that at once wait for one."""

CONNECT_SECONDS = 10.0
READ_SECONDS = 15.0
POOL_SECONDS = 30.0


def build_application(
    token: str,
    *,
    api_url: str,
    file_url: str,
    engine: Engine,
    chats: Chats,
    catalogs: Catalogs,
    clock: Clock,
    sent: Callable[[int], None] = lambda chat_id: None,
    limited: Callable[[int, float], None] = lambda chat_id, seconds: None,
    reminders: int = 0,
    sleep: Sleep = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> App:
    """Return the application, handlers registered; nothing is sent yet.

    `api_url` and `file_url` are the Bot API server's addresses, to which the token is appended. `sent` is told the chat
    of each answer that went out, `limited` the chat of one that is to wait, and for how many seconds (429). `reminders`
    is how many of them may be under way beside the answers; `sleep` waits between the tries of an answer, `monotonic`
    counts the seconds of polling.
    """
    # The library gives spans as timedelta only where the environment says so; else it warns at each.
    os.environ["PTB_TIMEDELTA"] = "true"
    quiet_library()
    parts = Parts(engine, chats, catalogs, clock, sleep, PollWatch(monotonic), sent, limited)
    received: asyncio.Queue[object] = asyncio.Queue()
    bot = PollingBot(
        token,
        PollRequest(parts.watch, received, connection_pool_size=2, **timeouts()),
        base_url=api_url,
        base_file_url=file_url,
        request=AiohttpRequest(CONNECTIONS + reminders, **timeouts()),
        defaults=Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)),
    )
    builder = (
        ApplicationBuilder()
        .bot(bot)
        .update_queue(received)
        .concurrent_updates(ChatOrder())
        .context_types(ContextTypes(Context, bot_data=cast("type[Parts]", lambda: parts)))
        .job_queue(None)
    )
    application = cast("App", builder.build())
    register_all(application)
    return application


def timeouts() -> dict[str, Any]:
    """Return the time-outs of every request, in seconds."""
    return {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "write_timeout": READ_SECONDS,
        "pool_timeout": POOL_SECONDS,
    }
