"""/Services/<service>/Sessions"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response

from common.runtime import Runtime
from common.steps import Steps, finish
from erasure.sessions import delete_session
from proxy.api import wire
from proxy.api.call import ApiCall, current
from proxy.api.forms import load
from proxy.api.paging import listing
from proxy.api.paths import reference, service_of, session_of
from proxy.api.schemas import NEW_SESSION, SESSION
from proxy.context import api_base, base_of, runtime
from proxy.responses import json_bytes, json_response, no_content
from services.services import sid_of
from sessions import opening, sessions
from sessions.model import Session

bp = Blueprint("sessions", __name__, url_prefix="/Services/<service>/Sessions")


@bp.get("")
def index(service: str) -> Response:
    fetch = partial(sessions.list_sessions, runtime(), service_of(service))
    return listing("sessions", fetch, partial(wire.session, base=api_base()))


@bp.post("")
def create(service: str) -> Response:
    call = current()
    steps = call.steps or creation(runtime(), call, reference(service, "The Service"), load(NEW_SESSION))
    return Response(finish(runtime().store, steps), 201, mimetype="application/json")


def creation(rt: Runtime, call: ApiCall, service: str, fields: dict[str, Any]) -> Steps[bytes]:
    """Ends with the answer's JSON. `service`: SID or unique name; `fields`: of NEW_SESSION."""
    sid = yield from sid_of(rt, call.account_sid, service)
    participants = fields.pop("participants", [])
    session = yield from opening.begin_session(rt, call.account_sid, sid, fields, participants)
    return json_bytes(wire.session(session, base_of(rt)))


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
