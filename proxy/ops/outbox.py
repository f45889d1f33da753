"""/outbox"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from common.errors import Invalid, NotFound
from common.model import Service
from outbox import waiting
from outbox.waiting import ACTS, STATES, Waiting
from proxy.api.paging import listing
from proxy.api.paths import service_of
from proxy.api.wire import date
from proxy.edge import empty, runtime

bp = Blueprint("outbox", __name__, url_prefix="/outbox/<service>")


@bp.get("")
def index(service: str) -> Response:
    state = request.args.get("State", "parked")
    if state not in STATES:
        raise Invalid("State", f"must be one of {', '.join(STATES)}")
    return listing("outbox", partial(waiting.list_outbox, runtime(), _service(service), state), _dump)


@bp.post('/<sid("KI"):sid>/<act>')
def release(service: str, sid: str, act: str) -> Response:
    """204: whether it then goes out, its Interaction says."""
    if act.lower() not in ACTS:
        raise NotFound("The act: retry or drop")
    waiting.release(runtime(), _service(service), sid, act.lower())
    return empty()


def _service(name: str) -> Service:
    return service_of(name)


def _dump(found: Waiting) -> dict[str, Any]:
    base = f"{runtime().settings.public_url}/ops/v1/outbox/{found.service_sid}/{found.interaction_sid}"
    return {
        "interaction_sid": found.interaction_sid,
        "service_sid": found.service_sid,
        "session_sid": found.session_sid,
        "participant_sid": found.participant_sid,
        "state": found.state,
        "reason": found.reason,
        "attempts": found.attempts,
        "segments": found.segments,
        "date_created": date(found.since_ms),
        "date_last_attempt": date(found.tried_ms),
        "source": found.source,
        "held_until": date(found.until_ms),
        "parts_sent": found.parts_sent,
        "links": {"retry": f"{base}/retry", "drop": f"{base}/drop"},
    }
