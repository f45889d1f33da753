"""Dates in the format of Proxy's API."""

from __future__ import annotations

from functools import lru_cache
from time import gmtime


def date(ms: int) -> str:
    """Whole seconds and Z: the Python SDK parses only this format."""
    return _date(ms // 1000)


@lru_cache(maxsize=1000)
def _date(seconds: int) -> str:
    """Most dates that are written are of this second, and each several times."""
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*gmtime(seconds)[:6])
