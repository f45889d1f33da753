"""Delays and time limits of deliveries, and the kinds of deliveries."""

from __future__ import annotations

import random
from enum import StrEnum

DAY = 86_400
#: Seconds after each failed try. The last try is a little less than a day after the first.
DELAYS = (5, 300, 1_800, 7_200, 18_000, 36_000, 21_600)
#: For callbacks. They are informational, so they are repeated only if there was no answer at all.
CALLBACK_DELAYS = (5, 30, 120)
#: The delay if no request was made, because the account has too many requests in progress.
BUSY_SECONDS = 2
#: The largest share by which a delay is shortened, so that deliveries that failed together are not retried together.
JITTER = 0.15

#: For a whole request, from the DNS look-up to the last byte.
DEADLINE_SECONDS = 10.0
#: How long to wait for the answer to a callback after it was sent; the second if the last try had no answer.
ANSWER_SECONDS, NO_ANSWER_SECONDS = 3.0, 0.5
#: How long no other worker gets a claim.
LEASE_SECONDS = 30
#: A process with a claim older than this does not post: after a suspension another worker may hold the claim.
FENCE_SECONDS = LEASE_SECONDS - DEADLINE_SECONDS - 10

KEEP_SECONDS = {"delivered": DAY, "parked": 30 * DAY}


class Kind(StrEnum):
    """CALLBACK: to callback_url. EVENT: to events_url. HANGUP: calls to end at the carrier."""

    CALLBACK = "callback"
    EVENT = "event"
    HANGUP = "hangup"


#: Where each goes: a field of the Service.
FIELD_OF = {Kind.CALLBACK: "callback_url", Kind.EVENT: "events_url"}


def delays(kind: Kind) -> tuple[int, ...]:
    return CALLBACK_DELAYS if kind is Kind.CALLBACK else DELAYS


def max_tries(kind: Kind) -> int:
    return len(delays(kind)) + 1


def delay_ms(kind: Kind, step: int) -> int:
    """The delay after the failed try number `step`, counted from 1."""
    seconds = delays(kind)[min(step, len(delays(kind))) - 1]
    return int(seconds * 1000 * random.uniform(1 - JITTER, 1))
