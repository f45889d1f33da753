"""/events/v1: what the customers' apps are told by us. Ours, not Proxy's; behind the same HTTP Basic."""

from flask import Blueprint

from proxy import api
from proxy.api import auth, limits
from proxy.events import deliveries, secrets

bp = Blueprint("events", __name__, url_prefix="/events/v1")
for hook in (auth.require, limits.count):
    bp.before_request(hook)
for told in (limits.show, api.keep_out_of_caches):
    bp.after_request(told)
for resource in (deliveries, secrets):
    bp.register_blueprint(resource.bp)
