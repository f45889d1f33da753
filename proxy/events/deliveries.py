"""/Deliveries: callbacks and events that were sent to apps, or wait to be sent."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from callbacks import deliveries
from callbacks.deliveries import STATES, Delivery
from common.errors import Invalid
from proxy.api.auth import account_sid
from proxy.api.paging import listing
from proxy.api.paths import service_of
from proxy.api.wire import date
from proxy.context import runtime
from proxy.responses import json_response

bp = Blueprint("deliveries", __name__, url_prefix="/Deliveries")

FILTERS = ("State", "Service")
PAGE_URLS = ("url", "first_page_url", "next_page_url", "previous_page_url")


@bp.get("")
def index() -> Response:
    filters = {name: value for name in FILTERS if (value := _query_value(name)) is not None}
    state = filters.get("State")
    if state is not None and state not in STATES:
        raise Invalid("State", f"must be one of {', '.join(STATES)}")
    service = service_of(filters["Service"]) if "Service" in filters else None
    fetch = partial(deliveries.list_deliveries, runtime(), account_sid(), service, state)
    return _add_filters(listing("deliveries", fetch, dump), filters)


def _query_value(name: str) -> str | None:
    values = request.args.getlist(name)
    if len(values) > 1:
        raise Invalid(name, "is given more than once: give it once")
    return values[0] if values else None


def _add_filters(page: Response, filters: dict[str, str]) -> Response:
    """Adds the filters to the URLs of the other pages."""
    if not filters:
        return page
    body: dict[str, Any] = page.get_json()
    for name in PAGE_URLS:
        if body["meta"][name]:
            body["meta"][name] += f"&{urlencode(filters)}"
    return json_response(body)


@bp.get('/<sid("DL"):sid>')
def fetch(sid: str) -> Response:
    delivery, body = deliveries.get_delivery(runtime(), account_sid(), sid)
    return json_response({**dump(delivery), "body": body})


@bp.post('/<sid("DL"):sid>/Redeliver')
def redeliver(sid: str) -> Response:
    return json_response(dump(deliveries.redeliver(runtime(), account_sid(), sid)))


def dump(delivery: Delivery) -> dict[str, Any]:
    url = f"{runtime().settings.public_url}/events/v1/Deliveries/{delivery.sid}"
    return {
        "sid": delivery.sid,
        "account_sid": delivery.account_sid,
        "service_sid": delivery.service_sid,
        "session_sid": delivery.session_sid,
        "kind": delivery.kind,
        "type": delivery.type,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "receiver_url": delivery.url,
        "date_created": date(delivery.created_ms),
        "date_last_attempt": date(delivery.tried_ms),
        "date_next_attempt": date(delivery.due_ms),
        "url": url,
        "links": {"redeliver": f"{url}/Redeliver"},
    }
