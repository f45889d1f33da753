"""Carries a webhook to the app: signed, retried as its URL asks, logged attempt by attempt."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from simulator import faults, sids, signing
from simulator.model import Posted
from simulator.state import State
from simulator.wire import BadUrl, Limits, NotAnswered, NotConnected, Wire

MOST_BYTES = 64 * 1024
COULD_NOT_CONNECT, COULD_NOT_READ, TOO_LARGE, NO_URL = 11205, 11200, 11750, 11100
CLASS_OF: dict[type[Exception], str] = {BadUrl: "url", NotConnected: "ct", NotAnswered: "rt"}


@dataclass(frozen=True)
class Hook:
    """kind: one of `faults.WEBHOOKS`. message_sid: the message's or the call's."""

    kind: str
    account_sid: str
    message_sid: str
    url: str
    params: Mapping[str, str]
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    """`failure` is the class of what went wrong (4xx, 5xx, ct, rt, url), empty when nothing did."""

    url: str
    failure: str = ""
    status: int | None = None
    body: bytes = b""
    content_type: str = ""
    attempts: int = 0

    @property
    def error_code(self) -> int | None:
        if len(self.body) > MOST_BYTES:
            return TOO_LARGE
        return {"": None, "ct": COULD_NOT_CONNECT, "url": NO_URL}.get(self.failure, COULD_NOT_READ)


@dataclass
class _Errand:
    hook: Hook
    url: str
    rules: signing.Rules
    deadline: float
    body: bytes | None
    headers: dict[str, str]
    token: str = field(default_factory=lambda: sids.new(""))
    copy: int = 1


class Courier:
    """`base_url` is where the app finds this carrier."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._wire = Wire()
        self.base_url = ""

    def close(self) -> None:
        self._wire.close()

    def call(self, hook: Hook) -> Answer:
        """The last attempt's answer. A doubled webhook is doubled for the app alone: the first answer counts."""
        names = faults.names(hook.kind)
        if self._state.take_rule("drop", *names):
            return Answer(signing.split(hook.url)[0], failure="rt")
        rule = self._state.take_rule("delay", *names)
        if late := self._state.faults.delay_ms + (rule.ms if rule else 0):
            time.sleep(late / 1000)
        errand = self._errand(hook)
        answer = self._try(errand)
        copies = 2 if self._state.take_rule("double", *names) else 1
        for copy in range(2, max(copies, self._state.faults.webhook_copies) + 1):
            errand.copy, errand.deadline = copy, time.monotonic() + errand.rules.total
            self._try(errand)
        return answer

    def _errand(self, hook: Hook) -> _Errand:
        url, rules = signing.split(hook.url)
        params, form = dict(hook.params), urlencode(hook.params)
        if hook.method == "GET":
            url, params = f"{url}{'&' if '?' in url else '?'}{form}", {}
        token = self._state.accounts[hook.account_sid].auth_token
        body = form.encode() if hook.method == "POST" else None
        errand = _Errand(hook, url, rules, time.monotonic() + rules.total, body, {})
        errand.headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signing.signature(token, url, params),
            "I-Twilio-Idempotency-Token": errand.token,
            "X-Home-Region": "us1",
        }
        return errand

    def _try(self, errand: _Errand) -> Answer:
        for attempt in range(1, errand.rules.retries + 2):
            answer = self._attempt(errand, attempt)
            if answer.failure not in errand.rules.policy or time.monotonic() >= errand.deadline:
                break
        return answer

    def _attempt(self, errand: _Errand, attempt: int) -> Answer:
        began = time.monotonic()
        try:
            answer = self._request(errand, attempt)
        except (BadUrl, NotConnected, NotAnswered) as error:
            answer = Answer(errand.url, failure=CLASS_OF[type(error)], attempts=attempt)
        if answer.status is not None and self._state.take_lost_answer():
            answer = Answer(errand.url, failure="rt", attempts=attempt)
        self._note(errand, answer, began)
        return answer

    def _request(self, errand: _Errand, attempt: int) -> Answer:
        left = max(errand.deadline - time.monotonic(), 0.1)
        rules = errand.rules
        limits = Limits(min(rules.connect, left), min(rules.read, left), errand.deadline, MOST_BYTES)
        reply = self._wire.send(errand.hook.method, errand.url, errand.body, errand.headers, limits)
        failure = "" if reply.status < 300 else f"{reply.status // 100}xx"
        return Answer(errand.url, failure, reply.status, reply.body, reply.content_type, attempt)

    def _note(self, errand: _Errand, answer: Answer, began: float) -> None:
        hook, took = errand.hook, int((time.monotonic() - began) * 1000)
        text = answer.body[:MOST_BYTES].decode(errors="replace")
        entry = Posted(
            hook.kind, hook.message_sid, hook.method, errand.url, dict(hook.params), errand.token,
            answer.attempts, errand.copy, answer.status, answer.failure, text, took,
        )  # fmt: skip
        self._state.note(entry)
