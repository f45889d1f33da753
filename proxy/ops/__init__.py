"""/ops/v1: our own API for operators, not part of Proxy. It requires the same HTTP Basic."""

from flask import Blueprint

from proxy import full_store
from proxy.api import auth, limits
from proxy.ops import blocks, outbox

bp = Blueprint("ops", __name__, url_prefix="/ops/v1")
for before_hook in (auth.require, limits.count, full_store.require_room):
    bp.before_request(before_hook)
bp.after_request(limits.add_headers)
bp.register_blueprint(outbox.bp)
bp.register_blueprint(blocks.bp)
