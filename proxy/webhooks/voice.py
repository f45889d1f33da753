"""A call: it comes in, its callee is asked, it ends."""

from __future__ import annotations

import contextlib
import re
from functools import partial

from flask import Blueprint, Response

from carrier import twiml
from carrier.webhook_urls import Purpose
from common.errors import NotFound
from proxy.edge import runtime
from proxy.webhooks.borders import require_borders
from proxy.webhooks.passing import passed
from proxy.webhooks.verify import (
    ACCOUNT_SID,
    ADDRESS,
    CALL_SID,
    NUMBER,
    OURS,
    STATUS,
    Shapes,
    by_what_is_known,
    carried,
    require_token,
    seconds,
)
from relay import calls, click_to_call
from relay.channels.call import InboundCall

bp = Blueprint("voice_webhook", __name__)

CALL = {"AccountSid": ACCOUNT_SID, "CallSid": CALL_SID, "From": ADDRESS, "To": OURS, "CallStatus": STATUS}
CALLEE = {**CALL, "To": ADDRESS}
ENDED = {**CALL, "To": ADDRESS, "DialCallStatus": STATUS}
#: Of a call that we placed, who is on the line was called.
DIRECTION = {"Direction": STATUS}
LEG = {"DialCallSid": CALL_SID, "DialCallDuration": NUMBER, "DialBridged": re.compile("true|false")}
OF_END = {**LEG, **DIRECTION}
#: What the carrier could not have, when it asks here instead.
FALLBACK = {"ErrorUrl": re.compile("[!-~]{1,2048}"), "DialCallStatus": STATUS, **OF_END}
ENDED_URL = re.compile(r".*/ended/(KI[0-9a-f]{32})/([A-Za-z0-9_-]+)(?:[?#].*)?")
DIGITS = {"Digits": re.compile("[0-9*#]{1,30}", re.ASCII)}

#: The path of an Interaction's webhooks: unguessable, and good for one purpose.
ONE = "<interaction_sid>/<token>"


@bp.post("/webhooks/<service_sid>/voice")
@by_what_is_known
def receive(service_sid: str) -> Response:
    return _answer(service_sid)


@bp.post("/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/Call")
@by_what_is_known
def receive_at_twilio_path(account_sid: str, service_sid: str) -> Response:
    """Twilio's own path, so that a customer's Redirect needs only another host."""
    return _answer(service_sid)


@bp.post(f"/webhooks/<service_sid>/whisper/{ONE}")
@by_what_is_known
def ask_callee(service_sid: str, interaction_sid: str, token: str) -> Response:
    fields = _fields(Purpose.WHISPER, service_sid, interaction_sid, token, CALLEE, DIGITS)
    pressed = fields.get("Digits")
    try:
        return _xml(calls.ask_callee(runtime(), service_sid, interaction_sid, fields["To"], pressed))
    except NotFound:
        return _xml(twiml.response("<Hangup/>"))


@bp.post(f"/webhooks/<service_sid>/ended/{ONE}")
@by_what_is_known
def end(service_sid: str, interaction_sid: str, token: str) -> Response:
    """A deleted Interaction is no error: the caller is there and has to be let go."""
    return _end(
        service_sid, interaction_sid, _fields(Purpose.ENDED, service_sid, interaction_sid, token, ENDED, OF_END)
    )


def _end(service_sid: str, interaction_sid: str, fields: dict[str, str]) -> Response:
    leg = {
        "resource": fields.get("DialCallSid"),
        "state": fields["DialCallStatus"],
        "duration": seconds(fields, "DialCallDuration"),
    }
    bridged = fields.get("DialBridged") != "false"
    caller = fields["To" if fields.get("Direction", "").startswith("outbound") else "From"]
    try:
        return _xml(calls.end(runtime(), service_sid, interaction_sid, caller, leg, bridged))
    except NotFound:
        return _xml(twiml.EMPTY)


@bp.post(f"/webhooks/<service_sid>/connect/{ONE}")
@by_what_is_known
def connect(service_sid: str, interaction_sid: str, token: str) -> Response:
    """Whom a placed call rings first has picked up."""
    fields = _fields(Purpose.CONNECT, service_sid, interaction_sid, token, CALLEE, DIGITS)
    call = InboundCall(fields["CallSid"], fields["From"], fields["To"], redirected=False)
    try:
        return _xml(click_to_call.connect(runtime(), service_sid, interaction_sid, call, fields.get("Digits")))
    except NotFound:
        return _xml(twiml.response("<Hangup/>"))


@bp.post(f"/webhooks/<service_sid>/placed/{ONE}")
@by_what_is_known
def note_placed(service_sid: str, interaction_sid: str, token: str) -> Response:
    """What becomes of a placed call's first leg."""
    fields = _fields(Purpose.PLACED, service_sid, interaction_sid, token, CALLEE, {"ErrorCode": NUMBER})
    with contextlib.suppress(NotFound):
        code = int(fields.get("ErrorCode") or 0) or None
        leg = {"resource": fields["CallSid"], "state": fields["CallStatus"]}
        click_to_call.note_placed(runtime(), service_sid, interaction_sid, **leg, code=code)
    return _xml(twiml.EMPTY)


def _fields(
    purpose: Purpose, service_sid: str, interaction_sid: str, token: str, required: Shapes, optional: Shapes
) -> dict[str, str]:
    fields, form = carried(service_sid, required, optional)
    require_token(purpose, service_sid, interaction_sid, token)
    require_borders(form, optional)
    return fields


def _answer(service_sid: str) -> Response:
    fields, form = carried(service_sid, CALL, FALLBACK)
    require_borders(form, FALLBACK)
    over = ENDED_URL.fullmatch(fields.get("ErrorUrl", ""))
    if over and "DialCallStatus" in fields:
        # The fallback of the Dial's end: the first answer would ring the callee again.
        require_token(Purpose.ENDED, service_sid, over[1], over[2])
        return _end(service_sid, over[1], fields)
    redirected = fields["CallStatus"] == "in-progress"
    call = InboundCall(fields["CallSid"], fields["From"], fields["To"], redirected, partial(passed, "voice", form))
    return _xml(calls.relay_call(runtime(), service_sid, call))


def _xml(text: str) -> Response:
    return Response(text, mimetype="application/xml")
