"""What the carrier's answer to a redaction means.

Facts (Twilio, on its error 20009): a message that is not complete there is refused, mostly for a minute, in rare cases
for 14 days; the same request may be made again. What was deleted there has no text any more.
"""

from __future__ import annotations

import random

from common.claim_worker import Result
from common.errors import CarrierError

#: Refusals of what may be done later: not complete yet, in a state that does not allow it.
NOT_YET = frozenset({20009, 20409})
#: The request was never looked at, or ours is to be mended: our login, our rights, their limits, their servers.
CLOSED = frozenset({0, 401, 403, 408, 429})
#: Answers that the next request would get as well.
HOPELESS = frozenset({0, 401, 429, 503})
#: A 404 without this word may be of anything: of a carrier that cannot empty a text, or of a wrong address.
GONE = 20404
#: Seconds until it is tried again: while the carrier is busy, and while the message is not complete.
BUSY = (60.0, 120.0, 300.0, 600.0, 900.0)
WAITING = (60.0, 300.0, 900.0, 3600.0, 10_800.0, 21_600.0)
#: Of those that wait; some 30 days, twice what the carrier names.
MOST_TRIES = 125
JITTER = 0.2


def of(error: CarrierError, tries: int) -> Result:
    """Outcome redacted | refused | again, after `delay_ms`. `tries`: how often it was tried before."""
    code = error.code or None
    if code == GONE:
        return Result("redacted", {"code": code})
    if error.retryable or error.status in CLOSED:
        return Result("again", {"code": code, "delay_ms": _delay(BUSY, tries)})
    if code in NOT_YET and tries < MOST_TRIES:
        return Result("again", {"code": code, "delay_ms": _delay(WAITING, tries)})
    return Result("refused", {"code": code})


def _delay(table: tuple[float, ...], tries: int) -> int:
    return int(table[min(tries, len(table) - 1)] * random.uniform(1 - JITTER, 1) * 1000)
