"""/Services/<service>/Sessions"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from erasure.sessions import delete_session
from proxy.api import wire
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import service_of, session_of
from proxy.api.schemas import NEW_SESSION, SESSION
from proxy.context import api_base, runtime
from proxy.responses import json_response, no_content
from sessions import sessions
from sessions.model import Session

bp = Blueprint("sessions", __name__, url_prefix="/Services/<service>/Sessions")


@bp.get("")
def index(service: str) -> Response:
    fetch = partial(sessions.list_sessions, runtime(), service_of(service))
    return listing("sessions", fetch, partial(wire.session, base=api_base()))


@bp.post("")
def create(service: str) -> Response:
    fields = load(NEW_SESSION)
    participants = fields.pop("participants", [])
    return _response(sessions.open_session(runtime(), service_of(service), fields, participants), 201)


@bp.get("/<session>")
def fetch(service: str, session: str) -> Response:
    return _response(sessions.get_session(runtime(), service_of(service), session_of(session)))


@bp.post("/<session>")
def update(service: str, session: str) -> Response:
    fields = load(SESSION)
    return _response(sessions.update_session(runtime(), service_of(service), session_of(session), fields))


@bp.delete("/<session>")
def delete(service: str, session: str) -> Response:
    delete_session(runtime(), service_of(service), session_of(session))
    return no_content()


def _response(session: Session, status: int = 200) -> Response:
    return json_response(wire.session(session, api_base()), status)
