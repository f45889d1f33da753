"""A call comes in. Calls are not bridged yet: the caller hears the Service's neutral words, never silence."""

from __future__ import annotations

import re

from flask import Blueprint, Response

from proxy.webhooks.verify import ADDRESS, SID, carrier_fields
from relay.channels import twiml

bp = Blueprint("voice_webhook", __name__)

REQUIRED = {"AccountSid": re.compile(f"AC{SID}"), "CallSid": re.compile(f"CA{SID}"), "From": ADDRESS, "To": ADDRESS}


@bp.post("/webhooks/<service_sid>/voice")
def receive(service_sid: str) -> Response:
    service, _ = carrier_fields(service_sid, REQUIRED, {})
    spoken = twiml.element("Say", {}, service.neutral_reply)
    return Response(twiml.response(spoken, "<Hangup/>"), mimetype="application/xml")
