"""The yardstick: a bot of nothing but the library, which sends back every text. Settings as the real bot has them.

Its requests are the library's own, over httpx, or this project's, over aiohttp.
"""

import os
import sys
from collections.abc import Callable

from telegram import LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.ext import Application, ContextTypes, Defaults, MessageHandler, filters
from telegram.request import BaseRequest, HTTPXRequest

from bot.running import collect_seldom
from bot.telegram.aiohttp_request import AiohttpRequest
from bot.telegram.application import CONNECTIONS, timeouts
from bot.telegram.handlers import ALLOWED_UPDATES
from bot.telegram.order import AT_ONCE
from bot.telegram.run import LONG_POLL

BACKENDS: dict[str, Callable[..., BaseRequest]] = {"httpx": HTTPXRequest, "aiohttp": AiohttpRequest}


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Send the text back."""
    if update.effective_message is not None and update.effective_message.text is not None:
        await update.effective_message.reply_text(update.effective_message.text)


def main(token: str, api_url: str, backend: str = "httpx", connections: str = str(CONNECTIONS)) -> None:
    """Poll until SIGTERM."""
    request = BACKENDS[backend]
    os.environ["PTB_TIMEDELTA"] = "true"
    application = (
        Application.builder()
        .token(token)
        .base_url(api_url)
        .request(request(int(connections), **timeouts()))
        .get_updates_request(request(2, **timeouts()))
        .defaults(Defaults(parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .concurrent_updates(AT_ONCE)
        .job_queue(None)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    collect_seldom()
    application.run_polling(timeout=LONG_POLL, allowed_updates=ALLOWED_UPDATES)


if __name__ == "__main__":
    main(*sys.argv[1:])
