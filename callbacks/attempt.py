"""One try of one delivery: the request, its signature, and what the answer means."""

from __future__ import annotations

import json
import time
from typing import Any

from callbacks.form import interaction_form
from callbacks.http.http_client import HttpClient
from callbacks.http.response import FailureKind, RequestFailed
from callbacks.http.signing import Signed, signed_form, signed_json
from callbacks.refused_targets import noting
from callbacks.rules import ANSWER_SECONDS, DEADLINE_SECONDS, FIELD_OF, NO_ANSWER_SECONDS, Kind
from callbacks.webhook_secrets import signing_secrets
from common import failures
from common.claim_worker import Claim, Result
from common.errors import CarrierError
from common.model import Account, Service
from common.runtime import Runtime
from services.accounts import Accounts, carrier_of
from services.snapshot import read_snapshot
from services.urls import open_sealed_url

GONE = 410
#: After these the receiver has the request. After a connection that was closed without an answer, this is unknown.
NO_ANSWER = frozenset({FailureKind.TIMEOUT, FailureKind.TOO_BIG})
PER_ACCOUNT = 4
THREADS = 16


class DeliveryClaim(Claim):
    """A delivery that this process may try until the claim ends."""

    __slots__ = ()

    @property
    def sid(self) -> str:
        return str(self.doc["sid"])

    @property
    def kind(self) -> Kind:
        return Kind(self.doc["kind"])


def result(outcome: str, status: int | None = None, reason: str | None = None) -> Result:
    """`outcome`: delivered | failed | parked | busy. `status`: the receiver's HTTP status; without one, `reason`.

    A callback that was sent counts as delivered, with or without an answer.
    """
    return Result(outcome, {"status": status, "reason": reason})


def attempt(rt: Runtime, claim: DeliveryClaim, failing: bool = False) -> Result:
    """Never raises: after an error of ours the try counts as failed. `failing`: the receiver's last try failed."""
    try:
        account = rt.part(Accounts).require(claim.account_sid)
        return _hang_up(rt, account, claim) if claim.kind is Kind.HANGUP else _post(rt, account, claim, failing)
    except Exception as error:
        failures.note("delivery", claim.sid, error)
        return result("failed", reason="defect")


def _post(rt: Runtime, account: Account, claim: DeliveryClaim, failing: bool) -> Result:
    sealed = claim.doc.get("url")
    if not sealed:
        return result("parked", reason="no_url")
    url = open_sealed_url(rt, claim.service_sid, FIELD_OF[claim.kind], sealed)
    signed = _signed(rt, account, claim, url)
    try:
        answer = rt.part(callback_client).post(
            account.sid, signed.url, body=signed.body, headers=signed.headers, deadline_seconds=DEADLINE_SECONDS,
            read_body=False, answer_seconds=_answer_seconds(claim.kind, failing),
        )  # fmt: skip
    except RequestFailed as error:
        return _unanswered(claim.kind, error)
    if claim.kind is Kind.CALLBACK or 200 <= answer.status < 300:
        return result("delivered", answer.status)
    return result("parked" if answer.status == GONE else "failed", answer.status)


def _answer_seconds(kind: Kind, failing: bool) -> float | None:
    if kind is not Kind.CALLBACK:
        return None
    return NO_ANSWER_SECONDS if failing else ANSWER_SECONDS


def _unanswered(kind: Kind, error: RequestFailed) -> Result:
    """A callback without an answer counts as delivered: many programs process callbacks and never answer."""
    if error.kind is FailureKind.BUSY:
        return result("busy", reason=error.kind.value)
    accepted = kind is Kind.CALLBACK and error.sent and error.kind in NO_ANSWER
    return result("delivered" if accepted else "failed", reason=error.kind.value)


def _signed(rt: Runtime, account: Account, claim: DeliveryClaim, url: str) -> Signed:
    token, secrets = account.auth_token, signing_secrets(rt, claim.service_sid, claim.doc.get("webhook_secrets"))
    if claim.kind is Kind.CALLBACK:
        fields = form(rt, read_snapshot(rt, claim.service_sid).service, account, claim.doc)
        return signed_form(url, fields, token=token, secrets=secrets, message_id=claim.sid, now=time.time())
    body = claim.doc["payload"].encode()
    return signed_json(url, body, token=token, secrets=secrets, message_id=claim.sid, now=time.time())


def form(rt: Runtime, service: Service, account: Account, doc: dict[str, Any]) -> dict[str, str]:
    """The fields of a callback: the Interaction at the time of the event, with its current text."""
    text = {"sealed": doc["sealed"]} if doc.get("sealed") else {}
    return interaction_form(rt, service, account, {**json.loads(doc["payload"]), **text})


def _hang_up(rt: Runtime, account: Account, claim: DeliveryClaim) -> Result:
    """Tries to end all calls, even if one fails. Ending a call that is over is not an error."""
    failed: CarrierError | None = None
    for call_sid in json.loads(claim.doc["payload"]):
        try:
            carrier_of(rt, claim.account_sid).hang_up(call_sid)
        except CarrierError as error:
            failed = error
    return result("failed", failed.status or None, "carrier") if failed else result("delivered")


def callback_client(rt: Runtime) -> HttpClient:
    return HttpClient(
        allow_private=rt.settings.allow_private_callbacks,
        per_account=PER_ACCOUNT,
        total=THREADS,
        on_refused=noting(rt),
    )
