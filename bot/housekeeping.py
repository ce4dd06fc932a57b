"""Deleting what is not to be kept any longer."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.clock import Clock
from bot.errors import StoreError
from bot.store.interface import Store

log = logging.getLogger(__name__)

INTERVAL = timedelta(hours=6)
"""How often it is looked for what may go."""


async def keep_house(
    store: Store, retention: timedelta, clock: Clock, sleep: Callable[[float], Awaitable[None]]
) -> None:
    """Delete filings closed longer ago than `retention`, and conversations idle since, until cancelled.

    A database that cannot be used just then is tried again at the next round.
    """
    while True:
        try:
            deleted = await store.delete_closed(clock() - retention)
        except StoreError as error:
            log.warning("closed filings could not be deleted: %s", error)
        else:
            if deleted:
                log.info("deleted %d filings closed more than %d days ago", deleted, retention.days)
        await sleep(INTERVAL.total_seconds())
