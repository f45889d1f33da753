"""A text message comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from flask import Blueprint, Response

from proxy.edge import runtime
from proxy.webhooks.passing import passed
from proxy.webhooks.verify import ACCOUNT_SID, ADDRESS, MESSAGE_SID, OURS, SID, Form, carried, once
from relay.channels.message import Attached, InboundMessage
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


MEDIA_URL = re.compile(r"[!-~]{1,2048}")
MEDIA_TYPE = re.compile(r"[ -~]{0,255}")


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
        fields["MessageSid"], fields["From"], fields["To"], fields["Body"], _media(fields, form),
        partial(passed, "message", form),
    )  # fmt: skip
    return Response(relay_message(runtime(), service_sid, inbound), mimetype="application/xml")


def _media(fields: Mapping[str, str], form: Form) -> tuple[Attached, ...]:
    """Each file's fields are there once, as NumMedia says, or the borders were moved."""
    return tuple(_attached(fields, form, n) for n in range(int(fields["NumMedia"])))


def _attached(fields: Mapping[str, str], form: Form, n: int) -> Attached:
    """Only the SIDs are taken of the address: it is built anew where the file is fetched, with our credentials."""
    ours = rf"https?://[^/?#]+/[^?#]*Accounts/{fields['AccountSid']}/Messages/{fields['MessageSid']}/Media/(ME{SID})"
    found = re.fullmatch(ours, once(form, f"MediaUrl{n}", MEDIA_URL))
    return Attached(found[1] if found else None, once(form, f"MediaContentType{n}", MEDIA_TYPE))
