"""The bot in Telegram: the dialog, the reminders and the housekeeping at work in one process."""

import asyncio
import gc
import logging
import secrets
from collections.abc import Coroutine
from datetime import datetime, timedelta
from functools import partial

from bot.app import App, build
from bot.clock import Clock, system_clock
from bot.dialog.reminding import compose
from bot.dialog.turn import Services
from bot.housekeeping import keep_house
from bot.reminders.dispatcher import LEASE, Dispatcher, group_for
from bot.reminders.limits import Limits
from bot.settings import Settings
from bot.store.interface import Store
from bot.telegram.application import build_application
from bot.telegram.run import Webhook, run
from bot.telegram.sender import Sender
from bot.telegram.support_chat import SupportChat

log = logging.getLogger(__name__)

GARBAGE_AFTER = 20_000
"""So many new objects make the garbage collector look at them. Updates that are under way hold thousands at a time, and
nearly all go by themselves when they are answered: looking at them every 700 took a sixth of the processor."""


def collect_seldom() -> None:
    """Set the garbage collector, of the whole process, for answering many at a time. What is loaded by now stays."""
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)


async def serve(
    settings: Settings, token: str, webhook_secret: str, stop: asyncio.Event, clock: Clock = system_clock
) -> None:
    """Serve until `stop` is set; raises any `BeianBotError`. What is under way is brought to its end first."""
    app = await build(settings)
    try:
        await _serve(app, settings, token, _webhook(settings, webhook_secret), stop, clock)
    finally:
        await app.close()


async def _remind(store: Store, dispatcher: Dispatcher, clock: Clock) -> None:
    """Send reminders; first of all what a process before this one had claimed when it was killed."""
    now = clock()
    taken_over = await store.take_over(now, lease_until=now + LEASE)
    if taken_over:
        log.info("reminders taken over from a process that has ended: %d", taken_over)
    await dispatcher.run()


def _webhook(settings: Settings, secret: str) -> Webhook | None:
    """Return where updates are delivered, None for polling; without a secret of the settings it gets a new one."""
    if settings.webhook_url is None:
        return None
    return Webhook(settings.webhook_url, secret or secrets.token_urlsafe(32), settings.listen, settings.port)


class _Chats:
    """The store, for what Telegram itself has news of; when a chat is back, its reminders are due again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store

    async def pause(self, chat_id: int, now: datetime) -> None:
        await self._store.pause(chat_id, now)

    async def resume(self, chat_id: int) -> bool:
        resumed = await self._store.resume(chat_id)
        if resumed:
            self._services.plan_changed()
        return resumed

    async def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        await self._store.move_chat(old_chat_id, new_chat_id)


async def _serve(
    app: App, settings: Settings, token: str, webhook: Webhook | None, stop: asyncio.Event, clock: Clock
) -> None:
    limits = Limits(settings.messages_per_second, paid=settings.paid_broadcast)
    group = group_for(settings.messages_per_second)

    def sent(chat_id: int) -> None:
        dispatcher.answered(chat_id)

    def limited(chat_id: int, seconds: float) -> None:
        dispatcher.answer_refused(chat_id, seconds)

    application = build_application(
        token,
        api_url=settings.api_url,
        file_url=settings.file_url,
        engine=app.engine,
        chats=_Chats(app.services),
        catalogs=app.catalogs,
        clock=clock,
        sent=sent,
        limited=limited,
        reminders=group,
    )
    sender = Sender(application.bot)
    dispatcher = Dispatcher(app.store, partial(compose, app.services), sender, clock, limits, group=group)
    app.services.plan_changed = dispatcher.wake
    if settings.support_chat is not None:
        app.services.team.is_member = SupportChat(application.bot, settings.support_chat)
    background: list[asyncio.Task[None]] = []

    def begin(work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        # Without reminders the bot must not go on as if nothing were amiss: it stops, and is started again.
        task.add_done_callback(lambda _: stop.set())
        background.append(task)

    def on_connected(username: str) -> None:
        app.services.bot_username = username
        retention = timedelta(days=settings.retention_days)
        begin(_remind(app.store, dispatcher, clock))
        begin(keep_house(app.store, retention, clock, asyncio.sleep))

    async def end() -> None:
        """Stop what runs beside the updates while the bot can still send; raises what one of them has failed with."""
        failed = [task for task in background if task.done()]
        if background:
            await dispatcher.stop()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        for task in failed:
            task.result()

    await run(application, stop, webhook=webhook, on_connected=on_connected, before_close=end)
