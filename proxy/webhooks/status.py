"""The status callback of an outbound message or call."""

from __future__ import annotations

import contextlib

from flask import Blueprint, Response

from carrier.twiml import EMPTY
from carrier.webhook_urls import Purpose
from common.errors import NotFound
from proxy.context import runtime
from proxy.webhooks.hidden_fields import refuse_hidden_fields
from proxy.webhooks.refuse import refuse_field
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
#: Fields of a message or of a call. `Sms…` are old names; some Twilio-compatible carriers send only those.
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
#: Checked for calls only: the text of a message may contain these names.
CALL_OPTIONAL = ("CallDuration", "ErrorCode")
#: Names of SID and status. One of these pairs is always present.
SID_AND_STATUS = (("MessageSid", "MessageStatus"), ("SmsSid", "SmsStatus"), ("CallSid", "CallStatus"))


@bp.post("/webhooks/<service_sid>/status/<interaction_sid>/<token>")
@with_snapshot
def note(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    """A deleted Interaction is not an error: the carrier would only retry."""
    fields, form = verify_request(snapshot, REQUIRED, OPTIONAL)
    require_token(Purpose.STATUS, snapshot.sid, interaction_sid, token)
    if "CallSid" in fields:
        refuse_hidden_fields(form, CALL_OPTIONAL)
    pair = next((pair for pair in SID_AND_STATUS if fields.keys() >= set(pair)), None) or refuse_field("MessageSid")
    with contextlib.suppress(NotFound):
        note_status(
            runtime(), snapshot, interaction_sid,
            resource=fields[pair[0]],
            state=fields[pair[1]],
            code=int(fields.get("ErrorCode") or 0) or None,
            duration=seconds(fields, "CallDuration"),
        )  # fmt: skip
    return Response(EMPTY, mimetype="application/xml")
