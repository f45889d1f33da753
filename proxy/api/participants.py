"""/Services/<service>/Sessions/<session>/Participants"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from proxy.api import wire
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import service_of, session_of
from proxy.api.schemas import PARTICIPANT
from proxy.edge import api_base, empty, reply, runtime
from sessions import participants
from sessions.model import Participant

bp = Blueprint("participants", __name__, url_prefix="/Services/<service>/Sessions/<session>/Participants")


@bp.get("")
def index(service: str, session: str) -> Response:
    fetch = partial(participants.list_participants, runtime(), service_of(service), session_of(session))
    return listing("participants", fetch, partial(wire.participant, base=api_base()))


@bp.post("")
def create(service: str, session: str) -> Response:
    given = load(PARTICIPANT)
    return _reply(participants.add_participant(runtime(), service_of(service), session_of(session), given), 201)


@bp.get('/<sid("KP"):sid>')
def fetch(service: str, session: str, sid: str) -> Response:
    return _reply(participants.get_participant(runtime(), service_of(service), session_of(session), sid))


@bp.delete('/<sid("KP"):sid>')
def delete(service: str, session: str, sid: str) -> Response:
    """204, where Twilio's specification has 200 since 2024: the SDKs of five years take only 204 for done."""
    participants.remove_participant(runtime(), service_of(service), session_of(session), sid)
    return empty()


def _reply(found: Participant, status: int = 200) -> Response:
    return reply(wire.participant(found, api_base()), status)
