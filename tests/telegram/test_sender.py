"""Sending for the reminders."""

from collections.abc import AsyncIterator

import pytest

from bot.dialog.model import Button, Document, Reply
from bot.reminders.sending import ChatMoved, SendBlocked, SendError, SendGone, SendRefused, SendRetry
from bot.telegram.sender import Sender
from tests.emulator import ApiError, BotApi, Break, Person, bad_request, forbidden, server_error, too_many, unauthorized
from tests.telegram.conftest import FrontEnd


@pytest.fixture
async def send(front_end: FrontEnd) -> AsyncIterator[Sender]:
    application = front_end.build()
    async with application.bot:
        yield Sender(application.bot)


@pytest.mark.parametrize("silent", [True, False])
async def test_a_reminder_arrives(send: Sender, user: Person, silent: bool) -> None:
    await send(7, Reply("<b>6 小时</b>", ((Button("已核验", action="v:1"),),)), silent=silent)
    reply = await user.reply()
    assert (reply.text, reply.labels, reply.silent) == ("6 小时", ("已核验",), silent)


async def test_a_reminder_that_comes_in_quiet_hours_makes_no_sound(send: Sender, user: Person) -> None:
    await send(7, Reply("6 小时", silent=True), silent=False)
    assert (await user.reply()).silent


@pytest.mark.parametrize("document", [None, Document("filing.ics", b"BEGIN", "text/calendar")])
async def test_only_what_is_to_be_paid_for_says_so(
    send: Sender, api: BotApi, user: Person, document: Document | None
) -> None:
    method = "sendDocument" if document else "sendMessage"
    for paid in (False, True):
        await send(7, Reply("x", document=document), silent=False, paid=paid)
    free, paid_for = (call.params.values for call in api.calls_of(method))
    assert "allow_paid_broadcast" not in free
    assert paid_for["allow_paid_broadcast"] == "true"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (forbidden("Forbidden: bot was blocked by the user"), SendBlocked),
        (forbidden("Forbidden: user is deactivated"), SendGone),
        (forbidden("Forbidden: bot was kicked from the supergroup chat"), SendGone),
        (forbidden("Forbidden: bot can't initiate conversation with a user"), SendGone),
        (bad_request("chat not found"), SendGone),
        (bad_request("PEER_ID_INVALID"), SendGone),
        (bad_request("message is too long"), SendRefused),
        (bad_request("not enough rights to send text messages to the chat"), SendRefused),
        (server_error(), SendRetry),
        (unauthorized(), SendRetry),
        (Break.HTML_502, SendRetry),
        (Break.MALFORMED, SendRetry),
        (Break.CLOSE_BEFORE, SendRetry),
        (Break.CLOSE_AFTER, SendRetry),
    ],
)
async def test_what_went_wrong(
    send: Sender, api: BotApi, user: Person, fault: ApiError | Break, error: type[SendError]
) -> None:
    api.fault("sendMessage", fault)
    with pytest.raises(SendError) as caught:
        await send(7, Reply("x"), silent=False)
    assert type(caught.value) is error
    if isinstance(caught.value, SendRetry):
        assert caught.value.retry_after is None
    assert len(api.calls_of("sendMessage")) == 1


async def test_the_flood_limits_seconds_are_passed_on(send: Sender, api: BotApi, user: Person) -> None:
    api.fault("sendMessage", too_many(33))
    with pytest.raises(SendRetry) as caught:
        await send(7, Reply("x"), silent=False)
    assert caught.value.retry_after == 33


async def test_a_group_that_moved(send: Sender, api: BotApi) -> None:
    await api.group(-5).migrate(-1005)
    with pytest.raises(ChatMoved) as caught:
        await send(-5, Reply("x"), silent=False)
    assert caught.value.new_chat_id == -1005


async def test_no_network(send: Sender, api: BotApi) -> None:
    await api.stop()
    with pytest.raises(SendRetry):
        await send(7, Reply("x"), silent=False)
