"""The address of the client of the current request, and the security events of such requests."""

from __future__ import annotations

from flask import request

from common.client_address import ClientAddress, client_address
from common.security_events import Kind, SecurityEvents
from proxy.context import runtime


def client() -> ClientAddress:
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    return client_address(request.environ.get("REMOTE_ADDR", ""), forwarded, runtime().settings.trusted_proxies)


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
