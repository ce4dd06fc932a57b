"""`python -m tests.store.process track|claim|hold PATH`: another process on the same database, told when to go."""

import asyncio
import sys
from pathlib import Path

from bot.store.interface import ConversationKey
from bot.store.sqlite import SqliteStore, open_store
from tests.store.samples import NOW, before, claim, hours, notice, sample, take_over


def say(what: object) -> None:
    print(what, flush=True)


async def track(store: SqliteStore) -> None:
    """Track filings until killed, several at once; say the id of each when the store has told of it."""

    async def keep_tracking(chat_id: int) -> None:
        while True:
            filing = await store.track_filing(sample(chat_id), [*before(1, 2, 3), notice(sample())])
            say(filing.id)
            await store.save_conversation(ConversationKey(chat_id, chat_id), f'{{"last": {filing.id}}}', NOW)

    await asyncio.gather(*(keep_tracking(chat_id) for chat_id in range(1, 6)))


async def claim_all(store: SqliteStore) -> None:
    """Claim and mark what is due, a few at a time, until nothing is; say the id of each."""
    while claims := await claim(store, hours(1), limit=3):
        for reminder in claims:
            say(reminder.id)
            await store.mark_sent(reminder, hours(1))


async def hold(store: SqliteStore) -> None:
    """Say how many claims are taken over, claim some and say which, and hold them until killed or told to go on."""
    say(await take_over(store, hours(1)))
    for reminder in await claim(store, hours(1), limit=10):
        say(reminder.id)
    say("holding")
    sys.stdin.readline()


async def main(what: str, path: Path) -> None:
    store = await open_store(path)
    say("ready")
    sys.stdin.readline()
    await {"track": track, "claim": claim_all, "hold": hold}[what](store)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
