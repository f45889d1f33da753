"""/Services"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response

from callbacks.http.urls import check_url
from common.errors import Invalid
from common.model import Service
from erasure.services import delete_service
from proxy.api import wire
from proxy.api.auth import account_sid
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import reference
from proxy.api.schemas import SERVICE
from proxy.edge import api_base, empty, reply, runtime
from services import services

bp = Blueprint("services", __name__)

CALLBACKS = {
    "callback_url": "CallbackUrl",
    "intercept_callback_url": "InterceptCallbackUrl",
    "out_of_session_callback_url": "OutOfSessionCallbackUrl",
    "events_url": "EventsUrl",
}


@bp.get("/Services")
def index() -> Response:
    fetch = partial(services.list_services, runtime(), account_sid())
    return listing("services", fetch, partial(wire.service, base=api_base()))


@bp.post("/Services")
def create() -> Response:
    fields = _fields()
    if "unique_name" not in fields:
        raise Invalid("UniqueName", "is required")
    return _reply(services.create_service(runtime(), account_sid(), fields), 201)


@bp.get("/Services/<service>")
def fetch(service: str) -> Response:
    return _reply(_fresh(service))


@bp.post("/Services/<service>")
def update(service: str) -> Response:
    fields = _fields()
    return _reply(services.update_service(runtime(), _fresh(service), fields))


@bp.delete("/Services/<service>")
def delete(service: str) -> Response:
    delete_service(runtime(), _fresh(service))
    return empty()


def _fresh(name: str) -> Service:
    return services.get_service(runtime(), account_sid(), reference(name, "The Service"))


def _reply(found: Service, status: int = 200) -> Response:
    return reply(wire.service(found, api_base()), status)


def _fields() -> dict[str, Any]:
    fields = load(SERVICE)
    if fields.get("unique_name", "") is None:
        raise Invalid("UniqueName", "must not be empty")
    for field, name in CALLBACKS.items():
        if fields.get(field):
            _require_outside(name, fields[field])
    return fields


def _require_outside(name: str, url: str) -> None:
    reason = check_url(url, allow_private=runtime().settings.allow_private_callbacks)
    if reason:
        raise Invalid(name, reason)
    if _is_ours(url):
        raise Invalid(name, "must lead to your application, not back to us")


def _is_ours(url: str) -> bool:
    """A callback that calls us would go round for ever."""
    ours, given = urlsplit(runtime().settings.public_url), urlsplit(url)
    path = given.path.removeprefix(ours.path) + "/"
    return (given.hostname, _port(given)) == (ours.hostname, _port(ours)) and path.startswith(("/proxy/", "/webhooks/"))


def _port(url: Any) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
