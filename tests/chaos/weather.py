"""What the service does with messages, beside taking them."""

from collections.abc import Mapping

from tests.emulator import BotApi, Break, server_error, too_many
from tests.emulator.faults import Fault

Weather = tuple[tuple[Fault, float], ...]

WEATHERS: Mapping[str, Weather] = {
    "clear": (),
    "foul": (
        (Break.CLOSE_AFTER, 0.03),
        (Break.CLOSE_BEFORE, 0.01),
        (server_error(), 0.03),
        (Break.HTML_502, 0.01),
        (Break.MALFORMED, 0.01),
        (Break.HANG, 0.004),
        (too_many(1), 0.004),
    ),
}
"""Shares of the messages, by name. Few hang, and few are too many: one takes a place for 15 s, the other stops all."""


def let_it_rain(api: BotApi, weather: Weather) -> None:
    """Order the faults of a weather."""
    for fault, share in weather:
        api.fault("sendMessage", fault, times=None, share=share)
