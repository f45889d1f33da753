"""How often and for how long: the numbers of the courier, and the one place that names its kinds."""

from __future__ import annotations

import random
from enum import StrEnum

DAY = 86_400
#: Seconds behind each failed try. With the last one the first try is a little less than a day ago.
DELAYS = (5, 300, 1_800, 7_200, 18_000, 36_000, 21_600)
#: Of a callback, which is informational: only where nobody answered at all.
CALLBACK_DELAYS = (5, 30, 120)
#: A try that was not made, since its receiver is being told as much as it may be at once.
BUSY_SECONDS = 2
#: The most that a delay is shortened, so that what failed together does not come back together.
JITTER = 0.15

#: From the look-up of the name to the last byte.
DEADLINE_SECONDS = 10.0
#: How long the answer to a callback is waited for once it was sent, and if the receiver was silent the last time.
ANSWER_SECONDS, SILENT_SECONDS = 3.0, 0.5
#: Nobody else tries what is claimed for so long.
LEASE_SECONDS = 40
#: A claim as old as this is left to whoever takes it next: a frozen process must not post beside another.
FENCE_SECONDS = LEASE_SECONDS - DEADLINE_SECONDS - 10

KEEP_SECONDS = {"delivered": DAY, "parked": 30 * DAY}


class Kind(StrEnum):
    """CALLBACK: callback_url. EVENT: events_url. HANGUP: a call that the carrier is to end."""

    CALLBACK = "callback"
    EVENT = "event"
    HANGUP = "hangup"


def delays(kind: Kind) -> tuple[int, ...]:
    return CALLBACK_DELAYS if kind is Kind.CALLBACK else DELAYS


def most_tries(kind: Kind) -> int:
    return len(delays(kind)) + 1


def delay_ms(kind: Kind, step: int) -> int:
    """Behind the failed try number `step`, counted from 1."""
    seconds = delays(kind)[min(step, len(delays(kind))) - 1]
    return int(seconds * 1000 * random.uniform(1 - JITTER, 1))
