"""An inbound message: answered by TwiML, the same however often it comes."""

from __future__ import annotations

from typing import Any

from carrier import twiml
from carrier.inbound import Inbound
from carrier.webhook_urls import Purpose, url
from common import activity
from common.identifiers import MESSAGE, identifier_associated_data, lookup, outgoing
from common.runtime import Runtime
from policy.content_check import check_message
from policy.wording import wording
from relay import app_answers
from relay.channels import message as channel
from relay.channels.message import Forward
from relay.inbound import decide
from services.snapshot import ServiceSnapshot


def relay_message(rt: Runtime, snapshot: ServiceSnapshot, message: Inbound) -> str:
    """The TwiML that answers the carrier. Raises NotFound if the Service is gone, Stale, Unavailable."""
    since = activity.began()
    judged = check_message(rt, snapshot, message)
    outcome = decide(rt, snapshot, judged.message, judged.args)
    text = _answer(rt, snapshot, judged.message, outcome)
    activity.report_inbound("message", snapshot.sid, outcome, since)
    return text


def _answer(rt: Runtime, snapshot: ServiceSnapshot, message: Inbound, outcome: dict[str, Any]) -> str:
    if outcome["outcome"] == "forward":
        return _forward(rt, snapshot.sid, message, outcome)
    if outcome["outcome"] == "refused":
        said = wording(snapshot, outcome["say"], message.sender, outcome.get("lang"))
        to = outgoing(lookup(message.sender), MESSAGE)
        return twiml.response(channel.told(to, message.called, said.text), *_told_too(rt, snapshot, outcome))
    if outcome["outcome"] == "answered":
        return rt.seal.open(outcome["sealed"], app_answers.associated_data(message.request_key))
    return twiml.EMPTY


def _told_too(rt: Runtime, snapshot: ServiceSnapshot, outcome: dict[str, Any]) -> list[str]:
    """The other side hears the same, from the number that they know."""
    if "other" not in outcome:
        return []
    other = outcome["other"]
    to = outgoing(rt.seal.open(other["sealed"], identifier_associated_data(snapshot.sid, other["recipient"])), MESSAGE)
    said = wording(snapshot, outcome["say"], to, other.get("lang"))
    return [channel.told(to, other["from"], said.text)]


def _forward(rt: Runtime, service_sid: str, message: Inbound, outcome: dict[str, Any]) -> str:
    number = rt.seal.open(outcome["sealed"], identifier_associated_data(service_sid, outcome["recipient"]))
    status_url = url(rt, Purpose.STATUS, service_sid, outcome["interaction"])
    way = Forward(outgoing(number, MESSAGE), outcome["from"], status_url)
    return channel.forward(message.body or "", way)
