"""/Deliveries"""

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
from proxy.edge import reply, runtime

bp = Blueprint("deliveries", __name__, url_prefix="/Deliveries")

FILTERS = ("State", "Service")
PAGES = ("url", "first_page_url", "next_page_url", "previous_page_url")


@bp.get("")
def index() -> Response:
    asked = {name: value for name in FILTERS if (value := _argument(name)) is not None}
    state = asked.get("State")
    if state is not None and state not in STATES:
        raise Invalid("State", f"must be one of {', '.join(STATES)}")
    service = service_of(asked["Service"]) if "Service" in asked else None
    fetch = partial(deliveries.list_deliveries, runtime(), account_sid(), service, state)
    return _filtered(listing("deliveries", fetch, dump), asked)


def _argument(name: str) -> str | None:
    found = request.args.getlist(name)
    if len(found) > 1:
        raise Invalid(name, "is given more than once: leave one")
    return found[0] if found else None


def _filtered(page: Response, asked: dict[str, str]) -> Response:
    """The way to the neighbours asks for the same."""
    if not asked:
        return page
    body: dict[str, Any] = page.get_json()
    for name in PAGES:
        if body["meta"][name]:
            body["meta"][name] += f"&{urlencode(asked)}"
    return reply(body)


@bp.get('/<sid("DL"):sid>')
def fetch(sid: str) -> Response:
    found, body = deliveries.get_delivery(runtime(), account_sid(), sid)
    return reply({**dump(found), "body": body})


@bp.post('/<sid("DL"):sid>/Redeliver')
def redeliver(sid: str) -> Response:
    return reply(dump(deliveries.redeliver(runtime(), account_sid(), sid)))


def dump(found: Delivery) -> dict[str, Any]:
    url = f"{runtime().settings.public_url}/events/v1/Deliveries/{found.sid}"
    return {
        "sid": found.sid,
        "account_sid": found.account_sid,
        "service_sid": found.service_sid,
        "session_sid": found.session_sid,
        "kind": found.kind,
        "type": found.type,
        "state": found.state,
        "attempts": found.attempts,
        "last_status": found.last_status,
        "last_error": found.last_error,
        "receiver_url": found.url,
        "date_created": date(found.created_ms),
        "date_last_attempt": date(found.tried_ms),
        "date_next_attempt": date(found.due_ms),
        "url": url,
        "links": {"redeliver": f"{url}/Redeliver"},
    }
