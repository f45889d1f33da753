"""A call: it comes in, its callee is asked, it ends."""

from __future__ import annotations

import contextlib
import re
from functools import partial

from flask import Blueprint, Response

from carrier import twiml
from carrier.inbound import Inbound
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
    require_token,
    seconds,
    verify_request,
    with_snapshot,
)
from relay import calls, click_to_call
from services.snapshot import ServiceSnapshot

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
@with_snapshot
def receive(snapshot: ServiceSnapshot) -> Response:
    return _answer(snapshot)


@bp.post("/v1/Accounts/<account_sid>/Proxy/<service_sid>/Webhooks/Call")
@with_snapshot
def receive_at_twilio_path(snapshot: ServiceSnapshot, account_sid: str) -> Response:
    """Twilio's own path, so that a customer's Redirect needs only another host."""
    return _answer(snapshot)


@bp.post(f"/webhooks/<service_sid>/whisper/{ONE}")
@with_snapshot
def ask_callee(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    fields = _fields(Purpose.WHISPER, snapshot, interaction_sid, token, CALLEE, DIGITS)
    pressed = fields.get("Digits")
    try:
        return _xml(calls.ask_callee(runtime(), snapshot, interaction_sid, fields["To"], pressed))
    except NotFound:
        return _xml(twiml.response("<Hangup/>"))


@bp.post(f"/webhooks/<service_sid>/ended/{ONE}")
@with_snapshot
def end(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    """A deleted Interaction is no error: the caller is there and has to be let go."""
    return _end(snapshot, interaction_sid, _fields(Purpose.ENDED, snapshot, interaction_sid, token, ENDED, OF_END))


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


@bp.post(f"/webhooks/<service_sid>/connect/{ONE}")
@with_snapshot
def connect(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    """Whom a placed call rings first has picked up."""
    fields = _fields(Purpose.CONNECT, snapshot, interaction_sid, token, CALLEE, DIGITS)
    call = Inbound("voice", fields["CallSid"], fields["From"], fields["To"])
    try:
        return _xml(click_to_call.connect(runtime(), snapshot, interaction_sid, call, fields.get("Digits")))
    except NotFound:
        return _xml(twiml.response("<Hangup/>"))


@bp.post(f"/webhooks/<service_sid>/placed/{ONE}")
@with_snapshot
def note_placed(snapshot: ServiceSnapshot, interaction_sid: str, token: str) -> Response:
    """What becomes of a placed call's first leg."""
    fields = _fields(Purpose.PLACED, snapshot, interaction_sid, token, CALLEE, {"ErrorCode": NUMBER})
    with contextlib.suppress(NotFound):
        code = int(fields.get("ErrorCode") or 0) or None
        leg = {"resource": fields["CallSid"], "state": fields["CallStatus"]}
        click_to_call.note_placed(
            runtime(), snapshot.sid, interaction_sid, **leg, code=code, version=snapshot.version_to_compare
        )
    return _xml(twiml.EMPTY)


def _fields(
    purpose: Purpose, snapshot: ServiceSnapshot, interaction_sid: str, token: str, required: Shapes, optional: Shapes
) -> dict[str, str]:
    fields, form = verify_request(snapshot, required, optional)
    require_token(purpose, snapshot.sid, interaction_sid, token)
    require_borders(form, optional)
    return fields


def _answer(snapshot: ServiceSnapshot) -> Response:
    fields, form = verify_request(snapshot, CALL, FALLBACK)
    require_borders(form, FALLBACK)
    over = ENDED_URL.fullmatch(fields.get("ErrorUrl", ""))
    if over and "DialCallStatus" in fields:
        # The fallback of the Dial's end: the first answer would ring the callee again.
        require_token(Purpose.ENDED, snapshot.sid, over[1], over[2])
        return _end(snapshot, over[1], fields)
    call = Inbound(
        "voice", fields["CallSid"], fields["From"], fields["To"], redirected=fields["CallStatus"] == "in-progress",
        form=partial(passed, "voice", form),
    )  # fmt: skip
    return _xml(calls.relay_call(runtime(), snapshot, call))


def _xml(text: str) -> Response:
    return Response(text, mimetype="application/xml")
