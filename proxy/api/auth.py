"""Who calls: HTTP Basic on every request, and what the caller's role allows."""

from __future__ import annotations

from typing import cast

from flask import g, request

from common.errors import Refused
from proxy.edge import runtime
from services.accounts import Accounts, Principal

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def require() -> None:
    """The guard of the whole API; the views read `account_sid()` and need not think of it again."""
    principal = _principal()
    if principal is None:
        raise Refused(20003, "Authenticate with HTTP Basic: account SID and auth token, or API key SID and secret")
    if principal.role == "read-only" and request.method not in READING:
        raise Refused(20403, "This API key may only read: use a key with the role full")
    g.principal = principal


def _principal() -> Principal | None:
    given = request.authorization
    if given is None or given.type != "basic" or not given.username or not given.password:
        return None
    return runtime().part(Accounts).authenticate(given.username, given.password)


def account_sid() -> str:
    return cast(Principal, g.principal).account_sid
