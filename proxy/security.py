"""The address of the client of the current request, and the security events of such requests."""

from __future__ import annotations

from functools import lru_cache

from flask import request

from common.client_address import ClientAddress, client_address
from common.runtime import Runtime
from common.security_events import Kind, SecurityEvents
from proxy.context import runtime


class Clients:
    """Few clients send most requests, and to read an address costs 10 us."""

    def __init__(self, rt: Runtime) -> None:
        trusted = rt.settings.trusted_proxies
        self.of = lru_cache(maxsize=4096)(lambda peer, forwarded: client_address(peer, forwarded, trusted))


def client() -> ClientAddress:
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    return client_of(runtime(), request.environ.get("REMOTE_ADDR", ""), forwarded)


def client_of(rt: Runtime, peer: str, forwarded: str) -> ClientAddress:
    return rt.part(Clients).of(peer, forwarded)


def note_request(
    kind: Kind,
    *,
    account: str | None = None,
    service: str | None = None,
    key: str | None = None,
    reason: str | None = None,
) -> None:
    """Like SecurityEvents.note, with the client's address."""
    events = runtime().part(SecurityEvents)
    events.note(kind, client=client(), account=account, service=service, key=key, reason=reason)
