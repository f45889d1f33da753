"""/events/v1: our own API for events and callbacks sent to apps, not part of Proxy. It requires the same HTTP Basic."""

from flask import Blueprint

from proxy import full_store
from proxy.api import auth, idempotency, limits
from proxy.events import deliveries, secrets

bp = Blueprint("events", __name__, url_prefix="/events/v1")
for before_hook in (auth.require, limits.count, full_store.require_room, idempotency.begin):
    bp.before_request(before_hook)
for after_hook in (limits.add_headers, idempotency.end):
    bp.after_request(after_hook)
bp.teardown_request(idempotency.reset_sids)
for resource in (deliveries, secrets):
    bp.register_blueprint(resource.bp)
