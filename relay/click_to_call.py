"""Click to call: rings one participant, then bridges the other. Both are masked, and it is one Interaction.

It is written down before the carrier hears of it, and the carrier hears of it once: whatever dies in between, the phone
rings once or never. Whether it rang, the carrier's own callbacks say.
"""

from __future__ import annotations

import contextlib
from threading import BoundedSemaphore
from typing import Any

from carrier.client import CallOrder
from carrier.inbound import Inbound
from carrier.webhook_urls import Purpose, url
from common import activity
from common.errors import CarrierError, NotFound, Unavailable
from common.identifiers import VOICE, identifier_associated_data, outgoing
from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked
from common.sids import new
from policy.wording import wording
from relay.calls import ask_callee, dial
from relay.channels import call as channel
from services.accounts import carrier_of
from services.snapshot import ServiceSnapshot, run_at_version
from sessions.model import Interaction
from sessions.sessions import codec
from storage.store import StoreUnavailable

#: Of the 32 threads that the Procfile gives a web process.
PLACING = 4
#: The first leg and the second ring, are said hello to, and talk.
EXTRA_SECONDS = 300


def placing_places(rt: Runtime) -> BoundedSemaphore:
    """For calls that are being placed: each holds a thread as long as the carrier takes to answer."""
    return BoundedSemaphore(PLACING)


def place_call(rt: Runtime, service: Service, session_ref: str, participant_sid: str) -> Interaction:
    """Rings `participant_sid` first.

    Raises NotFound, Refused 80607, 80614, 80911, CarrierError if refused for sure, Unavailable if too many are placed.
    """
    placing = rt.part(placing_places)
    if not placing.acquire(blocking=False):
        raise Unavailable("too many calls are being placed")
    try:
        return _place(rt, service, session_ref, participant_sid)
    finally:
        placing.release()


def _place(rt: Runtime, service: Service, session_ref: str, participant_sid: str) -> Interaction:
    args = {"session": session_ref, "participant": participant_sid, "interaction": new("KI")}
    opened = checked(rt.store.service("open_call", service.sid, args))
    order = _order(rt, service, participant_sid, opened)
    carrier = carrier_of(rt, service.account_sid)
    try:
        resource: str | None = carrier.place_call(order)
    except CarrierError as error:
        if not error.in_doubt:
            note_placed(rt, service.sid, opened["interaction"]["sid"], state="failed", code=error.code or None)
            raise
        resource = None
    return codec(rt, service).interaction(_placed(rt, service, opened["interaction"], resource))


def _placed(rt: Runtime, service: Service, document: dict[str, Any], resource: str | None) -> dict[str, Any]:
    """The Interaction's document. The phone may ring: an error would only make the app ask for a second call."""
    with contextlib.suppress(StoreUnavailable, NotFound):
        return note_placed(rt, service.sid, document["sid"], resource=resource)
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
    rt: Runtime,
    service_sid: str,
    sid: str,
    *,
    resource: str | None = None,
    state: str | None = None,
    code: int | None = None,
    version: str | None = None,
) -> dict[str, Any]:
    """What the carrier says of the first leg; the Interaction's document. `version`: to be compared, of a snapshot.

    Raises NotFound, Stale.
    """
    args = {"interaction": sid, "resource": resource, "state": state, "code": code}
    given = {name: value for name, value in args.items() if value is not None}
    found = checked(run_at_version(rt, service_sid, "note_placed", given, version))
    document: dict[str, Any] = found["interaction"]
    activity.report("status", state or "placed", service=service_sid, interaction=sid, code=code)
    return document


def connect(
    rt: Runtime, snapshot: ServiceSnapshot, interaction_sid: str, answered: Inbound, pressed: str | None = None
) -> str:
    """The TwiML for whom was rung first, who is told to wait; with Whisper, once they pressed 1.

    Raises NotFound, Stale.
    """
    if snapshot.service.whisper and pressed != channel.ACCEPT:
        # A mailbox that picked up would be put through to the other, who hears whose it is.
        return ask_callee(rt, snapshot, interaction_sid, answered.called, pressed, "lang")
    args = {
        "key": f"{answered.sid}:connect", "resource": answered.sid, "interaction": interaction_sid,
        "window_ms": rt.settings.replay_window_seconds * 1000,
    }  # fmt: skip
    outcome = checked(run_at_version(rt, snapshot.sid, "connect_call", args, snapshot.version_to_compare))
    language = outcome.get("mine")
    if outcome["outcome"] == "forward":
        return dial(rt, snapshot.service, outcome, wording(snapshot, "calling", answered.called, language))
    return channel.hang_up(wording(snapshot, outcome["say"], answered.called, language))
