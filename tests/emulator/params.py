"""A call's parameters, however they were encoded: JSON, a form, multipart, a query string."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.emulator.errors import bad_request


@dataclass(frozen=True, slots=True)
class File:
    """A file that was uploaded, by the bot or by a person."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Params:
    """Parameters by name. In forms everything is a string, and objects are JSON in it; both readings are accepted."""

    values: Mapping[str, Any]
    files: Mapping[str, File] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None or name in self.files

    def text(self, name: str, default: str = "") -> str:
        """Return a string."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a number; what is none counts as the default, as on the real server."""
        try:
            return int(float(self.text(name)))
        except ValueError:
            return default

    def boolean(self, name: str) -> bool:
        """Return whether it is set to true, yes or 1."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def json(self, name: str, what: str) -> Any:
        """Return an object or list, None where it is not given; `what` names it in the refusal."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None


async def read_params(request: web.Request) -> Params:
    """Return what a request carries, the query string included."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.read()
        values |= _json_object(body)
        return Params(values)
    if request.content_type == "multipart/form-data":
        files: dict[str, File] = {}
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise bad_request("can't parse multipart body")
            content = bytes(await part.read(decode=True))
            if part.filename is None:
                values[part.name] = content.decode()
            else:
                media_type = part.headers.get("Content-Type", "application/octet-stream")
                files[part.name] = File(part.filename, content, media_type)
        return Params(values, files)
    values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return Params(values)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        loaded = json.loads(body) if body else {}
    except ValueError:
        loaded = None
    if not isinstance(loaded, dict):
        raise bad_request("can't parse JSON object")
    return loaded
