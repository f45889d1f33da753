"""/Services/<service>/Secret: what an app checks our Standard Webhooks signatures with."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, g

from callbacks.deliveries import webhook_secret
from common.errors import Refused
from proxy.api.paths import service_of
from proxy.edge import reply, runtime
from services.accounts import Principal

bp = Blueprint("secrets", __name__, url_prefix="/Services/<service>/Secret")


@bp.get("")
def fetch(service: str) -> Response:
    if cast(Principal, g.principal).role != "full":
        raise Refused(20403, "This API key may only read what happened: use a key with the role full")
    found = service_of(service)
    return reply(
        {
            "service_sid": found.sid,
            "account_sid": found.account_sid,
            "secret": webhook_secret(runtime(), found),
            "url": f"{runtime().settings.public_url}/events/v1/Services/{found.sid}/Secret",
        }
    )
