"""Proxy v1: one resource, one module, one blueprint, all behind HTTP Basic."""

from flask import Blueprint, Response

from proxy.api import auth, calls, interactions, notices, participants, phone_numbers, services, sessions

bp = Blueprint("api", __name__, url_prefix="/proxy/v1")
bp.before_request(auth.require)
for resource in (services, phone_numbers, sessions, participants, interactions, calls, notices):
    bp.register_blueprint(resource.bp)


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
