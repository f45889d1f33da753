"""HTTP Basic on every request, and what the role of the API key allows."""

from __future__ import annotations

from typing import cast

from flask import g, request

from common.client_address import ClientAddress
from common.errors import Refused
from common.security_events import Kind
from proxy.api.logins import note_login
from proxy.context import runtime
from proxy.security import client, note_request
from services.accounts import Principal
from services.authentication import account_named, authenticate
from services.login_failures import LoginFailures

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNAUTHENTICATED = "Authenticate with HTTP Basic: account SID and auth token, or API key SID and secret"
TOO_MANY = "Too many wrong credentials came from this address: wait as Retry-After says, then send the right ones"


def require() -> None:
    """Runs before every view. Views then use `account_sid()`."""
    credentials = _credentials()
    if credentials is None:
        note_request(Kind.NO_CREDENTIALS)
        raise Refused(20003, UNAUTHENTICATED)
    if runtime().part(LoginFailures).any_waits:
        _refuse_if_waiting(client())
    principal = _principal(*credentials)
    if principal is None:
        _count_failure(credentials[0], client())
        raise Refused(20003, UNAUTHENTICATED)
    if principal.role == "read-only" and request.method not in READ_METHODS:
        note_request(Kind.READ_ONLY_WRITE, account=principal.account_sid, key=principal.key_sid)
        raise Refused(20403, "This API key may only read: use a key with the role full")
    note_login(principal)
    g.principal = principal


def _credentials() -> tuple[str, str] | None:
    given = request.authorization
    if given is None or given.type != "basic" or not given.username or not given.password:
        return None
    return given.username, given.password


def _principal(user: str, password: str) -> Principal | None:
    try:
        return authenticate(runtime(), user, password)
    except Refused:
        note_request(Kind.CARRIER_KEY_NOT_ASKED)
        raise


def _refuse_if_waiting(address: ClientAddress) -> None:
    wait = runtime().part(LoginFailures).wait_of(address)
    if wait:
        note_request(Kind.TOO_MANY_FAILURES)
        raise Refused(20429, TOO_MANY, retry_after=_seconds(wait))


def _count_failure(user: str, address: ClientAddress) -> None:
    """Raises Refused if there were too many already."""
    account = account_named(runtime(), user)
    wait = runtime().part(LoginFailures).count(address, account)
    note_request(Kind.TOO_MANY_FAILURES if wait else Kind.WRONG_CREDENTIALS, account=account)
    if wait:
        raise Refused(20429, TOO_MANY, retry_after=_seconds(wait))


def _seconds(ms: int) -> int:
    return -(-ms // 1000)


def account_sid() -> str:
    return cast(Principal, g.principal).account_sid
