"""/Services/<service>/Sessions/<session>/Calls: click-to-call, not part of Proxy. It returns an Interaction."""

from __future__ import annotations

from flask import Blueprint, Response

from callbacks.form import resource_base
from common.errors import Invalid
from proxy.api import wire
from proxy.api.auth import account_sid
from proxy.api.forms import load
from proxy.api.paths import service_of, session_of
from proxy.api.schemas import CALL
from proxy.context import api_base, runtime
from proxy.responses import json_response
from relay import click_to_call
from services.accounts import Accounts

bp = Blueprint("calls", __name__, url_prefix="/Services/<service>/Sessions/<session>/Calls")


@bp.post("")
def create(service: str, session: str) -> Response:
    participant = load(CALL)["participant"]
    if participant is None:
        raise Invalid("Participant", "must be the SID of the Participant to ring first")
    call = click_to_call.place_call(runtime(), service_of(service), session_of(session), participant)
    carrier = resource_base(runtime(), runtime().part(Accounts).require(account_sid()))
    return json_response(wire.interaction(call, api_base(), carrier), 201)
