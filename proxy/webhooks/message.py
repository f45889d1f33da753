"""The webhook for an inbound message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from flask import Blueprint, Response

from carrier.inbound import Attached, Inbound
from proxy.context import runtime
from proxy.webhooks.forwardable_fields import forwardable_fields
from proxy.webhooks.hidden_fields import refuse_hidden_fields
from proxy.webhooks.verify import (
    ACCOUNT_SID,
    ADDRESS,
    MESSAGE_SID,
    PROXY_NUMBER,
    SID,
    Form,
    is_present,
    require_number_token,
    single_value,
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
    "To": PROXY_NUMBER,
}
#: A picture without text may come without Body.
OPTIONAL = {"Body": re.compile(r".{1,20000}", re.DOTALL), "NumMedia": re.compile(r"[0-9]{1,2}", re.ASCII)}
MEDIA_URL = re.compile(r"[!-~]{1,2048}")
MEDIA_TYPE = re.compile(r"[ -~]{1,255}")


@bp.post("/webhooks/<service_sid>/message/<token>")
@with_snapshot
def receive(snapshot: ServiceSnapshot, token: str) -> Response:
    return _answer(snapshot, token)


@bp.post("/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/Message")
@with_snapshot
def receive_at_twilio_path(snapshot: ServiceSnapshot, account_sid: str) -> Response:
    """Twilio's own path: a customer's <Redirect> only needs another host."""
    return _answer(snapshot)


def _answer(snapshot: ServiceSnapshot, token: str | None = None) -> Response:
    fields, form = verify_request(snapshot, REQUIRED, OPTIONAL)
    refuse_hidden_fields(form, OPTIONAL)
    since = None if token is None else require_number_token(snapshot.sid, token)
    message = Inbound(
        "message", fields["MessageSid"], fields["From"], fields["To"], fields.get("Body", ""), _media(fields, form),
        url_since_ms=since, without_token=since is None, form=partial(forwardable_fields, "message", form),
    )  # fmt: skip
    return Response(relay_message(runtime(), snapshot, message), mimetype="application/xml")


def _media(fields: Mapping[str, str], form: Form) -> tuple[Attached, ...]:
    return with_content(_attached(fields, form, n) for n in range(int(fields.get("NumMedia", 0))))


def _attached(fields: Mapping[str, str], form: Form, n: int) -> Attached:
    """Only the media SID is taken from the URL. Our credentials are sent to a URL that is built from it.

    A file without a usable URL or type is reported as such, so the text is still relayed.
    """
    url, kind = f"MediaUrl{n}", f"MediaContentType{n}"
    refuse_hidden_fields(form, (url, kind))
    own_url = rf"https?://[^/?#]+/[^?#]*Accounts/{fields['AccountSid']}/Messages/{fields['MessageSid']}/Media/(ME{SID})"
    match = re.fullmatch(own_url, single_value(form, url, MEDIA_URL) if is_present(form, url) else "")
    return Attached(match[1] if match else None, single_value(form, kind, MEDIA_TYPE) if is_present(form, kind) else "")
