"""Only programs of this machine may use /sim: it has no credentials, and web pages can make a browser send requests.

A page of another site sends its own Origin, and a name that was pointed to 127.0.0.1 later (DNS rebinding) is in Host.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from simulator.errors import CarrierError

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def require_this_machine() -> None:
    """403 unless Host is a loopback name, and Origin, if there is one, the same server."""
    origin = request.headers.get("Origin")
    if _host(f"//{request.headers.get('Host', '')}") not in LOCAL or (origin is not None and not _is_ours(origin)):
        raise CarrierError(20403, 403, "/sim takes requests of this machine only, not of a web page or another host")


def _is_ours(origin: str) -> bool:
    return origin == f"http://{request.headers['Host']}"


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
