"""The emulator, and raw HTTP and a real library bot against it."""

import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest
from telegram import Bot

from tests.emulator import BotApi

Raw = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library give spans as timedelta, or it warns; leave out the certificates, which cost most time."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_, **__: None)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
def call(api: BotApi, http: httpx.AsyncClient) -> Raw:
    """Call a method with a JSON body and return the answer's body."""

    async def post(method: str, **params: Any) -> dict[str, Any]:
        response = await http.post(f"{api.base_url}{api.token}/{method}", json=params)
        body: dict[str, Any] = response.json()
        assert response.status_code == (200 if body["ok"] else body["error_code"])
        return body

    return post


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, base_url=api.base_url, base_file_url=api.base_file_url) as bot:
        yield bot
