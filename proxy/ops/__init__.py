"""/ops/v1: what operators look after. Ours, not Proxy's; behind the same HTTP Basic."""

from flask import Blueprint

from proxy import api
from proxy.api import auth, limits
from proxy.ops import blocks, outbox

bp = Blueprint("ops", __name__, url_prefix="/ops/v1")
for hook in (auth.require, limits.count):
    bp.before_request(hook)
for told in (limits.show, api.keep_out_of_caches):
    bp.after_request(told)
bp.register_blueprint(outbox.bp)
bp.register_blueprint(blocks.bp)
