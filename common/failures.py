"""Logs and counts work that failed with an unexpected error. The rest of the work continues.

Each process has its own counter. Tests check that it is empty after each test (tests/conftest.py).
"""

from __future__ import annotations

import logging
from collections import Counter

log = logging.getLogger("maskline.failures")

#: "what: kind of error" -> how often since the process started.
COUNTED: Counter[str] = Counter()


def note(what: str, about: str, error: BaseException) -> None:
    """`what` failed, for the SIDs in `about`. Only the error's type is logged: its text may contain a number."""
    kind = type(error).__name__
    COUNTED[f"{what}: {kind}"] += 1
    log.error("%s of %s failed: %s", what, about, kind)
