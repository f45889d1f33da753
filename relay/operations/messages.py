"""An inbound message: decided by one script, answered by TwiML, the same bytes however often it comes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from relay.channels import message as channel
from relay.channels.message import Forward, InboundMessage
from relay.identifiers import SCHEME, dialled, lookup
from relay.operations.outcome import checked
from relay.sids import new
from sessions.codec import data_place, identifier_place

if TYPE_CHECKING:
    from relay.runtime import Runtime


def relay_message(rt: Runtime, service_sid: str, message: InboundMessage) -> str:
    """The TwiML that answers the carrier. Raises NotFound if the Service is gone."""
    outcome = _accept(rt, service_sid, message)
    if outcome["outcome"] != "forward":
        return channel.answer(message, outcome)
    recipient = dialled(rt.seal.open(outcome["sealed"], identifier_place(service_sid, outcome["recipient"])))
    url = status_url(rt, service_sid, outcome["interaction"])
    return channel.forward(message, Forward(outcome["interaction"], recipient, outcome["from"], url))


def _accept(rt: Runtime, service_sid: str, message: InboundMessage) -> dict[str, Any]:
    interaction = new("KI")
    data = json.dumps({"body": message.body}, ensure_ascii=False)
    args = {
        "sid": message.sid,
        "who": rt.index.of(service_sid, SCHEME, lookup(message.sender)),
        "to": message.called,
        "interaction": interaction,
        "sealed": rt.seal.seal(data, data_place(service_sid, interaction)),
        "window_ms": rt.settings.replay_window_seconds * 1000,
        "random": new(""),
    }
    refusal = channel.refusal(message)
    if refusal:
        args["refusal"] = refusal
    answer: dict[str, Any] = checked(rt.store.service("accept_message", service_sid, args))
    return answer


def status_url(rt: Runtime, service_sid: str, interaction_sid: str) -> str:
    token = rt.index.proof("status", service_sid, interaction_sid)
    return f"{rt.settings.public_url}/webhooks/{service_sid}/status/{interaction_sid}/{token}"
