"""Decides an inbound message or call: in one script, or in two with a question to the customer's app between them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from threading import BoundedSemaphore
from typing import Any

from carrier import twiml
from carrier.inbound import Attached, Inbound
from common import waiting
from common.errors import Unavailable
from common.identifiers import SCHEME, is_e164, lookup
from common.model import Service
from common.runtime import Runtime
from common.sids import new
from common.steps import IN_THREAD, Steps
from policy import opt_outs, quotas, regions
from policy.lines import is_costly
from policy.sentences.keywords import Keyword, keyword_in
from relay import app_questions, freshness
from relay.freshness import WebhookRejected
from services.snapshot import ServiceSnapshot
from sessions.sealed_text import sealed_text

#: A repeated webhook polls this often for the answer to the first one's question, for as long as the carrier waits.
POLL_SECONDS = 0.1
MAX_POLLS = 150
#: Of the 32 threads of a web process (proxy/edge/server.py); with those of app_questions.py at most 3/4.
WAITING = 8
#: A keyword may be written with spaces ("opt out"), but not in more pieces than this.
MAX_WORDS = 3


def waiting_slots(rt: Runtime) -> BoundedSemaphore:
    """For webhooks that wait until the app answers a question of another webhook."""
    return BoundedSemaphore(WAITING)


def decide(
    rt: Runtime, snapshot: ServiceSnapshot, inbound: Inbound, judged: Mapping[str, Any] | None = None
) -> Steps[dict[str, Any]]:
    """The script's outcome, never `deciding`. `judged`: the content policy's result for a text.

    Raises NotFound if the Service is gone, WebhookRejected, Stale, Unavailable.
    """
    args = arguments(rt, snapshot, inbound)
    owner = args["inbound"]["owner"]
    outcome = yield from _accept(rt, snapshot, inbound, {**args, "content": judged} if judged else args)
    if outcome["outcome"] != "deciding":
        return outcome
    yield IN_THREAD
    if outcome["owner"] != owner:
        return (yield from _wait(rt, snapshot, inbound, owner))
    verdict = app_questions.ask(rt, snapshot, inbound, outcome)
    rt.failpoint("asked")
    return (yield from _settle(rt, snapshot, inbound, owner, verdict))


def _accept(rt: Runtime, snapshot: ServiceSnapshot, inbound: Inbound, args: dict[str, Any]) -> Steps[dict[str, Any]]:
    outcome = yield from _call(rt, snapshot, "accept", args)
    if outcome["outcome"] == "unproven":
        earlier: dict[str, Any] | None = outcome.get("earlier")
        yield IN_THREAD
        if not freshness.is_new(rt, snapshot, inbound, needed=earlier is None):
            if earlier is None:
                raise WebhookRejected("not-new")
            return earlier
        outcome = yield from _call(rt, snapshot, "accept", {**args, "inbound": {**args["inbound"], "proven": True}})
    if outcome["outcome"] == "rejected":
        raise WebhookRejected(outcome["reason"])
    return outcome


def _settle(
    rt: Runtime, snapshot: ServiceSnapshot, inbound: Inbound, owner: str, given: Mapping[str, Any]
) -> Steps[dict[str, Any]]:
    args = {"key": inbound.request_key, "owner": owner, "given": given, **_rules(rt), **_late(inbound)}
    return (yield from _call(rt, snapshot, "settle", args))


def _late(inbound: Inbound) -> dict[str, Any]:
    """A missed message has no webhook to answer, so it is sent by the carrier's API, through the outbox."""
    return {} if inbound.late_at_ms is None else {"by_api": True, "late_at": inbound.late_at_ms}


def _rules(rt: Runtime) -> dict[str, Any]:
    """The settings that accept.lua and settle.lua need."""
    return {"window_ms": rt.settings.replay_window_seconds * 1000, **quotas.ceiling_argument(rt)}


