"""What the carrier's error response to a redaction means.

Facts (Twilio, on its error 20009): a redaction is refused until the message is complete, mostly for a minute, rarely
for 14 days; the request may then be repeated. A message that was deleted at the carrier has no text any more.
"""

from __future__ import annotations

import random

from common.claim_worker import Result
from common.errors import CarrierError

#: Codes that may pass later: the message is not complete yet, or its state does not allow it.
NOT_YET = frozenset({20009, 20409})
#: Statuses that say nothing about this message: no response, wrong credentials, no permission, timeout, rate limit.
NOT_PROCESSED = frozenset({0, 401, 403, 408, 429})
#: Statuses that the next request would get too.
STOPPING = frozenset({0, 401, 429, 503})
#: A 404 without this code proves nothing: the carrier may not support redaction, or the URL may be wrong.
GONE = 20404
#: Seconds until the next try: while the carrier does not process it, and while the message is not complete.
BUSY_DELAYS = (60.0, 120.0, 300.0, 600.0, 900.0)
INCOMPLETE_DELAYS = (60.0, 300.0, 900.0, 3600.0, 10_800.0, 21_600.0)
#: Tries for an incomplete message: about 30 days, twice the carrier's 14.
MAX_TRIES = 125
JITTER = 0.2


def result_of(error: CarrierError, tries: int) -> Result:
    """Outcome redacted | refused | again, after `delay_ms`. `tries`: the number of earlier tries."""
    code = error.code or None
    if code == GONE:
        return Result("redacted", {"code": code})
    if error.retryable or error.status in NOT_PROCESSED:
        return Result("again", {"code": code, "delay_ms": _delay(BUSY_DELAYS, tries)})
    if code in NOT_YET and tries < MAX_TRIES:
        return Result("again", {"code": code, "delay_ms": _delay(INCOMPLETE_DELAYS, tries)})
    return Result("refused", {"code": code})


def _delay(table: tuple[float, ...], tries: int) -> int:
    return int(table[min(tries, len(table) - 1)] * random.uniform(1 - JITTER, 1) * 1000)
