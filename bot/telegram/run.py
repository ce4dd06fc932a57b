"""Running: reaching Telegram, receiving updates until it is time to stop, stopping cleanly."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter
from telegram.error import TelegramError as LibraryError

from bot.errors import SettingsError, TelegramError, TokenRefusedError
from bot.telegram.handlers import ALLOWED_UPDATES
from bot.telegram.parts import App
from bot.telegram.polling import TOKEN_REFUSED
from bot.telegram.profile import announce
from bot.telegram.sending import seconds

LONG_POLL = timedelta(seconds=25)
"""How long Telegram holds an empty `getUpdates`; a connection that died unseen is noticed not much later."""

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0

FAREWELL_SECONDS = 2.0
"""How long the last `getUpdates` may take, which confirms what was received."""

GRACE_SECONDS = 6.0
"""How long handlers under way may take at the end; containers are killed after 10 s."""

_log = logging.getLogger(__name__)

Connected = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram delivers updates: the public `url`, and the address on which this process listens for it."""

    url: str
    secret: str
    listen: str
    port: int

    def __post_init__(self) -> None:
        if not self.secret:
            raise ValueError("a webhook without a secret would take updates from anybody")


async def run(
    application: App,
    stop: asyncio.Event,
    *,
    webhook: Webhook | None = None,
    on_connected: Connected = lambda username: None,
    on_ready: Callable[[], None] = lambda: None,
    before_close: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Receive updates until `stop` is set: by polling, or through `webhook`.

    While Telegram cannot be reached it is tried again. `on_connected` is told the bot's username before the first
    update, `on_ready` is called when updates come, `before_close` when the last are handled and the bot can still send.

    Raises `TokenRefusedError`, `SecondPollerError`, another `TelegramError` for a webhook that Telegram does not take,
    and `SettingsError` for a port that cannot be had. Handlers under way come to their end first.
    """
    try:
        if await _reach(application.initialize, application, stop):
            await application.start()
            on_connected(application.bot.username)
            if await _reach(lambda: _receive(application, webhook), application, stop):
                await _until_over(application, stop, on_ready)
    finally:
        await _wind_up(application, before_close)


async def _reach(act: Callable[[], Awaitable[object]], application: App, stop: asyncio.Event) -> bool:
    """Do something that needs Telegram, again and again until it succeeds; False if `stop` came first."""
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            await act()
        except InvalidToken:
            # Not chained: the library's message holds the token.
            raise TokenRefusedError(TOKEN_REFUSED) from None
        except (BadRequest, Forbidden) as error:
            raise TelegramError(f"Telegram refuses to work with this bot: {error}") from error
        except LibraryError as error:
            wanted = seconds(error) if isinstance(error, RetryAfter) else pause
            host = urlsplit(application.bot.base_url).netloc
            _log.warning("%s cannot be reached (%s); trying again in %g s", host, error, wanted)
            await _pause(application, wanted, stop)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        else:
            return True
    return False


async def _receive(application: App, webhook: Webhook | None) -> None:
    updater = application.updater
    assert updater is not None  # noqa: S101 - the builder made one
    if webhook is None:
        await updater.start_polling(
            timeout=LONG_POLL, allowed_updates=ALLOWED_UPDATES, drop_pending_updates=False, error_callback=_poll_failed
        )
        return
    with contextlib.ExitStack() as if_refused:
        # The parameter is named for sockets in files, and takes any. Listening comes first: Telegram is not to deliver
        # to a port that cannot be had.
        listening = if_refused.enter_context(_listen(webhook))
        await updater.start_webhook(
            unix=listening,
            url_path=urlsplit(webhook.url).path,
            webhook_url=webhook.url,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
            secret_token=webhook.secret,
        )
        if_refused.pop_all()


def _listen(webhook: Webhook) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in webhook.listen else socket.AF_INET
        listening = socket.create_server((webhook.listen, webhook.port), family=family)
    except OSError as error:
        place = f"{webhook.listen}:{webhook.port}"
        raise SettingsError(f"BOT_PORT={webhook.port}: cannot listen on {place}: {error.strerror}") from error
    listening.setblocking(False)
    return listening


async def _until_over(application: App, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """Wait for `stop`, or raise why receiving cannot go on."""
    parts = application.bot_data
    announcing = asyncio.create_task(announce(application.bot, parts.engine, parts.catalogs))
    stopping = asyncio.create_task(stop.wait())
    over = asyncio.create_task(parts.watch.over())
    try:
        on_ready()
        await asyncio.wait({stopping, over}, return_when=asyncio.FIRST_COMPLETED)
        if over.done():
            raise over.result()
    finally:
        for task in (announcing, stopping, over):
            task.cancel()
        await asyncio.gather(announcing, stopping, over, return_exceptions=True)


def _poll_failed(error: LibraryError) -> None:
    _log.warning("polling failed, it goes on: %s", error)


async def _pause(application: App, wanted: float, stop: asyncio.Event) -> None:
    """Wait so many seconds, or until `stop`."""
    pause = asyncio.ensure_future(application.bot_data.sleep(wanted))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({pause, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (pause, stopping):
        task.cancel()
    await asyncio.gather(pause, stopping, return_exceptions=True)


async def _wind_up(application: App, before_close: Callable[[], Awaitable[None]] | None) -> None:
    """Receive nothing more, let handlers come to their end, close the connections."""
    if application.updater is not None and application.updater.running:
        # Polling that was ended by a refused token raises that once more here; `run` has told it.
        with contextlib.suppress(InvalidToken):
            await _within(FAREWELL_SECONDS, application.updater.stop(), "received updates could not be confirmed")
    if application.running:
        await _within(GRACE_SECONDS, application.stop(), "updates were still being handled")
    try:
        if before_close is not None:
            await before_close()
    finally:
        await application.shutdown()
        # What `shutdown` leaves open if the bot was never reached.
        await application.bot.shutdown()


async def _within(limit: float, act: Awaitable[object], otherwise: str) -> None:
    try:
        async with asyncio.timeout(limit):
            await act
    except TimeoutError:
        _log.warning("stopped after %g s, though %s", limit, otherwise)
