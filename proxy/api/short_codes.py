"""/Services/<service>/ShortCodes: removed from Proxy in 2025-07, but old programs still list them. Always empty."""

from __future__ import annotations

from flask import Blueprint, Response

from common.errors import Invalid, NotFound
from common.model import Page
from proxy.api.paging import listing
from proxy.api.paths import service_of

bp = Blueprint("short_codes", __name__, url_prefix="/Services/<service>/ShortCodes")


@bp.get("")
def index(service: str) -> Response:
    service_of(service)
    return listing("short_codes", lambda cursor, limit: Page([], None, None), dict)


@bp.post("")
def create(service: str) -> Response:
    service_of(service)
    raise Invalid("Sid", "must be of a phone number, added at PhoneNumbers: short codes cannot be added to a Service")


@bp.route('/<sid("SC"):sid>', methods=["GET", "POST", "DELETE"])
def short_code(service: str, sid: str) -> Response:
    raise NotFound("The short code")
