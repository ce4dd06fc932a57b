"""Run, judge, print; exit code 1 when a promise is broken."""

import argparse
import asyncio
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from random import Random, SystemRandom

import tests.chaos
from bot.texts import load_catalogs
from tests.chaos.judge import judge
from tests.chaos.lives import draw_ends
from tests.chaos.record import keep
from tests.chaos.report import table
from tests.chaos.run import GROUP, Conditions, run
from tests.chaos.weather import WEATHERS

SHOWN = 20
"""So many breaches are printed of each weather."""


def main() -> int:
    """Read the command line, run, and print a table of figures."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description=tests.chaos.__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200, help="kills in each weather")
    parser.add_argument("--seed", type=int, help="of all that is left to chance here; printed where it is not given")
    parser.add_argument("--weather", choices=(*WEATHERS, "both"), default="both")
    parser.add_argument("--processes", type=int, choices=(1, 2), default=1, help="on one database")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep databases, logs and records there")
    given = parser.parse_args()
    seed = SystemRandom().randrange(10**6) if given.seed is None else given.seed
    catalogs, columns, broken = load_catalogs(), {}, False
    for name in WEATHERS if given.weather == "both" else (given.weather,):
        print(f"{name}: {given.rounds} rounds, seed {seed} …", flush=True)
        ends = draw_ends(Random(f"{seed} ends"), given.rounds, GROUP)
        conditions = Conditions(ends, seed, WEATHERS[name], given.processes)
        with nullcontext(given.keep) if given.keep else tempfile.TemporaryDirectory(prefix="beian-bot-") as place:
            folder = Path(place, name)
            folder.mkdir(parents=True)
            record = asyncio.run(run(conditions, catalogs, folder))
            keep(record, folder)
        verdict = judge(record, catalogs)
        columns[name] = (record, verdict)
        for breach in verdict.broken[:SHOWN]:
            print(f"  {breach}")
        if len(verdict.broken) > SHOWN:
            print(f"  … and {len(verdict.broken) - SHOWN} more")
        broken = broken or bool(verdict.broken)
    print(table(columns))
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
