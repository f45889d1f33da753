"""HTTP Basic on every request, and what the role of the API key allows."""

from __future__ import annotations

from typing import cast

from flask import g, request

from common.errors import Refused
from common.security_events import Kind
from proxy.context import runtime
from proxy.security import note_request
from services.accounts import Accounts, Principal

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def require() -> None:
    """Runs before every view. Views then use `account_sid()`."""
    principal = _principal()
    if principal is None:
        note_request(Kind.WRONG_CREDENTIALS if request.authorization else Kind.NO_CREDENTIALS)
        raise Refused(20003, "Authenticate with HTTP Basic: account SID and auth token, or API key SID and secret")
    if principal.role == "read-only" and request.method not in READ_METHODS:
        facts = {"account": principal.account_sid, "key": principal.key_sid}
        note_request(Kind.READ_ONLY_WRITE, **facts)
        raise Refused(20403, "This API key may only read: use a key with the role full")
    g.principal = principal


def _principal() -> Principal | None:
    credentials = request.authorization
    if credentials is None or credentials.type != "basic" or not credentials.username or not credentials.password:
        return None
    return runtime().part(Accounts).authenticate(credentials.username, credentials.password)


def account_sid() -> str:
    return cast(Principal, g.principal).account_sid
