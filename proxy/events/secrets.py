"""/Services/<service>/Secret: the key with which an app verifies our Standard Webhooks signatures."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, g

from callbacks.deliveries import webhook_secret
from common.errors import Refused
from proxy.api.paths import service_of
from proxy.context import runtime
from proxy.responses import json_response
from services.accounts import Principal

bp = Blueprint("secrets", __name__, url_prefix="/Services/<service>/Secret")


@bp.get("")
def fetch(service: str) -> Response:
    if cast(Principal, g.principal).role != "full":
        raise Refused(20403, "This API key is read-only and may not see secrets: use a key with the role full")
    owner = service_of(service)
    return json_response(
        {
            "service_sid": owner.sid,
            "account_sid": owner.account_sid,
            "secret": webhook_secret(runtime(), owner),
            "url": f"{runtime().settings.public_url}/events/v1/Services/{owner.sid}/Secret",
        }
    )
