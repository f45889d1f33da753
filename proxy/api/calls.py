"""/Services/<service>/Sessions/<session>/Calls: a resource of ours on top of Proxy's; its answer is an Interaction."""

from __future__ import annotations

from flask import Blueprint, Response

from proxy.api import wire
from proxy.api.auth import account_sid
from proxy.api.forms import load
from proxy.api.paths import service_of, session_of
from proxy.api.schemas import CALL
from proxy.edge import api_base, reply, runtime
from relay.errors import Invalid
from relay.operations import placing
from relay.operations.announcing import resource_base

bp = Blueprint("calls", __name__, url_prefix="/Services/<service>/Sessions/<session>/Calls")


@bp.post("")
def create(service: str, session: str) -> Response:
    participant = load(CALL)["participant"]
    if participant is None:
        raise Invalid("Participant", "must be the SID of the Participant to ring first")
    made = placing.place_call(runtime(), service_of(service), session_of(session), participant)
    carrier = resource_base(runtime(), runtime().accounts.require(account_sid()))
    return reply(wire.interaction(made, api_base(), carrier), 201)
