"""`links`: the portal of every province that verifies, and the link that opens the bot with it."""

import argparse
import json
from datetime import date

from bot.dialog.handouts import start_payload
from bot.rules import RuleState, load_rulebook
from bot.terminal.common import answer_settings
from bot.terminal.output import table
from bot.terminal.rules import today
from bot.texts import load_catalogs, plain
from bot.understanding.model import Slots


def main(arguments: argparse.Namespace) -> int:
    """Print the links of one day."""
    day: date = arguments.at or today()
    state = load_rulebook(answer_settings(arguments.rulebook).rulebook).at(day)
    records = [_record(state, province, arguments.bot) for batch in state.batches for province in batch.provinces]
    if arguments.json:
        print(json.dumps(records, ensure_ascii=False, indent=2))
        return 0
    texts = load_catalogs()["en"]
    headings = ("PROVINCE", "PORTAL", "BOT")
    rows = [
        (plain(texts(f"province.{record['province']}")), record["portal"], record["bot"] or "-") for record in records
    ]
    print(table(headings, rows) if rows else f"No province verifies on {day}.")
    return 0


def _record(state: RuleState, province: str, bot: str | None) -> dict[str, str | None]:
    portal = state.portal(province)
    payload = start_payload(Slots(provinces=(province,)))
    return {
        "province": province,
        "portal": (portal.page or portal.url) if portal else None,
        "bot": f"https://t.me/{bot.removeprefix('@')}?start={payload}" if bot else None,
    }
