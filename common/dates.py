"""Dates as Proxy's wire writes them."""

from __future__ import annotations

from time import gmtime


def date(ms: int) -> str:
    """Whole seconds and Z: anything else the Python SDK leaves as text."""
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*gmtime(ms // 1000)[:6])
