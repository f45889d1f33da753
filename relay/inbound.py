"""An inbound message or call, decided: by one script, or by two with a question to the customer's app between them."""

from __future__ import annotations

import time
from threading import BoundedSemaphore
from typing import Any

from carrier.inbound import Inbound
from common.errors import Unavailable
from common.identifiers import SCHEME, lookup
from common.runtime import Runtime
from common.sids import new
from policy import optouts, quotas, regions
from policy.sentences.keywords import Keyword, heeded
from relay import app_questions
from services.known import known
from sessions.sealed_text import sealed_text

#: A repeated webhook looks this often whether the first one's question is answered, and no longer than the carrier.
POLL_SECONDS = 0.1
MOST_POLLS = 150
#: Of the 32 threads that the Procfile gives a web process; with those of app_questions.py at most three quarters.
WAITING = 8
#: A text of more is no single word, however it is spelled.
MOST_WORDS = 3


def waiting_places(rt: Runtime) -> BoundedSemaphore:
    """For webhooks that wait until another one's question is answered."""
    return BoundedSemaphore(WAITING)


def decide(rt: Runtime, service_sid: str, inbound: Inbound) -> dict[str, Any]:
    """The script's outcome, never `deciding`. Raises NotFound if the Service is gone, Unavailable."""
    args = _arguments(rt, service_sid, inbound)
    outcome = quotas.run(rt, "accept", service_sid, args)
    if outcome["outcome"] != "deciding":
        return outcome
    if outcome["owner"] != args["owner"]:
        return _wait(rt, service_sid, args)
    verdict = app_questions.ask(rt, inbound, outcome)
    rt.failpoint("asked")
    return quotas.run(rt, "settle", service_sid, {**args, **verdict})


def _wait(rt: Runtime, service_sid: str, args: dict[str, Any]) -> dict[str, Any]:
    """Somebody asks already. Once that one's time is over without an answer, it counts as failed."""
    waiting = rt.part(waiting_places)
    if not waiting.acquire(blocking=False):
        raise Unavailable("too many requests wait for an app's answer")
    try:
        for _ in range(MOST_POLLS):
            outcome = quotas.run(rt, "settle", service_sid, {**args, "verdict": "failed"})
            if outcome["outcome"] != "deciding":
                return outcome
            time.sleep(POLL_SECONDS)
    finally:
        waiting.release()
    raise Unavailable("another request is still asking the app")


def _arguments(rt: Runtime, service_sid: str, inbound: Inbound) -> dict[str, Any]:
    interaction = new("KI")
    args: dict[str, Any] = {
        "sid": inbound.sid + inbound.stage,
        "kind": inbound.kind,
        "who": rt.index.of(service_sid, SCHEME, lookup(inbound.sender)),
        "to": inbound.called,
        "resource": inbound.sid,
        "interaction": interaction,
        "owner": interaction,
        "window_ms": rt.settings.replay_window_seconds * 1000,
        **quotas.limits(rt, service_sid, inbound),
    }
    if inbound.body is not None:
        args |= _text(rt, service_sid, interaction, inbound)
        args |= _word(rt, service_sid, args["who"], inbound)
    args |= inbound.judged
    if inbound.late_at_ms is not None:
        args |= {"send": True, "at": inbound.late_at_ms}
    refusal = inbound.refusal or regions.refusal(rt, service_sid, inbound.sender)
    if refusal:
        args["refusal"] = refusal
    return args


def _text(rt: Runtime, service_sid: str, interaction_sid: str, inbound: Inbound) -> dict[str, Any]:
    body = inbound.body or ""
    if not inbound.media:
        return sealed_text(rt, service_sid, interaction_sid, {"body": body})
    data = {"body": body, "media": [file._asdict() for file in inbound.media]}
    files = {"send": True, "files": len(inbound.media)}
    return {**sealed_text(rt, service_sid, interaction_sid, data), **files}


def _word(rt: Runtime, service_sid: str, who: str, inbound: Inbound) -> dict[str, Any]:
    """If the whole text is a word by which people end or begin messages."""
    if inbound.body is None or len(inbound.body.split()) > MOST_WORDS:
        return {}
    own = known(rt, service_sid).service.opt_out_words
    found = heeded(inbound.body, inbound.called, own.split(",") if own else ())
    if found is None:
        return {}
    args = {"word": found.word, "answered": found.answered}
    if found.word is not Keyword.STOP:
        return args
    return {**args, "sender": rt.seal.seal(lookup(inbound.sender), optouts.place(service_sid, who))}
