"""Questions to the customer's app while the carrier waits: may this pass, and what to do with one that leads nowhere.

The verdict is what settle.lua needs; the way is decided again there, since the app may have changed it meanwhile.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from relay.errors import CarrierError, Invalid, NotFound, Refused
from relay.identifiers import lookup
from relay.model import Service
from relay.operations import answers, stranger
from relay.operations.announcing import interaction_form
from relay.operations.known import account_of
from relay.operations.services import service_of
from relay.operations.sessions import open_session
from relay.operations.unchecked import warn
from relay.outside.outcome import Answer, Kind, OutsideError
from relay.outside.signing import signed_form

if TYPE_CHECKING:
    from relay.operations.inbound import Inbound
    from relay.runtime import Runtime

Verdict = dict[str, Any]

PASS: Verdict = {"verdict": "route"}


def ask(rt: Runtime, inbound: Inbound, asked: dict[str, Any]) -> Verdict:
    """`asked`: what accept.lua told the owner of the question. Never raises for what the app does."""
    service = service_of(asked["service"])
    act = _may_pass if asked["question"] == "intercept" else _out_of_session
    try:
        verdict = act(rt, service, inbound, asked)
    except OutsideError as error:
        verdict = _failed(error.kind.value)
    if "why" in verdict:
        warn(rt, service.sid, asked["question"], verdict["why"])
    return verdict


def _failed(why: str, **more: Any) -> Verdict:
    """No answer, or one that says that the app is broken."""
    return {"verdict": "failed", "why": why, **more}


def _may_pass(rt: Runtime, service: Service, inbound: Inbound, asked: dict[str, Any]) -> Verdict:
    """Only 403 blocks (Proxy guide, "intercept callback")."""
    form = interaction_form(rt, service, asked["document"])
    answer = _post(
        rt, service, service.intercept_callback_url, form, f"intercept-{inbound.sid}{inbound.stage}", read_body=False
    )
    if answer.status >= 500:
        return _failed("status", status=answer.status)
    if answer.status != 403:
        return PASS
    # A message that the app stopped it may have replaced by its own; a caller must not be left in silence.
    said = {"say": "blocked"} if inbound.kind == "voice" else {}
    return {"verdict": "blocked", "reason": "intercept", "code": 80909, **said}


def _out_of_session(rt: Runtime, service: Service, inbound: Inbound, asked: dict[str, Any]) -> Verdict:
    url = service.out_of_session_callback_url
    form = stranger.form(rt, service, inbound, asked.get("session"))
    answer = _post(rt, service, url, form, f"out-of-session-{inbound.sid}{inbound.stage}")
    if not 200 <= answer.status < 300:
        return {
            **_failed("status", status=answer.status),
            "verdict": "refused",
            "reason": "out-of-session",
            "code": 80913,
        }
    order = answers.auto_create(answer)
    if order is not None:
        return _create(rt, service, inbound, order)
    twiml = answers.twiml(answer, url or "")
    if twiml is not None:
        return {"verdict": "answered", "answer": rt.seal.seal(twiml, answers.place(inbound.sid + inbound.stage))}
    return {"verdict": "silent"}


def _create(rt: Runtime, service: Service, inbound: Inbound, order: answers.AutoCreate) -> Verdict:
    """The sender keeps the number that they contacted; then the inbound goes on as if the Session had been there."""
    first = {"identifier": lookup(inbound.sender), "proxy_identifier": inbound.called}
    second = {"identifier": order.identifier, "proxy_identifier": order.proxy_identifier}
    modes = [order.mode] if order.mode else ["voice-and-message", answers.ONLY[inbound.kind]]
    for mode in modes:
        fields = {"unique_name": order.unique_name, "ttl": order.ttl, "expiry_ms": order.expiry_ms, "mode": mode}
        given = {name: value for name, value in fields.items() if value is not None}
        try:
            open_session(rt, service, given, [first, second])
        except (Refused, Invalid, NotFound, CarrierError) as error:
            if getattr(error, "code", 0) in (80201, 80202) and mode != modes[-1]:
                continue
            return {"verdict": "refused", "reason": "auto-create", "code": 80905}
        return PASS
    return _failed("auto-create")


def _post(
    rt: Runtime, service: Service, url: str | None, form: dict[str, str], message_id: str, *, read_body: bool = True
) -> Answer:
    """Raises OutsideError."""
    if not url:
        raise OutsideError(Kind.REFUSED_URL)
    account = account_of(rt, service)
    signed = signed_form(
        url, form, token=account.auth_tokens[0], secrets=[rt.index.webhook_secret(service.sid)],
        message_id=message_id, now=time.time(),
    )  # fmt: skip
    deadline = service.intercept_timeout_ms / 1000
    return rt.door.post(
        account.sid,
        signed.url,
        body=signed.body,
        headers=signed.headers,
        deadline_seconds=deadline,
        read_body=read_body,
    )
