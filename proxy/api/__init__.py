"""Proxy v1: one resource, one module, one blueprint, all behind HTTP Basic."""

from flask import Blueprint, Response

from proxy.api import (
    auth,
    calls,
    content_lists,
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
    unknown_fields,
)

bp = Blueprint("api", __name__, url_prefix="/proxy/v1")
for hook in (auth.require, limits.count, idempotency.begin):
    bp.before_request(hook)
for told in (limits.show, unknown_fields.show, idempotency.end):
    bp.after_request(told)
bp.teardown_request(idempotency.leave)
RESOURCES = (
    services, phone_numbers, short_codes, sessions, participants, interactions, message_interactions, calls, notices,
    content_lists,
)  # fmt: skip
for resource in RESOURCES:
    bp.register_blueprint(resource.bp)


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
