"""Answers an inbound message with TwiML; a repeated webhook gets the same answer."""

from __future__ import annotations

from typing import Any

from carrier import twiml
from carrier.inbound import Inbound
from carrier.webhook_urls import Purpose, url
from common import activity
from common.identifiers import MESSAGE, identifier_associated_data, lookup, outgoing
from common.runtime import Runtime
from common.steps import Steps
from policy.content_check import check_message
from policy.wording import wording
from relay import app_answers
from relay.channels import message as channel
from relay.channels.message import Relay
from relay.inbound import decide
from services.snapshot import ServiceSnapshot


def relay_message(rt: Runtime, snapshot: ServiceSnapshot, message: Inbound) -> Steps[str]:
    """The TwiML that answers the carrier. Raises NotFound if the Service is gone, Stale, Unavailable."""
    since = activity.began()
    judged = yield from check_message(rt, snapshot, message)
    outcome = yield from decide(rt, snapshot, judged.message, judged.args)
    text = _answer(rt, snapshot, judged.message, outcome)
    activity.report_inbound("message", snapshot.sid, outcome, since)
    return text


def _answer(rt: Runtime, snapshot: ServiceSnapshot, message: Inbound, outcome: dict[str, Any]) -> str:
    if outcome["outcome"] == "forward":
        return _relay(rt, snapshot.sid, message, outcome)
    if outcome["outcome"] == "refused":
        sentence = wording(snapshot, outcome["say"], message.sender, outcome.get("lang"))
        to = outgoing(lookup(message.sender), MESSAGE)
        reply = channel.notice(to, message.called, sentence.text)
        return twiml.response(reply, *_other_notice(rt, snapshot, outcome))
    if outcome["outcome"] == "answered":
        return rt.seal.open(outcome["sealed"], app_answers.associated_data(message.request_key))
    return twiml.EMPTY


def _other_notice(rt: Runtime, snapshot: ServiceSnapshot, outcome: dict[str, Any]) -> list[str]:
    """The same notice to the other participant, from the proxy number that they know, if the outcome asks for it."""
    if "other" not in outcome:
        return []
    other = outcome["other"]
    to = outgoing(rt.seal.open(other["sealed"], identifier_associated_data(snapshot.sid, other["recipient"])), MESSAGE)
    sentence = wording(snapshot, outcome["say"], to, other.get("lang"))
    return [channel.notice(to, other["from"], sentence.text)]


def _relay(rt: Runtime, service_sid: str, message: Inbound, outcome: dict[str, Any]) -> str:
    number = rt.seal.open(outcome["sealed"], identifier_associated_data(service_sid, outcome["recipient"]))
    status_url = url(rt, Purpose.STATUS, service_sid, outcome["interaction"])
    return channel.relay(message.body or "", Relay(outgoing(number, MESSAGE), outcome["from"], status_url))
