"""/Services"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response

from callbacks.http.urls import check_url
from callbacks.own_origin import is_own
from common.errors import Invalid
from common.model import Service
from common.security_events import Kind
from erasure.services import delete_service
from proxy.api import wire
from proxy.api.auth import account_sid
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import reference
from proxy.api.schemas import SERVICE
from proxy.context import api_base, runtime
from proxy.responses import json_response, no_content
from proxy.security import note_request
from services import services
from services.names import open_name
from services.urls import URL_FIELDS, open_url

bp = Blueprint("services", __name__)

URL_NAMES = {
    "callback_url": "CallbackUrl",
    "intercept_callback_url": "InterceptCallbackUrl",
    "out_of_session_callback_url": "OutOfSessionCallbackUrl",
    "events_url": "EventsUrl",
}


@bp.get("/Services")
def index() -> Response:
    fetch = partial(services.list_services, runtime(), account_sid())
    return listing("services", fetch, _dump)


@bp.post("/Services")
def create() -> Response:
    fields = _fields()
    if "unique_name" not in fields:
        raise Invalid("UniqueName", "is required")
    return _response(services.create_service(runtime(), account_sid(), fields), 201)


@bp.get("/Services/<service>")
def fetch(service: str) -> Response:
    return _response(_read_service(service))


@bp.post("/Services/<service>")
def update(service: str) -> Response:
    fields = _fields()
    return _response(services.update_service(runtime(), _read_service(service), fields))


@bp.delete("/Services/<service>")
def delete(service: str) -> Response:
    delete_service(runtime(), _read_service(service))
    return no_content()


def _read_service(name: str) -> Service:
    return services.get_service(runtime(), account_sid(), reference(name, "The Service"))


def _response(service: Service, status: int = 200) -> Response:
    return json_response(_dump(service), status)


def _dump(service: Service) -> dict[str, Any]:
    urls = {field: open_url(runtime(), service, field) for field in URL_FIELDS}
    return wire.service(service, api_base(), open_name(runtime(), service), urls)


def _fields() -> dict[str, Any]:
    fields = load(SERVICE)
    if fields.get("unique_name", "") is None:
        raise Invalid("UniqueName", "must not be empty")
    for field, name in URL_NAMES.items():
        if fields.get(field):
            _require_usable_url(field, name, fields[field])
    return fields


def _require_usable_url(field: str, name: str, url: str) -> None:
    reason = check_url(url, allow_private=runtime().settings.allow_private_callbacks)
    if not reason and is_own(runtime().settings, url):
        reason = "must be a URL of your application, not of this installation"
    if reason:
        note_request(Kind.CALLBACK_URL_REFUSED, account=account_sid(), reason=field)
        raise Invalid(name, reason)
