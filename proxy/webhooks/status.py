"""The carrier tells what became of an outbound leg: of a message at once (`action`) and later, of a call by events."""

from __future__ import annotations

import contextlib

from flask import Blueprint, Response

from carrier.twiml import EMPTY
from carrier.webhook_urls import Purpose
from common.errors import NotFound
from proxy.edge import runtime
from proxy.webhooks.borders import require_borders
from proxy.webhooks.refused import refuse_field
from proxy.webhooks.verify import (
    ACCOUNT_SID,
    CALL_SID,
    MESSAGE_SID,
    NUMBER,
    STATUS,
    require_token,
    seconds,
    verify_request,
    with_snapshot,
)
from relay.statuses import note_status
from services.snapshot import ServiceSnapshot

bp = Blueprint("status_webhook", __name__)

REQUIRED = {"AccountSid": ACCOUNT_SID}
#: Either a message's or a call's. `Sms…`: the former names, which some carriers of the same API send alone.
OPTIONAL = {
    "MessageSid": MESSAGE_SID,
    "MessageStatus": STATUS,
    "SmsSid": MESSAGE_SID,
    "SmsStatus": STATUS,
    "CallSid": CALL_SID,
    "CallStatus": STATUS,
    "CallDuration": NUMBER,
    "ErrorCode": NUMBER,
}
#: What a call's form may lack. A message's text could name any of these.
OF_CALLS = ("CallDuration", "ErrorCode")
#: One of these pairs is always there.
LEGS = (("MessageSid", "MessageStatus"), ("SmsSid", "SmsStatus"), ("CallSid", "CallStatus"))


@bp.post("/webhooks/<service_sid>/status/<interaction_sid>/<token>")
@with_snapshot
def note(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    """A deleted Interaction is no error: the carrier would only try again."""
    fields, form = verify_request(snapshot, REQUIRED, OPTIONAL)
    require_token(Purpose.STATUS, snapshot.sid, interaction_sid, token)
    if "CallSid" in fields:
        require_borders(form, OF_CALLS)
    leg = next((both for both in LEGS if fields.keys() >= set(both)), None) or refuse_field("MessageSid")
    with contextlib.suppress(NotFound):
        note_status(
            runtime(), snapshot, interaction_sid,
            resource=fields[leg[0]],
            state=fields[leg[1]],
            code=int(fields.get("ErrorCode") or 0) or None,
            duration=seconds(fields, "CallDuration"),
        )  # fmt: skip
    return Response(EMPTY, mimetype="application/xml")
