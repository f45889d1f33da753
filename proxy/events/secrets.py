"""/Services/<service>/Secret: the keys with which an app verifies our Standard Webhooks signatures."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response

from callbacks.http.signing import secret_text
from callbacks.webhook_secrets import LONGEST_OVERLAP_HOURS, WebhookSecret, add_secret, list_secrets
from common.errors import Refused
from common.model import Service
from common.values import Form, Value
from proxy.api import forms, values
from proxy.api.call import current
from proxy.api.paths import service_of
from proxy.api.wire import date
from proxy.context import runtime
from proxy.responses import json_response
from services.accounts import Principal

bp = Blueprint("secrets", __name__, url_prefix="/Services/<service>/Secret")

OVERLAP_HOURS = 24


class SecretForm(Form):
    overlap_hours = Value(values.within(0, LONGEST_OVERLAP_HOURS), "OverlapHours")


FORM = SecretForm()


@bp.get("")
def fetch(service: str) -> Response:
    if cast(Principal, current().principal).role != "full":
        raise Refused(20403, "This API key is read-only and may not see secrets: use a key with the role full")
    owner = service_of(service)
    return json_response(_dump(owner, list_secrets(runtime(), owner)))


@bp.post("")
def create(service: str) -> Response:
    """A new secret; the former one ends after OverlapHours."""
    hours = forms.load(FORM).get("overlap_hours", OVERLAP_HOURS)
    owner = service_of(service)
    return json_response(_dump(owner, add_secret(runtime(), owner, hours * 3600)), 201)


def _dump(owner: Service, found: list[WebhookSecret]) -> dict[str, Any]:
    newest, *former = found
    return {
        "service_sid": owner.sid,
        "account_sid": owner.account_sid,
        "secret": secret_text(newest.value),
        "date_created": date(newest.created_ms),
        "former": [{"secret": secret_text(one.value), "date_ends": date(one.ends_ms)} for one in former],
        "url": f"{runtime().settings.public_url}/events/v1/Services/{owner.sid}/Secret",
    }
