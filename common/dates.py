"""Dates in the format of Proxy's API."""

from __future__ import annotations

from time import gmtime


def date(ms: int) -> str:
    """Whole seconds and Z: the Python SDK parses only this format."""
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*gmtime(ms // 1000)[:6])
