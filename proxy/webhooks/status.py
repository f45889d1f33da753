"""The status callback of an outbound message or call."""

from __future__ import annotations

import contextlib

from carrier.twiml import EMPTY
from carrier.webhook_urls import Purpose
from common.errors import NotFound
from common.runtime import Runtime
from common.steps import Steps
from proxy.webhooks.refusal_counter import Reason
from proxy.webhooks.request import Refusal, WebhookRequest
from proxy.webhooks.verify import (
    ACCOUNT_SID,
    CALL_SID,
    MESSAGE_SID,
    NUMBER,
    STATUS,
    require_token,
    seconds,
    verify_request,
)
from relay.statuses import note_status
from services.snapshot import ServiceSnapshot

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


def note(
    rt: Runtime, snapshot: ServiceSnapshot, request: WebhookRequest, interaction_sid: str, token: str
) -> Steps[str]:
    """A deleted Interaction is not an error: the carrier would only retry."""
    fields, form = verify_request(rt, snapshot, request, REQUIRED, OPTIONAL)
    require_token(rt, Purpose.STATUS, snapshot.sid, interaction_sid, token)
    if "CallSid" in fields:
        form.refuse_hidden(CALL_OPTIONAL)
    sid, state = _sid_and_status(fields)
    with contextlib.suppress(NotFound):
        yield from note_status(
            snapshot, interaction_sid,
            resource=sid, state=state,
            code=int(fields.get("ErrorCode") or 0) or None,
            duration=seconds(fields, "CallDuration"),
        )  # fmt: skip
    return EMPTY


def _sid_and_status(fields: dict[str, str]) -> tuple[str, str]:
    for pair in SID_AND_STATUS:
        if fields.keys() >= set(pair):
            return fields[pair[0]], fields[pair[1]]
    raise Refusal(Reason.FIELD, field="MessageSid")
