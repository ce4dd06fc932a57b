"""Calls of the Bot API whose result nobody looks at.

The library's own methods take several times the processor: every parameter goes through its objects, and the message
that was sent is taken apart. Its request, with its errors, is the same.
"""

from collections.abc import Mapping
from typing import cast

import msgspec
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
            f"{name}={_encoded(value.encode() if isinstance(value, str) else _JSON.encode(value))}"
            for name, value in self._parameters.items()
            if value is not None
        )


async def post(bot: Bot, method: str, parameters: Mapping[str, object]) -> None:
    """Call a method; raises the library's `TelegramError`. The bot's defaults play no part."""
    await bot.request.post(f"{bot.base_url}/{method}", cast("RequestData", Form(parameters)))


def _encoded(value: bytes) -> str:
    """Return a value as it stands in a form: every byte by its number, which is quicker than to look at each."""
    return value.decode() if not value or value.isalnum() else f"%{value.hex('%')}"


def _as_text(value: object) -> str:
    """Return a string of a class of its own as a plain one: msgspec knows no others."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"no JSON can be made of {type(value)}")


_JSON = msgspec.json.Encoder(enc_hook=_as_text)
