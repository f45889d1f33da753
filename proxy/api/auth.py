"""HTTP Basic on every request, and what the role of the API key allows."""

from __future__ import annotations

from base64 import b64decode

from common.client_address import ClientAddress
from common.errors import Refused
from common.runtime import Runtime
from common.security_events import Kind, note
from common.steps import IN_THREAD, Steps
from proxy.api.call import ApiCall, before, current
from proxy.api.logins import note_login
from services.accounts import Principal
from services.authentication import account_named, authenticate
from services.login_failures import LoginFailures

UNAUTHENTICATED = "Authenticate with HTTP Basic: account SID and auth token, or API key SID and secret"
TOO_MANY = "Too many wrong credentials came from this address: wait as Retry-After says, then send the right ones"


def check(rt: Runtime, call: ApiCall) -> Steps[None]:
    """Sets the principal of the call. Raises Refused."""
    client, credentials = call.client(rt), _credentials(call.authorization)
    if credentials is None:
        note(rt, Kind.NO_CREDENTIALS, client=client)
        raise Refused(20003, UNAUTHENTICATED)
    if rt.part(LoginFailures).any_waits:
        _refuse_if_waiting(rt, client)
    principal = yield from _principal(rt, client, *credentials)
    if principal is None:
        yield IN_THREAD
        _count_failure(rt, credentials[0], client)
        raise Refused(20003, UNAUTHENTICATED)
    if principal.role == "read-only" and not call.reads:
        note(rt, Kind.READ_ONLY_WRITE, client=client, account=principal.account_sid, key=principal.key_sid)
        raise Refused(20403, "This API key may only read: use a key with the role full")
    note_login(rt, principal, client)
    call.principal = principal


#: Runs before every view. Views then use `account_sid()`.
require = before(check)


def _credentials(header: str | None) -> tuple[str, str] | None:
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = b64decode(encoded.strip()).decode().partition(":")
    except ValueError:
        return None
    return (user, password) if user and password else None


def _principal(rt: Runtime, client: ClientAddress, user: str, password: str) -> Steps[Principal | None]:
    try:
        return (yield from authenticate(rt, user, password))
    except Refused:
        note(rt, Kind.CARRIER_KEY_NOT_ASKED, client=client)
        raise


def _refuse_if_waiting(rt: Runtime, client: ClientAddress) -> None:
    wait = rt.part(LoginFailures).wait_of(client)
    if wait:
        note(rt, Kind.TOO_MANY_FAILURES, client=client)
        raise Refused(20429, TOO_MANY, retry_after=_seconds(wait))


def _count_failure(rt: Runtime, user: str, client: ClientAddress) -> None:
    """Raises Refused if there were too many already."""
    account = account_named(rt, user)
    wait = rt.part(LoginFailures).count(client, account)
    note(rt, Kind.TOO_MANY_FAILURES if wait else Kind.WRONG_CREDENTIALS, client=client, account=account)
    if wait:
        raise Refused(20429, TOO_MANY, retry_after=_seconds(wait))


def _seconds(ms: int) -> int:
    return -(-ms // 1000)


def account_sid() -> str:
    return current().account_sid
