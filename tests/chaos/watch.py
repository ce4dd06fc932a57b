"""The emulator's record, read as it grows."""

import time
from collections import Counter
from datetime import datetime, timedelta

from bot.clock import system_clock
from tests.chaos.reading import Headings, filing_of
from tests.chaos.record import Arrival
from tests.emulator import BotApi, BotMessage, Call


class Watch:
    """What the bot has sent to an emulator, and which of it were reminders that arrived."""

    def __init__(self, api: BotApi, headings: Headings) -> None:
        self.api = api
        self._headings = headings
        self._seen = 0
        self._sent: Counter[str] = Counter()
        self._epoch = system_clock() - timedelta(seconds=time.monotonic())

    async def wait_for_call(self, life: str) -> None:
        """Wait until a process has reached the service."""
        await self.api.wait_for(lambda: self._count(life) is not None, f"a call of {life}")

    async def wait_for_message(self, life: str, number: int) -> None:
        """Wait until a process has sent so many messages, taken or not."""
        await self.api.wait_for(lambda: (self._count(life) or 0) >= number, f"message {number} of {life}")

    def arrivals(self) -> list[Arrival]:
        """Return all reminders that arrived."""
        return [arrival for call in self.api.calls if (arrival := self._arrival(call))]

    def latest(self, count: int) -> list[BotMessage]:
        """Return the reminders among so many latest calls, as the people who got them see them now."""
        return [
            self.api.user(call.params.integer("chat_id")).chat.messages[call.result["message_id"]]
            for call in self.api.calls[-count:]
            if self._arrival(call)
        ]

    def _count(self, life: str) -> int | None:
        """Return how many messages a process has sent, None if it has not called at all."""
        for call in self.api.calls[self._seen :]:
            self._sent[call.origin] += call.method == "sendMessage"
        self._seen = len(self.api.calls)
        return self._sent.get(life)

    def _arrival(self, call: Call) -> Arrival | None:
        if call.method != "sendMessage" or call.result is None:
            return None
        read = self._headings.read(call.params.text("text"))
        markup = call.params.json("reply_markup", "reply markup")
        filing_id = filing_of(markup) if read and markup else None
        if read is None or filing_id is None:
            return None
        kind, locale = read
        return Arrival(
            at=self._moment(call.at),
            life=call.origin,
            filing_id=filing_id,
            kind=kind,
            locale=locale,
            html=call.params.text("text"),
            broke=call.code is None,
        )

    def _moment(self, at: float) -> datetime:
        return self._epoch + timedelta(seconds=at)
