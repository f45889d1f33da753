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
from proxy.edge import api_base, empty, reply, runtime

bp = Blueprint("phone_numbers", __name__, url_prefix="/Services/<service>/PhoneNumbers")


@bp.get("")
def index(service: str) -> Response:
    fetch = partial(numbers.list_numbers, runtime(), service_of(service))
    return listing("phone_numbers", fetch, partial(wire.phone_number, base=api_base()))


@bp.post("")
def create(service: str) -> Response:
    given = {"sid": None, "phone_number": None, "is_reserved": False, **load(NEW_PHONE_NUMBER)}
    if (given["sid"] is None) == (given["phone_number"] is None):
        raise Invalid("Sid", "give either Sid or PhoneNumber")
    return _reply(numbers.add_number(runtime(), service_of(service), **given), 201)


@bp.get('/<sid("PN"):sid>')
def fetch(service: str, sid: str) -> Response:
    return _reply(numbers.get_number(runtime(), service_of(service), sid))


@bp.post('/<sid("PN"):sid>')
def update(service: str, sid: str) -> Response:
    given, owner = load(PHONE_NUMBER), service_of(service)
    if not given:
        return _reply(numbers.get_number(runtime(), owner, sid))
    return _reply(numbers.update_number(runtime(), owner, sid, given["is_reserved"]))


@bp.delete('/<sid("PN"):sid>')
def delete(service: str, sid: str) -> Response:
    numbers.remove_number(runtime(), service_of(service), sid)
    return empty()


def _reply(found: PhoneNumber, status: int = 200) -> Response:
    return reply(wire.phone_number(found, api_base()), status)
