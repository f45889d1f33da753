"""GET /healthz: may this process be given traffic?"""

from __future__ import annotations

from flask import Blueprint, Response

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