def _call(rt: Runtime, snapshot: ServiceSnapshot, script: str, args: dict[str, Any]) -> Steps[dict[str, Any]]:
    return quotas.call_within_quota(rt, snapshot.service, script, args, snapshot.version_to_compare)


def _wait(rt: Runtime, snapshot: ServiceSnapshot, inbound: Inbound, owner: str) -> Steps[dict[str, Any]]:
    """For a webhook whose question another one already asks; without an answer in time, the question fails."""
    slots = rt.part(waiting_slots)
    if not slots.acquire(blocking=False):
        raise Unavailable("too many requests wait for an app's answer")
    try:
        for _ in range(MAX_POLLS):
            outcome = yield from _settle(rt, snapshot, inbound, owner, {"verdict": "failed"})
            if outcome["outcome"] != "deciding":
                return outcome
            with waiting.for_others():
                time.sleep(POLL_SECONDS)
    finally:
        slots.release()
    raise Unavailable("another request is still asking the app")


def arguments(rt: Runtime, snapshot: ServiceSnapshot, inbound: Inbound) -> dict[str, Any]:
    """For accept.lua: what the carrier sent, and what the script cannot derive from it."""
    service, interaction = snapshot.service, interaction_sid(rt, snapshot.sid, inbound.kind, inbound.request_key)
    person = rt.index.of(service.sid, SCHEME, lookup(inbound.sender))
    fields: dict[str, Any] = {
        "key": inbound.request_key,
        "kind": inbound.kind,
        "person": person,
        "number": inbound.called,
        "resource": inbound.sid,
        "interaction": interaction,
        "owner": new(""),
        **_rules(rt),
    }
    args = {"inbound": fields, **quotas.quota_arguments(rt, service, inbound)}
    if inbound.body is not None:
        fields |= _text(rt, service.sid, interaction, inbound.body, inbound.media)
        args |= _keyword(rt, service, person, inbound)
    fields |= _late(inbound) | freshness.arguments(inbound)
    if is_costly(inbound.sender):
        fields["costly"] = True
    if refusal := _refusal(service, inbound):
        args["refusal"] = refusal
    return args


def interaction_sid(rt: Runtime, service_sid: str, kind: str, request_key: str) -> str:
    """Follows from the carrier's SID for a text, whose webhook has one answer. The webhooks of a call have several."""
    return "KI" + rt.index.of_message(service_sid, request_key) if kind == "message" else new("KI")


def _text(rt: Runtime, service_sid: str, interaction_sid: str, body: str, media: Sequence[Attached]) -> dict[str, Any]:
    if not media:
        return sealed_text(rt, service_sid, interaction_sid, {"body": body})
    data = {"body": body, "media": [file._asdict() for file in media]}
    return {**sealed_text(rt, service_sid, interaction_sid, data), "by_api": True, "files": len(media)}


def _keyword(rt: Runtime, service: Service, person: str, inbound: Inbound) -> dict[str, Any]:
    """`keyword`, if the whole text is an opt-out or opt-in keyword."""
    if inbound.body is None or len(inbound.body.split()) > MAX_WORDS:
        return {}
    own = service.opt_out_words
    found = keyword_in(inbound.body, inbound.called, own.split(",") if own else ())
    if found is None:
        return {}
    keyword: dict[str, Any] = {"word": found.word, "answered": found.answered}
    if found.word is Keyword.STOP:
        keyword["sender"] = rt.seal.seal(lookup(inbound.sender), opt_outs.associated_data(service.sid, person))
    return {"keyword": keyword}


def _refusal(service: Service, inbound: Inbound) -> str | None:
    """Why this sender or text is refused, or None. Such a text gets no reply: a reply could start a loop."""
    if not is_e164(inbound.sender):
        return "anonymous"
    if inbound.body is not None and not twiml.legal(inbound.body).strip() and not inbound.media:
        return "empty"
    return regions.refusal_reason(service, inbound.sender)
