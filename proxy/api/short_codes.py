"""/Services/<service>/ShortCodes: gone from Proxy since 2025-07, but older programs still list them. There are none."""

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
    raise Invalid("Sid", "must be of a phone number, added at PhoneNumbers: a short code cannot be in a pool")


@bp.route('/<sid("SC"):sid>', methods=["GET", "POST", "DELETE"])
def one(service: str, sid: str) -> Response:
    raise NotFound("The short code")
