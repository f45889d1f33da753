"""Warns, at most once a minute, of decisions that were made although a check failed.

The scripts write the event, and the mark on the Interaction.
"""

from __future__ import annotations

import logging
import time

from common.runtime import Runtime

log = logging.getLogger("maskline.unchecked")

#: Seconds between two warnings of one process for the same check of the same Service.
WARN_SECONDS = 60.0


class Warned:
    """(Service, check) -> when a failure of the check was last logged, and how many failures there were since."""

    def __init__(self, rt: Runtime) -> None:
        self.last: dict[tuple[str, str], tuple[float, int]] = {}


def warn(rt: Runtime, service_sid: str, check: str, reason: str) -> None:
    """`check`: intercept | out-of-session | content.

    `reason`: a kind of failure, never what an app or a person wrote.
    """
    warned = rt.part(Warned).last
    last, count = warned.get((service_sid, check), (0.0, 0))
    now, count = time.monotonic(), count + 1
    if last and now - last < WARN_SECONDS:
        warned[service_sid, check] = last, count
        return
    warned[service_sid, check] = now, 0
    log.warning(
        "%s: the check %s failed (%s), %d since the last warning; what was decided without it is marked in the API "
        "(unchecked) and told to events_url (%s.failed)",
        service_sid, check, reason, count, check,
    )  # fmt: skip
