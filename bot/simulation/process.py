"""One run of the bot's reminders in a simulation, which may be killed."""

import asyncio
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.dialog.model import Reply
from bot.dialog.reminding import compose
from bot.dialog.turn import Services
from bot.filings.reminder import Reminder
from bot.reminders.dispatcher import STOP_PATIENCE, Dispatcher, group_for
from bot.reminders.limits import Limits
from bot.simulation.orderly import OrderlyStore
from bot.simulation.telegram import Reminding, SimulatedTelegram
from bot.simulation.virtual import VirtualTime

CHUNK = timedelta(hours=1)
"""The longest sleep: nobody sets this clock, and most of a simulation is waiting."""


class Process:
    """The dispatcher as `bot.running` makes it, at work from the start."""

    def __init__(
        self,
        services: Services,
        store: OrderlyStore,
        telegram: SimulatedTelegram,
        time: VirtualTime,
        per_second: int,
        random: Random,
    ) -> None:
        self._services = services
        self._store = store
        self._time = time
        self.limits = Limits(per_second)
        self.dispatcher = Dispatcher(
            services.store,
            self._compose,
            telegram,
            time.now,
            self.limits,
            sleep=time.sleep,
            chance=random.random,
            group=group_for(per_second),
            chunk=CHUNK,
        )
        self._task = asyncio.create_task(self.dispatcher.run())

    async def _compose(self, reminder: Reminder, now: datetime) -> Reply | None:
        reply = await compose(self._services, reminder, now)
        return Reminding(reply.text, reply.buttons, reminder_id=reminder.id) if reply else None

    async def stop(self) -> None:
        """Stop as at the end of the service; time has to pass for it."""
        stopping = asyncio.create_task(self.dispatcher.stop())
        await self._time.pass_(2 * STOP_PATIENCE)
        await stopping
        await self._task

    async def kill(self, others: set[asyncio.Task[Any]]) -> int:
        """End as SIGKILL does it: nothing is given back, marked or sent any more. All tasks but `others` end.

        Return how many reminders were being sent.
        """
        mine = sorted(asyncio.all_tasks() - others, key=asyncio.Task.get_name)
        with self._store.refusing():
            for task in mine:
                task.cancel()
            await asyncio.gather(*mine, return_exceptions=True)
        return sum(task.get_name().startswith("reminder ") for task in mine)
