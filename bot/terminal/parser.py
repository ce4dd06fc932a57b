"""The commands of `beian-bot` and their options."""

import argparse
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from bot import __version__
from bot.setting_values import parse_locale, parse_rulebook

TERMINAL_USER = 1
"""For whom `chat` and `track` speak unless told; Telegram gives nobody this number."""

T = TypeVar("T")

Options = Callable[[ArgumentParser], None]
"""What adds the options of a command."""


def build_parser(only: str | None = None) -> ArgumentParser:
    """Return the parser; `command` is the chosen command, `action` that of `rules` and `reminders`.

    `only` is the one command that it has to know: to make the others takes longer than an answer.
    """
    parser = ArgumentParser(
        prog="beian-bot",
        description="A chatbot for the SMS verification of ICP filings (备案短信核验): answers, deadlines, reminders.",
        epilog="Settings are BOT_... variables, in the environment or in a file .env in the working directory.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, purpose: str, more: str = "", options: Options = lambda _: None) -> None:
        if only in (None, name):
            summary, description = f"{purpose[0].lower()}{purpose[1:]}", f"{purpose}. {more}"
            options(commands.add_parser(name, help=summary, description=description, allow_abbrev=False))

    command("run", "Run the Telegram bot", "It polls, or serves a webhook when BOT_WEBHOOK_URL is set.")
    command("chat", "Talk to the bot in this terminal", "No token is needed. It also reads a pipe.", options=_chat)
    command("ask", "Answer one question, or one a line from stdin", "Nothing is stored.", options=_ask)
    command("rules", "Check, show or compare rulebooks", options=_rules)
    command("track", "Track a filing", "As /track in a chat: everything in one line, in any order.", options=_track)
    command("filings", "List what is tracked, the nearest deadline first", options=_filings)
    command("import", "Track the filings of a CSV file", "One bad row, and nothing is imported.", options=_import)
    command("export", "Write what is tracked as CSV or JSON", options=_export)
    command("reminders", "List the reminders that have failed, or have them tried again", options=_reminders)
    command("stats", "Count people, filings and reminders", options=_json)
    command("doctor", "Look for what keeps the bot from working", "Exit code 1 when something is at fault.")
    command("backup", "Write a consistent copy of the database", "The bot may be running.", options=_backup)
    command("links", "List the portals of all provinces that verify", options=_links)
    command(
        "simulate", "Show how much this machine can hold", "In accelerated time; nothing is sent.", options=_simulate
    )
    return parser


def _chat(parser: ArgumentParser) -> None:
    _json(parser, "one JSON line with the replies for each line of stdin")
    parser.add_argument(
        "--now", metavar="ISO", type=_typed(datetime.fromisoformat), help="stop the clock at this moment"
    )
    _user(parser)
    parser.add_argument("--locale", type=_typed(parse_locale), help="the language of the person's Telegram")
    _rulebook(parser)


def _ask(parser: ArgumentParser) -> None:
    parser.add_argument("question", nargs="*", help="the question; without one, questions are read from stdin")
    _json(parser, "one JSON line for each question; stdin may hold objects with id, q and turns")
    parser.add_argument("--locale", type=_typed(parse_locale), help="answer in this language, not the question's own")
    _rulebook(parser)
    _at(parser)


def _rules(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="say whether a rulebook file holds together")
    check.add_argument("file", help="a TOML file, or the name of a rulebook that ships")
    show = actions.add_parser("show", help="print the rules as they are on a day")
    _rulebook(show)
    _at(show)
    diff = actions.add_parser(
        "diff",
        help="print what differs between two rulebooks or two days",
        epilog="e.g. `rules diff pilot national`, `rules diff pilot@2018-09-01 pilot@2018-09-24`",
    )
    for name in ("before", "after"):
        diff.add_argument(name, metavar="RULEBOOK[@DATE]", help="a name or file; without a date, as of today")


def _track(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", help="e.g. 甘肃 新增备案 昨天下午3点 example.com")
    _user(parser)


def _filings(parser: ArgumentParser) -> None:
    parser.add_argument("--user", type=int, metavar="N", help="only those of this chat, the closed ones too")
    _json(parser)


def _import(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file",
        help="columns chat_id, province, filing_type, submitted_at (ISO 8601 with offset), and perhaps label, "
        "changes (entity, website or both), same_person (yes or no), locale; - for stdin",
    )
    parser.add_argument("--skip-bad", action="store_true", help="import the good rows, whatever the others are")


def _export(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="-", help="where to write, stdout by default")
    parser.add_argument("--user", type=int, metavar="N", help="only those of this chat, the closed ones too")
    _json(parser)


def _reminders(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    failed = actions.add_parser("failed", help="list what could not be delivered, latest first")
    failed.add_argument("--limit", type=_typed(_count), metavar="N", help="only so many")
    _json(failed)
    retry = actions.add_parser(
        "retry",
        help="have failed reminders tried again",
        description="Have failed reminders tried again, where that still makes sense. "
        "Exit code 1 when one of them is not to be tried again.",
    )
    chosen = retry.add_mutually_exclusive_group(required=True)
    chosen.add_argument("ids", nargs="*", type=_typed(_count), default=[], metavar="ID", help="as `failed` lists them")
    chosen.add_argument("--all", action="store_true", help="all that have failed")


def _backup(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", help="where to write; by default beside the database, with the time")


def _links(parser: ArgumentParser) -> None:
    parser.add_argument("--bot", metavar="NAME", help="the bot's username: adds links that open it with the province")
    _rulebook(parser)
    _at(parser)
    _json(parser)


def _simulate(parser: ArgumentParser) -> None:
    parser.add_argument("--filings", type=_typed(_count), default=1000, metavar="N", help="how many are tracked")
    parser.add_argument("--days", type=_typed(_count), default=5, metavar="D", help="over how many days")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same figures")
    parser.add_argument(
        "--per-second", type=_typed(_count), metavar="R", help="Telegram's limit, instead of BOT_MESSAGES_PER_SECOND"
    )
    parser.add_argument(
        "--answer-ms", type=_typed(_count), default=100, metavar="MS", help="how long Telegram takes to answer"
    )
    parser.add_argument(
        "--faults",
        choices=("none", "some", "many"),
        default="some",
        help="errors, time-outs, broken connections, people who block the bot, killed processes",
    )
    parser.add_argument("--plot", metavar="FILE.svg", help="draw what was due and what was sent over time")
    _rulebook(parser)
    _json(parser)


def _json(parser: ArgumentParser, purpose: str = "print JSON") -> None:
    parser.add_argument("--json", action="store_true", help=purpose)


def _user(parser: ArgumentParser) -> None:
    parser.add_argument("--user", type=int, default=TERMINAL_USER, metavar="N", help="the person's Telegram id")


def _rulebook(parser: ArgumentParser) -> None:
    parser.add_argument("--rulebook", type=_typed(parse_rulebook), help="a name or file, instead of BOT_RULEBOOK")


def _at(parser: ArgumentParser) -> None:
    parser.add_argument("--at", metavar="DATE", type=_typed(date.fromisoformat), help="as of this day, e.g. 2018-09-24")


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError("at least 1")
    return count


def _typed(parse: Callable[[str], T]) -> Callable[[str], T]:
    """Return `parse` so that argparse tells what is wrong."""

    def read(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text}: {error}") from None

    return read
