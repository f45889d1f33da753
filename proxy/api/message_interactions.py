"""/Services/<service>/Sessions/<session>/Participants/<participant>/MessageInteractions"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response

from proxy.api import wire
from proxy.api.auth import account_sid
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import service_of, session_of
from proxy.api.schemas import MESSAGE
from proxy.edge import api_base, reply, runtime
from relay.errors import Invalid
from relay.operations import sending
from relay.operations.announcing import resource_base
from sessions.model import Interaction

bp = Blueprint(
    "message_interactions",
    __name__,
    url_prefix='/Services/<service>/Sessions/<session>/Participants/<sid("KP"):participant>/MessageInteractions',
)


@bp.get("")
def index(service: str, session: str, participant: str) -> Response:
    fetch = partial(sending.list_messages, runtime(), service_of(service), session_of(session), participant)
    return listing("interactions", fetch, _dump)


@bp.post("")
def create(service: str, session: str, participant: str) -> Response:
    form = load(MESSAGE)
    if form.get("media_url"):
        raise Invalid("MediaUrl", "cannot be sent yet: send the text alone")
    if not form.get("body"):
        raise Invalid("Body", "is required, and must not be blank")
    made = sending.send_message(runtime(), service_of(service), session_of(session), participant, form["body"])
    return reply(_dump(made), 201)


@bp.get('/<sid("KI"):sid>')
def fetch(service: str, session: str, participant: str, sid: str) -> Response:
    return reply(_dump(sending.get_message(runtime(), service_of(service), session_of(session), participant, sid)))


def _dump(found: Interaction) -> dict[str, Any]:
    return wire.message_interaction(found, api_base(), resource_base(runtime(), account_sid()))
