"""Questions to the customer's app while the carrier waits: the intercept and the out-of-session callback.

The verdict goes to settle.lua, which decides again who receives the inbound: the app may have changed the Session.
"""

from __future__ import annotations

import time
from typing import Any

from callbacks.form import interaction_form
from callbacks.http.http_client import HttpClient
from callbacks.http.response import FailureKind, RequestFailed, Response
from callbacks.http.signing import signed_form
from callbacks.refused_targets import noting
from callbacks.webhook_secrets import signing_secrets
from carrier.inbound import Inbound
from common.errors import CarrierError, Invalid, NotFound, Refused
from common.identifiers import lookup
from common.model import Account, Service
from common.runtime import Runtime
from policy.unchecked import warn
from relay import app_answers, out_of_session
from services.accounts import Accounts
from services.services import service_of
from services.snapshot import ServiceSnapshot
from services.urls import open_url
from sessions.sessions import open_session

Verdict = dict[str, Any]

PASS: Verdict = {"verdict": "route"}


#: At most this many at once, of the 32 threads of a web process (proxy/edge/server.py).
QUESTIONS = 16


def ask(rt: Runtime, snapshot: ServiceSnapshot, inbound: Inbound, asked: dict[str, Any]) -> Verdict:
    """`asked`: what accept.lua returned to the owner of the question. Never raises for what the app does."""
    service = service_of(asked["service"])
    account = snapshot.account or rt.part(Accounts).require(service.account_sid)
    question = _intercept if asked["question"] == "intercept" else _out_of_session
    try:
        verdict = question(rt, service, account, inbound, asked)
    except RequestFailed as error:
        verdict = _failed(error.kind.value)
    if "why" in verdict:
        warn(rt, service.sid, asked["question"], verdict["why"])
    return verdict


def _failed(why: str, **more: Any) -> Verdict:
    """The app gave no answer, or an answer that shows an error of the app."""
    return {"verdict": "failed", "why": why, **more}


def _intercept(rt: Runtime, service: Service, account: Account, inbound: Inbound, asked: dict[str, Any]) -> Verdict:
    """Only 403 blocks (Proxy guide, "intercept callback")."""
    form = interaction_form(rt, service, account, asked["document"])
    url, message_id = open_url(rt, service, "intercept_callback_url"), f"intercept-{inbound.request_key}"
    answer = _post(rt, service, account, url, form, message_id, read_body=False)
    if answer.status >= 500:
        return _failed("status", status=answer.status)
    if answer.status != 403:
        return PASS
    # A blocked caller hears a sentence. A blocked message gets no reply: the app may have sent its own.
    sentence = {"say": "blocked"} if inbound.kind == "voice" else {}
    return {"verdict": "blocked", "reason": "intercept", "code": 80909, **sentence}


def _out_of_session(
    rt: Runtime, service: Service, account: Account, inbound: Inbound, asked: dict[str, Any]
) -> Verdict:
    url = open_url(rt, service, "out_of_session_callback_url")
    form = out_of_session.form(rt, service, inbound, asked.get("session"))
    answer = _post(rt, service, account, url, form, f"out-of-session-{inbound.request_key}")
    if not 200 <= answer.status < 300:
        return {
            **_failed("status", status=answer.status),
            "verdict": "refused",
            "reason": "out-of-session",
            "code": 80913,
        }
    order = app_answers.auto_create(answer)
    if order is not None:
        return _create(rt, service, inbound, order)
    twiml = app_answers.twiml(answer, url or "")
    if twiml is not None:
        return {"verdict": "answered", "answer": rt.seal.seal(twiml, app_answers.associated_data(inbound.request_key))}
    return {"verdict": "silent"}


def _create(rt: Runtime, service: Service, inbound: Inbound, order: app_answers.AutoCreate) -> Verdict:
    """The sender's proxy number is the one they contacted. The inbound is then relayed in the new Session."""
    first = {"identifier": lookup(inbound.sender), "proxy_identifier": inbound.called}
    second = {"identifier": order.identifier, "proxy_identifier": order.proxy_identifier}
    modes = [order.mode] if order.mode else ["voice-and-message", app_answers.ONLY[inbound.kind]]
    for mode in modes:
        fields = {"unique_name": order.unique_name, "ttl": order.ttl, "expiry_ms": order.expiry_ms, "mode": mode}
        fields = {name: value for name, value in fields.items() if value is not None}
        try:
            open_session(rt, service, fields, [first, second])
        except (Refused, Invalid, NotFound, CarrierError) as error:
            if getattr(error, "code", 0) in (80201, 80202) and mode != modes[-1]:
                continue
            return {"verdict": "refused", "reason": "auto-create", "code": 80905}
        return PASS
    return _failed("auto-create")


def question_client(rt: Runtime) -> HttpClient:
    """Together with the webhooks that wait for a question (inbound.py) it uses at most 3/4 of a web process's threads:
    an app that is asked may call our API before it answers, and needs a free thread."""
    allowed = rt.settings.allow_private_callbacks
    return HttpClient(allow_private=allowed, per_account=12, total=QUESTIONS, on_refused=noting(rt))


def _post(
    rt: Runtime,
    service: Service,
    account: Account,
    url: str | None,
    form: dict[str, str],
    message_id: str,
    *,
    read_body: bool = True,
) -> Response:
    """Raises RequestFailed."""
    if not url:
        raise RequestFailed(FailureKind.REFUSED_URL)
    signed = signed_form(
        url, form, token=account.auth_token, secrets=signing_secrets(rt, service.sid, service.webhook_secrets),
        message_id=message_id, now=time.time(),
    )  # fmt: skip
    deadline = service.intercept_timeout_ms / 1000
    return rt.part(question_client).post(
        account.sid,
        signed.url,
        body=signed.body,
        headers=signed.headers,
        deadline_seconds=deadline,
        read_body=read_body,
    )
