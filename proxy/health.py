"""GET /healthz: may this process be given traffic? GET /readyz: does the whole installation work?"""

from __future__ import annotations

from flask import Blueprint, Response

from common.heartbeat import alive, seconds_since
from proxy.edge import reply, runtime
from storage.store import StoreUnavailable

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def check() -> Response:
    store = runtime().store
    try:
        store.guard(lambda: store.client.ping())
    except StoreUnavailable:
        return reply({"status": "store unavailable"}, 503)
    return reply({"status": "ok"})


@bp.get("/readyz")
def check_all() -> Response:
    """503 while the store is away or no worker or no clock has given a sign of life for 90 s."""
    try:
        seen = seconds_since(runtime().store)
    except StoreUnavailable:
        return reply({"status": "not ready", "store": "unavailable"}, 503)
    states = {process: "alive" if alive(seconds) else "dead" for process, seconds in seen.items()}
    ready = "dead" not in states.values()
    return reply({"status": "ready" if ready else "not ready", "store": "ok", **states}, 200 if ready else 503)
