"""A text message comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from flask import Blueprint, Response

from carrier.inbound import Attached, Inbound
from proxy.edge import runtime
from proxy.webhooks.borders import require_borders
from proxy.webhooks.passing import passed
from proxy.webhooks.verify import (
    ACCOUNT_SID,
    ADDRESS,
    MESSAGE_SID,
    OURS,
    SID,
    Form,
    is_there,
    once,
    verify_request,
    with_snapshot,
)
from relay.channels.message import with_content
from relay.messages import relay_message
from services.snapshot import ServiceSnapshot

bp = Blueprint("message_webhook", __name__)

REQUIRED = {
    "AccountSid": ACCOUNT_SID,
    "MessageSid": MESSAGE_SID,
    "From": ADDRESS,
    "To": OURS,
}
#: A picture without words may come without Body.
OPTIONAL = {"Body": re.compile(r".{1,20000}", re.DOTALL), "NumMedia": re.compile(r"[0-9]{1,2}", re.ASCII)}
MEDIA_URL = re.compile(r"[!-~]{1,2048}")
MEDIA_TYPE = re.compile(r"[ -~]{1,255}")


@bp.post("/webhooks/<service_sid>/message")
@with_snapshot
def receive(snapshot: ServiceSnapshot) -> Response:
    return _answer(snapshot)


@bp.post("/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/Message")
@with_snapshot
def receive_at_twilio_path(snapshot: ServiceSnapshot, account_sid: str) -> Response:
    """Twilio's own path, so that a customer's Redirect needs only another host."""
    return _answer(snapshot)


def _answer(snapshot: ServiceSnapshot) -> Response:
    fields, form = verify_request(snapshot, REQUIRED, OPTIONAL)
    require_borders(form, OPTIONAL)
    message = Inbound(
        "message", fields["MessageSid"], fields["From"], fields["To"], fields.get("Body", ""), _media(fields, form),
        form=partial(passed, "message", form),
    )  # fmt: skip
    return Response(relay_message(runtime(), snapshot, message), mimetype="application/xml")


def _media(fields: Mapping[str, str], form: Form) -> tuple[Attached, ...]:
    return with_content(_attached(fields, form, n) for n in range(int(fields.get("NumMedia", 0))))


def _attached(fields: Mapping[str, str], form: Form, n: int) -> Attached:
    """Only the SIDs are taken of the address: it is built anew where the file is fetched, with our credentials.

    A file without an address or a type is one that cannot be had, or guessed at: no reason to lose the text.
    """
    url, kind = f"MediaUrl{n}", f"MediaContentType{n}"
    require_borders(form, (url, kind))
    ours = rf"https?://[^/?#]+/[^?#]*Accounts/{fields['AccountSid']}/Messages/{fields['MessageSid']}/Media/(ME{SID})"
    found = re.fullmatch(ours, once(form, url, MEDIA_URL) if is_there(form, url) else "")
    return Attached(found[1] if found else None, once(form, kind, MEDIA_TYPE) if is_there(form, kind) else "")
