"""A text message comes in."""

from __future__ import annotations

import re
from functools import partial

from flask import Blueprint, Response

from proxy.edge import runtime
from proxy.webhooks.passing import passed
from proxy.webhooks.verify import ACCOUNT_SID, ADDRESS, MESSAGE_SID, OURS, carried
from relay.channels.message import InboundMessage
from relay.operations.messages import relay_message

bp = Blueprint("message_webhook", __name__)

REQUIRED = {
    "AccountSid": ACCOUNT_SID,
    "MessageSid": MESSAGE_SID,
    "From": ADDRESS,
    "To": OURS,
    # Always sent, if only empty; without them a border moved into their names would leave a message without its text.
    "Body": re.compile(r".{0,20000}", re.DOTALL),
    "NumMedia": re.compile(r"[0-9]{1,2}", re.ASCII),
}


@bp.post("/webhooks/<service_sid>/message")
def receive(service_sid: str) -> Response:
    return _answer(service_sid)


@bp.post("/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/Message")
def receive_at_twilio_path(account_sid: str, service_sid: str) -> Response:
    """Twilio's own path, so that a customer's Redirect needs only another host."""
    return _answer(service_sid)


def _answer(service_sid: str) -> Response:
    fields, form = carried(service_sid, REQUIRED)
    inbound = InboundMessage(
        fields["MessageSid"], fields["From"], fields["To"], fields["Body"], int(fields["NumMedia"]),
        partial(passed, "message", form),
    )  # fmt: skip
    return Response(relay_message(runtime(), service_sid, inbound), mimetype="application/xml")
