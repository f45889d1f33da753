"""The webhooks of a call: it comes in, the callee is asked to accept, it ends."""

from __future__ import annotations

import contextlib
import re
from functools import partial

from flask import Blueprint, Response

from carrier import twiml
from carrier.inbound import Inbound
from carrier.webhook_urls import Purpose
from common.errors import NotFound
from proxy.context import runtime
from proxy.webhooks.forwardable_fields import forwardable_fields
from proxy.webhooks.hidden_fields import refuse_hidden_fields
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
    with_snapshot,
)
from relay import calls, click_to_call
from services.snapshot import ServiceSnapshot

bp = Blueprint("voice_webhook", __name__)

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

#: The end of the path of an Interaction's webhook. The token cannot be guessed, and is valid for one purpose.
INTERACTION = "<interaction_sid>/<token>"


@bp.post("/webhooks/<service_sid>/voice/<token>")
@with_snapshot
def receive(snapshot: ServiceSnapshot, token: str) -> Response:
    return _answer(snapshot, token)


@bp.post("/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/Call")
@with_snapshot
def receive_at_twilio_path(snapshot: ServiceSnapshot, account_sid: str) -> Response:
    """Twilio's own path: a customer's <Redirect> only needs another host."""
    return _answer(snapshot)


@bp.post(f"/webhooks/<service_sid>/whisper/{INTERACTION}")
@with_snapshot
def ask_callee(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    fields = _fields(Purpose.WHISPER, snapshot, interaction_sid, token, CALLEE, DIGITS)
    pressed = fields.get("Digits")
    try:
        return _xml(calls.ask_callee(runtime(), snapshot, interaction_sid, fields["To"], pressed))
    except NotFound:
        return _xml(twiml.response("<Hangup/>"))


@bp.post(f"/webhooks/<service_sid>/ended/{INTERACTION}")
@with_snapshot
def end(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    """A deleted Interaction is not an error: the caller is still on the line, and an empty answer ends the call."""
    return _end(
        snapshot, interaction_sid, _fields(Purpose.ENDED, snapshot, interaction_sid, token, ENDED, ENDED_OPTIONAL)
    )


def _end(snapshot: ServiceSnapshot, interaction_sid: str, fields: dict[str, str]) -> Response:
    leg = {
        "resource": fields.get("DialCallSid"),
        "state": fields["DialCallStatus"],
        "duration": seconds(fields, "DialCallDuration"),
    }
    bridged = fields.get("DialBridged") != "false"
    caller = fields["To" if fields.get("Direction", "").startswith("outbound") else "From"]
    try:
        return _xml(calls.end(runtime(), snapshot, interaction_sid, caller, leg, bridged))
    except NotFound:
        return _xml(twiml.EMPTY)


@bp.post(f"/webhooks/<service_sid>/connect/{INTERACTION}")
@with_snapshot
def connect(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    """The first participant of a click-to-call has answered: connect the other one."""
    fields = _fields(Purpose.CONNECT, snapshot, interaction_sid, token, CALLEE, DIGITS)
    call = Inbound("voice", fields["CallSid"], fields["From"], fields["To"])
    try:
        return _xml(click_to_call.connect(runtime(), snapshot, interaction_sid, call, fields.get("Digits")))
    except NotFound:
        return _xml(twiml.response("<Hangup/>"))


@bp.post(f"/webhooks/<service_sid>/placed/{INTERACTION}")
@with_snapshot
def note_placed(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    """The status callback of the first leg of a click-to-call."""
    fields = _fields(Purpose.PLACED, snapshot, interaction_sid, token, CALLEE, {"ErrorCode": NUMBER})
    with contextlib.suppress(NotFound):
        code = int(fields.get("ErrorCode") or 0) or None
        leg = {"resource": fields["CallSid"], "state": fields["CallStatus"]}
        click_to_call.note_placed(
            runtime(), snapshot.sid, interaction_sid, **leg, code=code, version=snapshot.version_to_compare
        )
    return _xml(twiml.EMPTY)


def _fields(
    purpose: Purpose,
    snapshot: ServiceSnapshot,
    interaction_sid: str,
    token: str,
    required: Patterns,
    optional: Patterns,
) -> dict[str, str]:
    fields, form = verify_request(snapshot, required, optional)
    require_token(purpose, snapshot.sid, interaction_sid, token)
    refuse_hidden_fields(form, optional)
    return fields


def _answer(snapshot: ServiceSnapshot, token: str | None = None) -> Response:
    fields, form = verify_request(snapshot, CALL, INBOUND_OPTIONAL)
    refuse_hidden_fields(form, INBOUND_OPTIONAL)
    since = None if token is None else require_number_token(snapshot.sid, token)
    failed_end = ENDED_URL.fullmatch(fields.get("ErrorUrl", ""))
    if failed_end and "DialCallStatus" in fields:
        # The fallback for a failed /ended webhook: another <Dial> would ring the callee again.
        require_token(Purpose.ENDED, snapshot.sid, failed_end[1], failed_end[2])
        return _end(snapshot, failed_end[1], fields)
    call = Inbound(
        "voice", fields["CallSid"], fields["From"], fields["To"], redirected=fields["CallStatus"] == "in-progress",
        url_since_ms=since, without_token=since is None, form=partial(forwardable_fields, "voice", form),
    )  # fmt: skip
    return _xml(calls.relay_call(runtime(), snapshot, call))


def _xml(text: str) -> Response:
    return Response(text, mimetype="application/xml")
