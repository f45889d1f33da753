"""The webhook for an inbound message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from carrier.inbound import Attached, Inbound
from common.runtime import Runtime
from common.steps import Steps
from proxy.webhooks.forwardable_fields import forwardable_fields
from proxy.webhooks.request import Form, WebhookRequest
from proxy.webhooks.verify import (
    ACCOUNT_SID,
    ADDRESS,
    MESSAGE_SID,
    PROXY_NUMBER,
    SID,
    require_number_token,
    verify_request,
)
from relay.channels.message import with_content
from relay.messages import relay_message
from services.snapshot import ServiceSnapshot

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


def receive(rt: Runtime, snapshot: ServiceSnapshot, request: WebhookRequest, token: str | None = None) -> Steps[str]:
    """`token`: None at Twilio's own path."""
    fields, form = verify_request(rt, snapshot, request, REQUIRED, OPTIONAL)
    form.refuse_hidden(OPTIONAL)
    since = None if token is None else require_number_token(rt, snapshot.sid, token)
    message = Inbound(
        "message", fields["MessageSid"], fields["From"], fields["To"], fields.get("Body", ""), _media(fields, form),
        url_since_ms=since, without_token=since is None, form=partial(forwardable_fields, "message", form.fields),
    )  # fmt: skip
    return relay_message(rt, snapshot, message)


def _media(fields: Mapping[str, str], form: Form) -> tuple[Attached, ...]:
    return with_content(_attached(fields, form, n) for n in range(int(fields.get("NumMedia", 0))))


def _attached(fields: Mapping[str, str], form: Form, n: int) -> Attached:
    """Only the media SID is taken from the URL. Our credentials are sent to a URL that is built from it.

    A file without a usable URL or type is reported as such, so the text is still relayed.
    """
    url, kind = f"MediaUrl{n}", f"MediaContentType{n}"
    form.refuse_hidden((url, kind))
    own_url = rf"https?://[^/?#]+/[^?#]*Accounts/{fields['AccountSid']}/Messages/{fields['MessageSid']}/Media/(ME{SID})"
    match = re.fullmatch(own_url, form.one(url, MEDIA_URL) if form.has(url) else "")
    return Attached(match[1] if match else None, form.one(kind, MEDIA_TYPE) if form.has(kind) else "")
