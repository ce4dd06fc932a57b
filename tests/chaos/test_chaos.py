"""The short form of `python -m tests.chaos`: the real process killed in its first claim and in a later one."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.texts import load_catalogs
from tests.chaos.filings import Pace
from tests.chaos.judge import judge
from tests.chaos.lives import End
from tests.chaos.report import table
from tests.chaos.run import Conditions, run
from tests.chaos.weather import WEATHERS
from tests.emulator import Break

ENDS = (End(message=1), End(message=15))
PACE = Pace(filings=20, gap=timedelta(seconds=1))


@pytest.mark.parametrize("weather", WEATHERS)
async def test_promises_are_kept(weather: str, tmp_path: Path) -> None:
    catalogs = load_catalogs()
    # What hangs takes 15 s: that is for the long form.
    faults = tuple((fault, share) for fault, share in WEATHERS[weather] if fault is not Break.HANG)
    record = await run(Conditions(ENDS, seed=1, weather=faults, pace=PACE), catalogs, tmp_path)
    verdict = judge(record, catalogs)
    assert verdict.broken == ()
    assert (record.kills, record.taken_over > 0) == (len(ENDS), True)
    assert verdict.arrived > len(ENDS)
    assert "promises broken" in table({weather: (record, verdict)})
