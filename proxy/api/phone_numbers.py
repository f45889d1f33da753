"""/Services/<service>/PhoneNumbers"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from common.errors import Invalid
from pool import numbers
from pool.model import PhoneNumber
from proxy.api import wire
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import service_of
from proxy.api.schemas import NEW_PHONE_NUMBER, PHONE_NUMBER
from proxy.context import api_base, runtime
from proxy.responses import json_response, no_content

bp = Blueprint("phone_numbers", __name__, url_prefix="/Services/<service>/PhoneNumbers")


@bp.get("")
def index(service: str) -> Response:
    fetch = partial(numbers.list_numbers, runtime(), service_of(service))
    return listing("phone_numbers", fetch, partial(wire.phone_number, base=api_base()))


@bp.post("")
def create(service: str) -> Response:
    fields = {"sid": None, "phone_number": None, "is_reserved": False, **load(NEW_PHONE_NUMBER)}
    if (fields["sid"] is None) == (fields["phone_number"] is None):
        raise Invalid("Sid", "give either Sid or PhoneNumber")
    return _response(numbers.add_number(runtime(), service_of(service), **fields), 201)


@bp.get('/<sid("PN"):sid>')
def fetch(service: str, sid: str) -> Response:
    return _response(numbers.get_number(runtime(), service_of(service), sid))


@bp.post('/<sid("PN"):sid>')
def update(service: str, sid: str) -> Response:
    fields, owner = load(PHONE_NUMBER), service_of(service)
    if not fields:
        return _response(numbers.get_number(runtime(), owner, sid))
    return _response(numbers.update_number(runtime(), owner, sid, fields["is_reserved"]))


@bp.delete('/<sid("PN"):sid>')
def delete(service: str, sid: str) -> Response:
    numbers.remove_number(runtime(), service_of(service), sid)
    return no_content()


def _response(number: PhoneNumber, status: int = 200) -> Response:
    return json_response(wire.phone_number(number, api_base()), status)
