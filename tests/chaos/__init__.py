"""`python -m tests.chaos`: the real process killed again and again under load, and whether it keeps its promises.

`beian-bot run`, one process or two on one database, works against the emulated Bot API while filings with reminders
come in and people write and tick off. At random moments, and just when a message arrives, a process gets SIGKILL and is
started again at once. Weather may be foul: refusals, time-outs, broken connections. In the end it comes to rest, and
from what the service was sent and what is in the database it is judged (`tests.chaos.judge`):

* no reminder is lost: each that was due has arrived, or the database has an honest reason why not;
* none comes twice but for a reason: it was being sent at a kill, or the answer to it was lost;
* nothing comes for a filing that is done with, and none tells a wrong time;
* the database is whole, and no claim is left in it.
"""
