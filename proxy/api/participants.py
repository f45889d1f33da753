"""/Services/<service>/Sessions/<session>/Participants"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from proxy.api import wire
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import service_of, session_of
from proxy.api.schemas import PARTICIPANT
from proxy.context import api_base, runtime
from proxy.responses import json_response, no_content
from sessions import participants
from sessions.model import Participant

bp = Blueprint("participants", __name__, url_prefix="/Services/<service>/Sessions/<session>/Participants")


@bp.get("")
def index(service: str, session: str) -> Response:
    fetch = partial(participants.list_participants, runtime(), service_of(service), session_of(session))
    return listing("participants", fetch, partial(wire.participant, base=api_base()))


@bp.post("")
def create(service: str, session: str) -> Response:
    fields = load(PARTICIPANT)
    return _response(participants.add_participant(runtime(), service_of(service), session_of(session), fields), 201)


@bp.get('/<sid("KP"):sid>')
def fetch(service: str, session: str, sid: str) -> Response:
    return _response(participants.get_participant(runtime(), service_of(service), session_of(session), sid))


@bp.delete('/<sid("KP"):sid>')
def delete(service: str, session: str, sid: str) -> Response:
    """204. Twilio's specification says 200 since 2024, but five years of SDK releases accept only 204 as success."""
    participants.remove_participant(runtime(), service_of(service), session_of(session), sid)
    return no_content()


def _response(participant: Participant, status: int = 200) -> Response:
    return json_response(wire.participant(participant, api_base()), status)
