"""GET /healthz: whether this web process can serve requests. GET /readyz: whether the whole installation works."""

from __future__ import annotations

from flask import Blueprint, Response

from common.heartbeat import alive, seconds_since
from common.store_memory import StoreMemory
from proxy.context import runtime
from proxy.responses import json_response
from storage import keys
from storage.store import StoreUnavailable

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def check() -> Response:
    store = runtime().store
    try:
        store.ping()
    except StoreUnavailable:
        return json_response({"status": "store unavailable"}, 503)
    return json_response({"status": "ok"})


@bp.get("/readyz")
def check_all() -> Response:
    """503 if the store is unavailable or was emptied, or a queue's workers or the clocks had no heartbeat for 90 s."""
    store = runtime().store
    try:
        # This process has read the key ring, so the store had it.
        if not store.guard(lambda: store.client.exists(keys.ring("keyring"))):
            return json_response({"status": "not ready", "store": "emptied"}, 503)
        seconds_since_heartbeat = seconds_since(store)
        memory = runtime().part(StoreMemory).read()
    except StoreUnavailable:
        return json_response({"status": "not ready", "store": "unavailable"}, 503)
    states = {process: "alive" if alive(seconds) else "dead" for process, seconds in seconds_since_heartbeat.items()}
    ready = "dead" not in states.values()
    return json_response(
        {
            "status": "ready" if ready else "not ready",
            "store": "ok",
            "store_memory": memory.level.name.lower(),
            **states,
        },
        200 if ready else 503,
    )
