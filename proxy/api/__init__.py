"""Proxy v1. One module and one blueprint for each resource; all require HTTP Basic."""

from flask import Blueprint

from proxy import full_store
from proxy.api import (
    auth,
    calls,
    content_lists,
    forms,
    idempotency,
    interactions,
    limits,
    message_interactions,
    notices,
    participants,
    phone_numbers,
    services,
    sessions,
    short_codes,
)

bp = Blueprint("api", __name__, url_prefix="/proxy/v1")
for before_hook in (auth.require, limits.count, full_store.require_room, idempotency.begin):
    bp.before_request(before_hook)
for after_hook in (limits.add_headers, forms.add_headers, idempotency.end):
    bp.after_request(after_hook)
bp.teardown_request(idempotency.reset_sids)
RESOURCES = (
    services, phone_numbers, short_codes, sessions, participants, interactions, message_interactions, calls, notices,
    content_lists,
)  # fmt: skip
for resource in RESOURCES:
    bp.register_blueprint(resource.bp)
