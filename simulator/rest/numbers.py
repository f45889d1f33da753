"""Numbers that an account owns, and numbers that it can buy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Blueprint, request

from simulator import catalogue, render, sids
from simulator import numbers as settings
from simulator.errors import refusal
from simulator.model import Number, now
from simulator.rest.access import account, carrier
from simulator.rest.paging import page
from simulator.rest.searching import Search

numbers = Blueprint("numbers", __name__)
KINDS = {"Local": "local", "TollFree": "toll-free", "Mobile": "mobile"}


@numbers.get("/IncomingPhoneNumbers.json")
def list_numbers(account_sid: str) -> dict[str, Any]:
    found = carrier().state.numbers_of(account_sid)
    if wanted := request.args.get("PhoneNumber", "").strip():
        fits = catalogue.pattern(wanted)
        found = [n for n in found if fits.search(n.phone_number)]
    if name := request.args.get("FriendlyName", ""):
        found = [n for n in found if n.settings["friendly_name"] == name]
    return page("incoming_phone_numbers", found, render.number)


@numbers.post("/IncomingPhoneNumbers.json")
def create_number(account_sid: str) -> tuple[dict[str, Any], int]:
    state, changed = carrier().state, settings.changes(request.form)
    with state.lock:
        phone = _wanted_number()
        number = state.add_number(settings.make(account_sid, phone, next(state.seq), sids.new("PN")))
        number.settings.update(changed)
        state.persist()
        return render.number(number), 201


@numbers.get("/IncomingPhoneNumbers/<sid>.json")
def fetch_number(account_sid: str, sid: str) -> dict[str, Any]:
    return render.number(_number(sid))


@numbers.post("/IncomingPhoneNumbers/<sid>.json")
def update_number(account_sid: str, sid: str) -> dict[str, Any]:
    state, changed = carrier().state, settings.changes(request.form)
    with state.lock:
        number = _number(sid)
        # A new dict: a concurrent reader sees either all old settings or all new ones.
        number.settings, number.updated = {**number.settings, **changed}, now()
        state.persist()
        return render.number(number)


@numbers.delete("/IncomingPhoneNumbers/<sid>.json")
def delete_number(account_sid: str, sid: str) -> tuple[str, int]:
    state = carrier().state
    with state.lock:
        state.remove_number(_number(sid))
        state.persist()
    return "", 204


@numbers.get("/AvailablePhoneNumbers/<country>/<kind>.json")
def list_available(account_sid: str, country: str, kind: str) -> dict[str, Any]:
    """One page only, as from Twilio: clients narrow the search to see other numbers."""
    if not catalogue.has(country.upper(), KINDS.get(kind, "")):
        raise refusal(20404, request.path)
    search = Search.of(request.args)
    size = request.args.get("PageSize", "50")
    size = size if size.isascii() and size.isdigit() else "50"
    found = list(islice(_free(country.upper(), KINDS[kind], search), max(1, min(int(size), 1000))))
    return {
        "available_phone_numbers": [render.offer(phone, block) for phone, block in found],
        "uri": request.full_path.rstrip("?"),
        "page": 0,
        "page_size": int(size),
        "start": 0,
        "end": max(len(found) - 1, 0),
        "first_page_uri": request.full_path.rstrip("?"),
        "next_page_uri": None,
        "previous_page_uri": None,
    }


def _free(country: str, kind: str, search: Search) -> Iterator[tuple[str, catalogue.Block]]:
    owned = carrier().state.by_phone
    for phone, block in catalogue.offers(country, kind, search.area, search.contains):
        if phone not in owned and search.fits(block):
            yield phone, block


def _wanted_number() -> str:
    owned, area = carrier().state.by_phone, request.form.get("AreaCode", "")
    if phone_number := request.form.get("PhoneNumber", ""):
        return _check_available(catalogue.to_e164(phone_number))
    if not area:
        raise refusal(21421, "A request without PhoneNumber or AreaCode")
    phone = next((n for n, _ in catalogue.offers("US", "local", area) if n not in owned), None)
    if phone is None:
        raise refusal(21452, area)
    return phone


def _check_available(phone: str) -> str:
    if not catalogue.is_valid(phone):
        raise refusal(21421, phone)
    if phone in carrier().state.by_phone or catalogue.block_of(phone) is None:
        raise refusal(21422, phone)
    return phone


def _number(sid: str) -> Number:
    number = carrier().state.numbers.get(sid)
    if number is None or number.account_sid != account().sid:
        raise refusal(20404, request.path)
    return number
