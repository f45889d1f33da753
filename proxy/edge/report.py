"""A request whose body did not come in time is a security event."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from granian.rsgi import Scope

from common.client_address import client_address
from common.runtime import Runtime
from common.security_events import Kind, note


def slow_request(app: Flask) -> Callable[[Scope], None]:
    runtime: Runtime = app.extensions["maskline"]

    def report(scope: Scope) -> None:
        forwarded = scope.headers.get("x-forwarded-for") or ""
        client = client_address(scope.client, forwarded, runtime.settings.trusted_proxies)
        note(runtime, Kind.SLOW_REQUEST, client=client)

    return report
