"""Calls of the Bot API whose result nobody looks at.

The library's own methods take several times the processor: every parameter goes through its objects, and the message
that was sent is taken apart. Its request, with its errors, is the same.
"""

import json
from collections.abc import Mapping
from typing import cast

from telegram import Bot
from telegram.request import RequestData


class Form:
    """Parameters as the library's `RequestData` gives them to a request; those that are None are left out.

    Text is sent as it is, anything else as JSON.
    """

    contains_files = False

    def __init__(self, parameters: Mapping[str, object]) -> None:
        self._parameters = parameters

    def url_encoded_parameters(self) -> str:
        """Return the parameters as a form."""
        return "&".join(
            f"{name}={_encoded(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}"
            for name, value in self._parameters.items()
            if value is not None
        )


async def post(bot: Bot, method: str, parameters: Mapping[str, object]) -> None:
    """Call a method; raises the library's `TelegramError`. The bot's defaults play no part."""
    await bot.request.post(f"{bot.base_url}/{method}", cast("RequestData", Form(parameters)))


def _encoded(value: str) -> str:
    """Return a value as it stands in a form: every byte by its number, which is quicker than to look at each."""
    return value if not value or (value.isascii() and value.isalnum()) else f"%{value.encode().hex('%')}"
