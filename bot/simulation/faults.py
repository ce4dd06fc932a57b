"""What goes wrong in a simulation: how often, of how many."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares from 0 to 1. The first three are of messages, the others of chats over the whole simulation.

    `kills` is how often a day the process is killed and started again.
    """

    server_error: float = 0.0
    """Telegram answers with a 5xx."""
    timeout: float = 0.0
    """The message never arrives, and no answer comes."""
    lost_answer: float = 0.0
    """The message is accepted, and then the connection breaks: it will come twice."""
    blocking: float = 0.0
    """People who block the bot at some time; two thirds of them come back."""
    gone: float = 0.0
    """Accounts that are deleted at some time."""
    moving: float = 0.0
    """Groups that become supergroups at some time, and have another id then."""
    kills: float = 0.0


FAULTS: Mapping[str, Faults] = {
    "none": Faults(),
    "some": Faults(
        server_error=0.002, timeout=0.001, lost_answer=0.0005, blocking=0.03, gone=0.005, moving=0.1, kills=0.2
    ),
    "many": Faults(server_error=0.05, timeout=0.02, lost_answer=0.01, blocking=0.15, gone=0.03, moving=0.5, kills=2),
}
"""By the names that the command line knows."""
