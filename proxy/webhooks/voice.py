"""The webhooks of a call: it comes in, the callee is asked to accept, it ends."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from functools import partial

from carrier import twiml
from carrier.inbound import Inbound
from carrier.webhook_urls import Purpose
from common.errors import NotFound
from common.runtime import Runtime
from common.steps import Steps
from proxy.webhooks.forwardable_fields import forwardable_fields
from proxy.webhooks.request import WebhookRequest
from proxy.webhooks.verify import (
    ACCOUNT_SID,
    ADDRESS,
    CALL_SID,
    NUMBER,
    PROXY_NUMBER,
    STATUS,
    Patterns,
    require_number_token,
    require_token,
    seconds,
    verify_request,
)
from relay import calls, click_to_call
from services.snapshot import ServiceSnapshot

CALL = {"AccountSid": ACCOUNT_SID, "CallSid": CALL_SID, "From": ADDRESS, "To": PROXY_NUMBER, "CallStatus": STATUS}
CALLEE = {**CALL, "To": ADDRESS}
ENDED = {**CALL, "To": ADDRESS, "DialCallStatus": STATUS}
#: `outbound…` for a call that we placed: then To, not From, is the person on the line.
DIRECTION = {"Direction": STATUS}
DIAL_OPTIONAL = {"DialCallSid": CALL_SID, "DialCallDuration": NUMBER, "DialBridged": re.compile("true|false")}
ENDED_OPTIONAL = {**DIAL_OPTIONAL, **DIRECTION}
#: `ErrorUrl`: the URL that failed, when the carrier uses this one as its fallback.
INBOUND_OPTIONAL = {"ErrorUrl": re.compile("[!-~]{1,2048}"), "DialCallStatus": STATUS, **ENDED_OPTIONAL}
ENDED_URL = re.compile(r".*/ended/(KI[0-9a-f]{32})/([A-Za-z0-9_-]+)(?:[?#].*)?")
DIGITS = {"Digits": re.compile("[0-9*#]{1,30}", re.ASCII)}
#: Of an Interaction's webhooks: required fields, optional fields.
FIELDS: Mapping[Purpose, tuple[Patterns, Patterns]] = {
    Purpose.WHISPER: (CALLEE, DIGITS),
    Purpose.ENDED: (ENDED, ENDED_OPTIONAL),
    Purpose.CONNECT: (CALLEE, DIGITS),
    Purpose.PLACED: (CALLEE, {"ErrorCode": NUMBER}),
}


def receive(rt: Runtime, snapshot: ServiceSnapshot, request: WebhookRequest, token: str | None = None) -> Steps[str]:
    """`token`: None at Twilio's own path."""
    fields, form = verify_request(rt, snapshot, request, CALL, INBOUND_OPTIONAL)
    form.refuse_hidden(INBOUND_OPTIONAL)
    since = None if token is None else require_number_token(rt, snapshot.sid, token)
    failed_end = ENDED_URL.fullmatch(fields.get("ErrorUrl", ""))
    if failed_end and "DialCallStatus" in fields:
        # The fallback for a failed /ended webhook: another <Dial> would ring the callee again.
        require_token(rt, Purpose.ENDED, snapshot.sid, failed_end[1], failed_end[2])
        return _end(snapshot, failed_end[1], fields)
    call = Inbound(
        "voice", fields["CallSid"], fields["From"], fields["To"], redirected=fields["CallStatus"] == "in-progress",
        url_since_ms=since, without_token=since is None, form=partial(forwardable_fields, "voice", form.fields),
    )  # fmt: skip
    return calls.relay_call(rt, snapshot, call)


def ask_callee(
    rt: Runtime, snapshot: ServiceSnapshot, request: WebhookRequest, interaction_sid: str, token: str
) -> Steps[str]:
    fields = _fields(rt, Purpose.WHISPER, snapshot, request, interaction_sid, token)
    try:
        return (yield from calls.ask_callee(snapshot, interaction_sid, fields["To"], fields.get("Digits")))
    except NotFound:
        return twiml.response("<Hangup/>")


def end(
    rt: Runtime, snapshot: ServiceSnapshot, request: WebhookRequest, interaction_sid: str, token: str
) -> Steps[str]:
    return _end(snapshot, interaction_sid, _fields(rt, Purpose.ENDED, snapshot, request, interaction_sid, token))


def _end(snapshot: ServiceSnapshot, interaction_sid: str, fields: dict[str, str]) -> Steps[str]:
    """A deleted Interaction is not an error: the caller is still on the line, and an empty answer ends the call."""
    leg = {
        "resource": fields.get("DialCallSid"),
        "state": fields["DialCallStatus"],
        "duration": seconds(fields, "DialCallDuration"),
    }
    bridged = fields.get("DialBridged") != "false"
    caller = fields["To" if fields.get("Direction", "").startswith("outbound") else "From"]
    try:
        return (yield from calls.end(snapshot, interaction_sid, caller, leg, bridged))
    except NotFound:
        return twiml.EMPTY


def connect(
    rt: Runtime, snapshot: ServiceSnapshot, request: WebhookRequest, interaction_sid: str, token: str
) -> Steps[str]:
    """The first participant of a click-to-call has answered: connect the other one."""
    fields = _fields(rt, Purpose.CONNECT, snapshot, request, interaction_sid, token)
    call = Inbound("voice", fields["CallSid"], fields["From"], fields["To"])
    try:
        return (yield from click_to_call.connect(rt, snapshot, interaction_sid, call, fields.get("Digits")))
    except NotFound:
        return twiml.response("<Hangup/>")


def note_placed(
    rt: Runtime, snapshot: ServiceSnapshot, request: WebhookRequest, interaction_sid: str, token: str
) -> Steps[str]:
    """The status callback of the first leg of a click-to-call."""
    fields = _fields(rt, Purpose.PLACED, snapshot, request, interaction_sid, token)
    with contextlib.suppress(NotFound):
        code = int(fields.get("ErrorCode") or 0) or None
        yield from click_to_call.note_placed(
            snapshot.sid, interaction_sid, resource=fields["CallSid"], state=fields["CallStatus"], code=code,
            version=snapshot.version_to_compare,
        )  # fmt: skip
    return twiml.EMPTY


def _fields(
    rt: Runtime, purpose: Purpose, snapshot: ServiceSnapshot, request: WebhookRequest, interaction_sid: str, token: str
) -> dict[str, str]:
    required, optional = FIELDS[purpose]
    fields, form = verify_request(rt, snapshot, request, required, optional)
    require_token(rt, purpose, snapshot.sid, interaction_sid, token)
    form.refuse_hidden(optional)
    return fields
