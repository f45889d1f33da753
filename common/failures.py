"""Work that failed by an error that nobody expected: logged and counted. The rest of the work goes on.

The counter is this process's own. Tests assert that it is empty after each of them (tests/conftest.py).
"""

from __future__ import annotations

import logging
from collections import Counter

log = logging.getLogger("maskline.failures")

#: "what: kind of error" -> how often since the process began.
COUNTED: Counter[str] = Counter()


def note(what: str, about: str, error: BaseException) -> None:
    """`what` failed, `about` being SIDs. Of the error only its kind: its text may quote a number or a message."""
    kind = type(error).__name__
    COUNTED[f"{what}: {kind}"] += 1
    log.error("%s of %s failed: %s", what, about, kind)
