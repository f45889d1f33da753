"""Calls between participants: the TwiML that answers a call, asks the callee to press 1, and ends the call."""

from __future__ import annotations

import contextlib
from typing import Any

from carrier import twiml
from carrier.inbound import Inbound
from carrier.webhook_urls import Purpose, url
from common import activity
from common.errors import NotFound
from common.identifiers import VOICE, identifier_associated_data, outgoing
from common.model import Service
from common.runtime import Runtime
from common.script_errors import checked
from common.steps import Steps
from policy.sentences.choice import Sentence
from policy.wording import wording
from relay import app_answers
from relay.channels import call as channel
from relay.channels.call import Bridge
from relay.inbound import decide
from relay.statuses import note_status
from services.snapshot import ServiceSnapshot, call_at_version


def relay_call(rt: Runtime, snapshot: ServiceSnapshot, call: Inbound) -> Steps[str]:
    """The TwiML that answers the carrier. Raises NotFound if the Service is gone, Stale, Unavailable."""
    since = activity.began()
    outcome = yield from decide(rt, snapshot, call)
    text = _answer(rt, snapshot, call, outcome)
    activity.report_inbound("call", snapshot.sid, outcome, since)
    return text


def _answer(rt: Runtime, snapshot: ServiceSnapshot, call: Inbound, outcome: dict[str, Any]) -> str:
    if outcome["outcome"] == "forward":
        return dial(rt, snapshot.service, outcome)
    if outcome["outcome"] == "refused":
        return channel.hang_up(wording(snapshot, outcome["say"], call.sender, outcome.get("lang")))
    if outcome["outcome"] == "answered":
        return rt.seal.open(outcome["sealed"], app_answers.associated_data(call.request_key))
    return twiml.EMPTY if call.redirected or outcome["reason"] == "out-of-session" else channel.REJECTED


def dial(rt: Runtime, service: Service, outcome: dict[str, Any], first: Sentence | None = None) -> str:
    interaction = outcome["interaction"]
    bridge = Bridge(
        recipient=outgoing(
            rt.seal.open(outcome["sealed"], identifier_associated_data(service.sid, outcome["recipient"])), VOICE
        ),
        caller_id=outcome["from"],
        ring=service.ring_seconds,
        limit=outcome["limit"],
        ended_url=url(rt, Purpose.ENDED, service.sid, interaction),
        status_url=url(rt, Purpose.STATUS, service.sid, interaction),
        whisper_url=url(rt, Purpose.WHISPER, service.sid, interaction) if service.whisper else None,
    )
    return channel.bridge(bridge, first)


def ask_callee(
    snapshot: ServiceSnapshot,
    interaction_sid: str,
    callee: str,
    pressed: str | None,
    whose: str = "other",
) -> Steps[str]:
    """Empty TwiML connects the call. `whose` language: `other` is the callee's, `lang` the caller's."""
    if pressed == channel.ACCEPT:
        yield from _note_taken(snapshot, interaction_sid, whose)
        return twiml.EMPTY
    if pressed is not None:
        return twiml.response("<Hangup/>")
    language = yield from _language_of(snapshot, interaction_sid, whose)
    question, missed = (wording(snapshot, key, callee, language) for key in ("whisper", "whisper_missed"))
    return channel.ask_callee(question, missed)


def _note_taken(snapshot: ServiceSnapshot, interaction_sid: str, whose: str) -> Steps[None]:
    """Noted before the callee is connected, so that later statuses of the leg are read as those of a taken call."""
    if whose != "other":
        return
    with contextlib.suppress(NotFound):
        yield from _note(snapshot, {"interaction": interaction_sid, "taken": True})


def _language_of(snapshot: ServiceSnapshot, interaction_sid: str, whose: str) -> Steps[str | None]:
    with contextlib.suppress(NotFound):
        noted = yield from _note(snapshot, {"interaction": interaction_sid})
        language: str | None = noted.get(whose)
        return language
    return None


def _note(snapshot: ServiceSnapshot, args: dict[str, Any]) -> Steps[dict[str, Any]]:
    return checked((yield from call_at_version("note_status", snapshot.sid, args, snapshot.version_to_compare)))


def end(snapshot: ServiceSnapshot, interaction_sid: str, caller: str, leg: dict[str, Any], bridged: bool) -> Steps[str]:
    """The TwiML that a caller who was not connected hears. `leg`: resource, state, duration of the callee's leg.

    A deleted Interaction is no error: the caller is still on the line.
    """
    state, language = channel.outcome(leg["state"], bridged), None
    with contextlib.suppress(NotFound):
        taken = True if state == "completed" else None
        language = yield from note_status(snapshot, interaction_sid, **{**leg, "state": state, "taken": taken})
    key = channel.SENTENCE_KEYS.get(state)
    return channel.hang_up(wording(snapshot, key, caller, language)) if key else twiml.EMPTY
