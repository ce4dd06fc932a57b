"""The bot in Telegram: the dialog, the reminders and the housekeeping at work in one process."""

import asyncio
import secrets
from datetime import timedelta
from functools import partial

from bot.app import App, build
from bot.clock import Clock, system_clock
from bot.dialog.reminding import compose
from bot.housekeeping import keep_house
from bot.reminders.dispatcher import Dispatcher
from bot.reminders.limits import Limits
from bot.settings import Settings
from bot.telegram.application import build_application
from bot.telegram.run import Webhook, run
from bot.telegram.sender import Sender


async def serve(
    settings: Settings, token: str, webhook_secret: str, stop: asyncio.Event, clock: Clock = system_clock
) -> None:
    """Serve until `stop` is set; raises any `BeianBotError`. What is under way is brought to its end first."""
    app = await build(settings)
    try:
        await _serve(app, settings, token, _webhook(settings, webhook_secret), stop, clock)
    finally:
        await app.close()


def _webhook(settings: Settings, secret: str) -> Webhook | None:
    """Return where updates are delivered, None for polling; without a secret of the settings it gets a new one."""
    if settings.webhook_url is None:
        return None
    return Webhook(settings.webhook_url, secret or secrets.token_urlsafe(32), settings.listen, settings.port)


async def _serve(
    app: App, settings: Settings, token: str, webhook: Webhook | None, stop: asyncio.Event, clock: Clock
) -> None:
    application = build_application(
        token,
        api_url=settings.api_url,
        file_url=settings.file_url,
        engine=app.engine,
        chats=app.store,
        catalogs=app.catalogs,
        clock=clock,
    )
    limits = Limits(settings.messages_per_second)
    dispatcher = Dispatcher(app.store, partial(compose, app.services), Sender(application.bot), clock, limits)
    app.services.plan_changed = dispatcher.wake
    background: list[asyncio.Task[None]] = []

    def on_connected(username: str) -> None:
        app.services.bot_username = username
        retention = timedelta(days=settings.retention_days)
        background.append(asyncio.create_task(dispatcher.run()))
        background.append(asyncio.create_task(keep_house(app.store, retention, clock, asyncio.sleep)))

    try:
        await run(application, stop, webhook=webhook, on_connected=on_connected)
    finally:
        if background:
            await dispatcher.stop()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
