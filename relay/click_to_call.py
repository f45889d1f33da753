"""Click to call: calls one participant, then dials the other. Both numbers are masked; it is one Interaction.

The Interaction is stored before the carrier is asked, and the carrier is asked only once: if a process dies in between,
the phone rings once or never. The carrier's status callbacks report whether it rang.
"""

from __future__ import annotations

import contextlib
from threading import BoundedSemaphore
from typing import Any

from carrier.inbound import Inbound
from carrier.model import CallOrder
from carrier.webhook_urls import Purpose, url
from common import activity
from common.errors import CarrierError, NotFound, Unavailable
from common.identifiers import VOICE, identifier_associated_data, outgoing
from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked
from common.sids import new
from common.steps import Steps, finish
from policy.wording import wording
from relay.calls import ask_callee, dial
from relay.channels import call as channel
from services.accounts import carrier_of
from services.snapshot import ServiceSnapshot, call_at_version
from sessions.model import Interaction
from sessions.names import stored_reference
from sessions.sessions import codec
from storage.store import StoreUnavailable

#: At most this many at once, of the 32 threads that the Procfile gives a web process.
PLACING = 4
#: Added to the limit of the conversation, for ringing both phones and for what they hear first.
EXTRA_SECONDS = 300


def placing_slots(rt: Runtime) -> BoundedSemaphore:
    """For calls that are being placed: each occupies a thread until the carrier answers the request."""
    return BoundedSemaphore(PLACING)


def place_call(rt: Runtime, service: Service, session_ref: str, participant_sid: str) -> Interaction:
    """Calls `participant_sid` first.

    Raises NotFound, Refused 80607, 80614, 80911, CarrierError if the carrier certainly refused the call, Unavailable if
    too many calls are being placed.
    """
    slots = rt.part(placing_slots)
    if not slots.acquire(blocking=False):
        raise Unavailable("too many calls are being placed")
    try:
        return _place(rt, service, session_ref, participant_sid)
    finally:
        slots.release()


def _place(rt: Runtime, service: Service, session_ref: str, participant_sid: str) -> Interaction:
    args = {
        "session": stored_reference(rt, service, session_ref),
        "participant": participant_sid,
        "interaction": new("KI"),
    }
    opened = checked(rt.store.service("open_call", service.sid, args))
    order = _order(rt, service, participant_sid, opened)
    carrier = carrier_of(rt, service.account_sid)
    try:
        resource: str | None = carrier.place_call(order)
    except CarrierError as error:
        if not error.in_doubt:
            sid, code = opened["interaction"]["sid"], error.code or None
            finish(rt.store, note_placed(service.sid, sid, state="failed", code=code))
            raise
        resource = None
    return codec(rt, service).interaction(_placed(rt, service, opened["interaction"], resource))


def _placed(rt: Runtime, service: Service, document: dict[str, Any], resource: str | None) -> dict[str, Any]:
    """The Interaction's document. Never raises: the phone may ring, and an app that gets an error would call again."""
    with contextlib.suppress(StoreUnavailable, NotFound):
        return finish(rt.store, note_placed(service.sid, document["sid"], resource=resource))
    return document


def _order(rt: Runtime, service: Service, participant_sid: str, opened: dict[str, Any]) -> CallOrder:
    interaction = opened["interaction"]["sid"]
    return CallOrder(
        to=outgoing(rt.seal.open(opened["sealed"], identifier_associated_data(service.sid, participant_sid)), VOICE),
        caller_id=opened["from"],
        answered_url=url(rt, Purpose.CONNECT, service.sid, interaction),
        status_url=url(rt, Purpose.PLACED, service.sid, interaction),
        ring=service.ring_seconds,
        limit=opened["limit"] + EXTRA_SECONDS,
    )


def note_placed(
    service_sid: str,
    sid: str,
    *,
    resource: str | None = None,
    state: str | None = None,
    code: int | None = None,
    version: str | None = None,
) -> Steps[dict[str, Any]]:
    """Notes the carrier's status of the first leg; returns the Interaction's document.

    `version`: of the snapshot in use, to be compared with the store's. Raises NotFound, Stale.
    """
    args = {"interaction": sid, "resource": resource, "state": state, "code": code}
    args = {name: value for name, value in args.items() if value is not None}
    answer = checked((yield from call_at_version("note_placed", service_sid, args, version)))
    document: dict[str, Any] = answer["interaction"]
    activity.report("status", state or "placed", service=service_sid, interaction=sid, code=code)
    return document


def connect(
    rt: Runtime, snapshot: ServiceSnapshot, interaction_sid: str, answered: Inbound, pressed: str | None = None
) -> Steps[str]:
    """The TwiML for the participant who was called first: asks them to wait, and dials the other participant.

    With Whisper they have to press 1 before. Raises NotFound, Stale.
    """
    if snapshot.service.whisper and pressed != channel.ACCEPT:
        # Otherwise a voicemail could be connected to the other participant, and its greeting says whose it is.
        return (yield from ask_callee(snapshot, interaction_sid, answered.called, pressed, "lang"))
    args = {
        "key": f"{answered.sid}:connect", "resource": answered.sid, "interaction": interaction_sid,
        "window_ms": rt.settings.replay_window_seconds * 1000,
    }  # fmt: skip
    outcome = checked((yield from call_at_version("connect_call", snapshot.sid, args, snapshot.version_to_compare)))
    language = outcome.get("mine")
    if outcome["outcome"] == "forward":
        return dial(rt, snapshot.service, outcome, wording(snapshot, "calling", answered.called, language))
    return channel.hang_up(wording(snapshot, outcome["say"], answered.called, language))
