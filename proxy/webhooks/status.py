"""The carrier tells what became of a relayed message: at once (`action`) and later (`statusCallback`)."""

from __future__ import annotations

import contextlib
import hmac
import re

from flask import Blueprint, Response, abort

from proxy.edge import runtime
from proxy.webhooks.verify import SID, carrier_fields
from relay.channels.twiml import EMPTY
from relay.errors import NotFound
from relay.operations.interactions import note_status

bp = Blueprint("status_webhook", __name__)

REQUIRED = {
    "AccountSid": re.compile(f"AC{SID}"),
    "MessageSid": re.compile(f"(SM|MM){SID}"),
    "MessageStatus": re.compile("[a-z_-]{2,30}"),
}
OPTIONAL = {"ErrorCode": re.compile("[0-9]{1,6}", re.ASCII)}


@bp.post("/webhooks/<service_sid>/status/<interaction_sid>/<token>")
def note(service_sid: str, interaction_sid: str, token: str) -> Response:
    """A deleted Interaction is no error: the carrier would only try again."""
    service, fields = carrier_fields(service_sid, REQUIRED, OPTIONAL)
    proof = runtime().index.proof("status", service.sid, interaction_sid)
    if not hmac.compare_digest(proof.encode(), token.encode()):
        abort(403)
    code = int(fields.get("ErrorCode") or 0) or None
    with contextlib.suppress(NotFound):
        note_status(
            runtime(), service.sid, interaction_sid,
            resource=fields["MessageSid"], status=fields["MessageStatus"], code=code,
        )  # fmt: skip
    return Response(EMPTY, mimetype="application/xml")
