"""`python -m tests.emulator`: the Bot API emulator as a process of its own."""

import argparse
import asyncio
import signal

from tests.emulator.control import Control
from tests.emulator.server import TOKEN, BotApi


async def serve(port: int, token: str) -> None:
    """Serve until SIGTERM or SIGINT; the first line printed is the address for `BOT_API_URL`."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    api = BotApi(token=token, port=port)
    await api.start(*Control(api).routes())
    print(api.base_url, flush=True)
    await stop.wait()
    await api.stop()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one, which is printed")
    parser.add_argument("--token", default=TOKEN, help="the token that is accepted")
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.token))


if __name__ == "__main__":
    main()
