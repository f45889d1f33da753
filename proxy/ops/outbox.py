"""/outbox: messages that wait to be sent, or are parked."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from common.errors import Invalid, NotFound
from outbox import entries
from outbox.entries import ACTS, STATES, OutboxEntry
from proxy.api.paging import listing
from proxy.api.paths import service_of
from proxy.api.wire import date
from proxy.context import runtime
from proxy.responses import no_content

bp = Blueprint("outbox", __name__, url_prefix="/outbox/<service>")


@bp.get("")
def index(service: str) -> Response:
    state = request.args.get("State", "parked")
    if state not in STATES:
        raise Invalid("State", f"must be one of {', '.join(STATES)}")
    return listing("outbox", partial(entries.list_outbox, runtime(), service_of(service), state), _dump)


@bp.post('/<sid("KI"):sid>/<action>')
def release(service: str, sid: str, action: str) -> Response:
    """204. The Interaction shows whether the message was then sent."""
    if action.lower() not in ACTS:
        raise NotFound("The action (retry or drop)")
    entries.release(runtime(), service_of(service), sid, action.lower())
    return no_content()


def _dump(message: OutboxEntry) -> dict[str, Any]:
    base = f"{runtime().settings.public_url}/ops/v1/outbox/{message.service_sid}/{message.interaction_sid}"
    return {
        "interaction_sid": message.interaction_sid,
        "service_sid": message.service_sid,
        "session_sid": message.session_sid,
        "participant_sid": message.participant_sid,
        "state": message.state,
        "reason": message.reason,
        "attempts": message.attempts,
        "segments": message.segments,
        "date_created": date(message.since_ms),
        "date_last_attempt": date(message.tried_ms),
        "source": message.source,
        "held_until": date(message.until_ms),
        "parts_sent": message.parts_sent,
        "links": {"retry": f"{base}/retry", "drop": f"{base}/drop"},
    }
