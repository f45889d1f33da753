"""Sends webhooks to the app: signed, retried as their URL's fragment asks, each attempt logged."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from simulator import faults, sids, signing
from simulator.http_client import BadUrl, HttpClient, Limits, NoAnswer, NoConnection
from simulator.model import WebhookAttempt
from simulator.state import State

MAX_BYTES = 64 * 1024
COULD_NOT_CONNECT, COULD_NOT_READ, TOO_LARGE, NO_URL = 11205, 11200, 11750, 11100
CLASS_OF: dict[type[Exception], str] = {BadUrl: "url", NoConnection: "ct", NoAnswer: "rt"}


@dataclass(frozen=True)
class Webhook:
    """One webhook to send. kind: one of `faults.WEBHOOKS`. message_sid: the SID of the message or the call."""

    kind: str
    account_sid: str
    message_sid: str
    url: str
    params: Mapping[str, str]
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    """The app's answer. `failure`: 4xx, 5xx, ct (no connection), rt (no answer) or url (bad URL); empty on success."""

    url: str
    failure: str = ""
    status: int | None = None
    body: bytes = b""
    content_type: str = ""
    attempts: int = 0

    @property
    def error_code(self) -> int | None:
        if len(self.body) > MAX_BYTES:
            return TOO_LARGE
        return {"": None, "ct": COULD_NOT_CONNECT, "url": NO_URL}.get(self.failure, COULD_NOT_READ)


@dataclass
class _Delivery:
    hook: Webhook
    url: str
    rules: signing.Rules
    deadline: float
    body: bytes | None
    headers: dict[str, str]
    token: str = field(default_factory=lambda: sids.new(""))
    copy: int = 1


class WebhookSender:
    """`base_url` is the URL at which the app reaches this carrier."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._http = HttpClient()
        self.base_url = ""

    def close(self) -> None:
        self._http.close()

    def call(self, hook: Webhook) -> Answer:
        """Send a webhook and return the last attempt's answer. If it is doubled, the first copy's answer counts."""
        names = faults.names(hook.kind)
        if self._state.take_rule("drop", *names):
            return Answer(signing.split(hook.url)[0], failure="rt")
        rule = self._state.take_rule("delay", *names)
        if late := self._state.faults.delay_ms + (rule.ms if rule else 0):
            time.sleep(late / 1000)
        delivery = self._delivery(hook)
        answer = self._try(delivery)
        copies = 2 if self._state.take_rule("double", *names) else 1
        for copy in range(2, max(copies, self._state.faults.webhook_copies) + 1):
            delivery.copy, delivery.deadline = copy, time.monotonic() + delivery.rules.total
            self._try(delivery)
        return answer

    def _delivery(self, hook: Webhook) -> _Delivery:
        url, rules = signing.split(hook.url)
        params, form = dict(hook.params), urlencode(hook.params)
        if hook.method == "GET":
            url, params = f"{url}{'&' if '?' in url else '?'}{form}", {}
        token = self._state.accounts[hook.account_sid].auth_token
        body = form.encode() if hook.method == "POST" else None
        delivery = _Delivery(hook, url, rules, time.monotonic() + rules.total, body, {})
        delivery.headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signing.signature(token, url, params),
            "I-Twilio-Idempotency-Token": delivery.token,
            "X-Home-Region": "us1",
        }
        return delivery

    def _try(self, delivery: _Delivery) -> Answer:
        for attempt in range(1, delivery.rules.retries + 2):
            answer = self._attempt(delivery, attempt)
            if answer.failure not in delivery.rules.policy or time.monotonic() >= delivery.deadline:
                break
        return answer

    def _attempt(self, delivery: _Delivery, attempt: int) -> Answer:
        began = time.monotonic()
        try:
            answer = self._request(delivery, attempt)
        except (BadUrl, NoConnection, NoAnswer) as error:
            answer = Answer(delivery.url, failure=CLASS_OF[type(error)], attempts=attempt)
        if answer.status is not None and self._state.take_lost_answer():
            answer = Answer(delivery.url, failure="rt", attempts=attempt)
        self._log(delivery, answer, began)
        return answer

    def _request(self, delivery: _Delivery, attempt: int) -> Answer:
        left = max(delivery.deadline - time.monotonic(), 0.1)
        rules = delivery.rules
        limits = Limits(min(rules.connect, left), min(rules.read, left), delivery.deadline, MAX_BYTES)
        reply = self._http.send(delivery.hook.method, delivery.url, delivery.body, delivery.headers, limits)
        failure = "" if reply.status < 300 else f"{reply.status // 100}xx"
        return Answer(delivery.url, failure, reply.status, reply.body, reply.content_type, attempt)

    def _log(self, delivery: _Delivery, answer: Answer, began: float) -> None:
        hook, duration_ms = delivery.hook, int((time.monotonic() - began) * 1000)
        text = answer.body[:MAX_BYTES].decode(errors="replace")
        entry = WebhookAttempt(
            hook.kind, hook.message_sid, hook.method, delivery.url, dict(hook.params), delivery.token,
            answer.attempts, delivery.copy, answer.status, answer.failure, text, duration_ms,
        )  # fmt: skip
        self._state.log_attempt(entry)
