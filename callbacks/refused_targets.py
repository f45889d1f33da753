"""A request to a customer's URL that was not sent, because its host leads to a private address, is a security event."""

from __future__ import annotations

from callbacks.http.http_client import OnRefused
from callbacks.http.response import FailureKind
from common.runtime import Runtime
from common.security_events import Kind, note


def noting(rt: Runtime) -> OnRefused:
    def on_refused(account_sid: str, kind: FailureKind) -> None:
        note(rt, Kind.TARGET_REFUSED, account=account_sid, reason=kind.value)

    return on_refused
