"""The carrier's own API keys: who is asked how often, and what each kind of key may do here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from carrier.client import Carrier
from common.sids import new
from services import carrier_keys
from services.key_store import read_key, write_key
from storage import keys
from tests.support import stores
from tests.support.fixtures import clock
from tests.support.stack import ACCOUNT, Stack
from tests.support.webhooks import Clock

__all__ = ["clock"]

PER_MINUTE = 6


@pytest.fixture(scope="module")
def stack(valkey_url: str, clock: Clock) -> Iterator[Stack]:
    stores.empty(valkey_url)
    found = Stack(valkey_url, clock=clock, CARRIER_KEY_CHECKS_PER_MINUTE=str(PER_MINUTE))
    yield found
    found.stop()
    stores.empty(valkey_url)


@pytest.fixture(autouse=True)
def rested(stack: Stack, clock: Clock) -> None:
    clock.advance(300)


class Asked:
    """Counts the questions to the carrier, which are still sent; `hold` makes them wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.keys: list[str] = []
        self.begun, self.go_on, self.real = threading.Event(), threading.Event(), Carrier.knows_key
        self.go_on.set()
        monkeypatch.setattr(Carrier, "knows_key", lambda *args: self._ask(*args))

    def _ask(self, carrier: Carrier, sid: str, secret: str) -> bool:
        self.keys.append(sid)
        self.begun.set()
        assert self.go_on.wait(30)
        return self.real(carrier, sid, secret)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(monkeypatch)


def call(stack: Stack, sid: str, secret: str, method: str = "GET") -> requests.Response:
    url = f"{stack.url}/proxy/v1/Services"
    form = {"UniqueName": new("by-key-")} if method == "POST" else None
    return requests.request(method, url, auth=(sid, secret), data=form, timeout=30)


def restricted_key(stack: Stack) -> tuple[str, str]:
    client = stack.sdk()
    client.iam.base_url = stack.carrier.url
    policy = {"allow": ["/twilio/phone-numbers/incoming-phone-numbers/list"]}
    made = client.iam.v1.new_api_key.create(account_sid=ACCOUNT, key_type="restricted", policy=policy)
    return str(made.sid), str(made.secret)


def test_a_standard_key_may_write_and_a_restricted_one_only_read(stack: Stack) -> None:
    made = stack.sdk().new_keys.create()
    assert call(stack, made.sid, made.secret, "POST").status_code == 201
    sid, secret = restricted_key(stack)
    assert call(stack, sid, secret).status_code == 200
    refused = call(stack, sid, secret, "POST")
    assert (refused.status_code, refused.json()["code"]) == (403, 20403)


def test_a_carrier_that_does_not_say_the_kind_gives_no_right_to_write(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A carrier without Twilio's IAM API answers 404."""
    real = Carrier._make

    def without_iam(self: Carrier, *given: Any) -> object:
        client = real(self, *given)
        client.iam.base_url = f"{stack.carrier.url}/there-is-no-such-path"
        return client

    monkeypatch.setattr(Carrier, "_make", without_iam)
    stack.runtime._parts = {make: part for make, part in stack.runtime._parts.items() if make.__name__ != "Carriers"}
    made = stack.sdk().new_keys.create()
    assert call(stack, made.sid, made.secret).status_code == 200
    assert call(stack, made.sid, made.secret, "POST").status_code == 403


def test_one_unknown_key_is_asked_about_once_a_minute(stack: Stack, asked: Asked) -> None:
    sid = new("SK")
    assert [call(stack, sid, "a guess").status_code for _ in range(4)] == [401] * 4
    assert asked.keys == [sid]
    # Another secret is another guess; a stranger's wrong secret does not stop the right one.
    assert call(stack, sid, "another guess").status_code == 401
    assert asked.keys == [sid, sid]


def test_so_many_unknown_keys_a_minute_for_the_whole_installation(stack: Stack, asked: Asked, clock: Clock) -> None:
    answers = [call(stack, new("SK"), "a guess") for _ in range(PER_MINUTE + 3)]
    assert [answer.status_code for answer in answers] == [401] * PER_MINUTE + [429] * 3
    assert len(asked.keys) == PER_MINUTE
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60 // PER_MINUTE
    clock.advance(60 // PER_MINUTE)
    assert call(stack, new("SK"), "a guess").status_code == 401


def test_a_key_that_is_known_does_not_wait_behind_unknown_ones(stack: Stack, asked: Asked, clock: Clock) -> None:
    made = stack.sdk().new_keys.create()
    assert call(stack, made.sid, made.secret).status_code == 200
    for _ in range(PER_MINUTE):
        call(stack, new("SK"), "a guess")
    assert call(stack, new("SK"), "a guess").status_code == 429
    doc = read_key(stack.runtime, made.sid)
    assert doc
    write_key(stack.runtime, made.sid, {**doc, "checked": 1})
    assert call(stack, made.sid, made.secret).status_code == 200
    assert asked.keys.count(made.sid) == 2


def test_so_many_at_once(stack: Stack, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier_keys, "AT_ONCE", 2)
    asked.go_on.clear()
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(call(stack, new("SK"), "a guess").status_code)) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 if len(answers) < 3 else 0)
    assert (len(asked.keys), answers) == (2, [429] * 3)
    asked.go_on.set()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [401, 401, 429, 429, 429]
    assert stack.runtime.store.client.zcard(keys.ring("key_checks")) == 0


def test_a_key_that_is_asked_about_just_now_is_not_called_wrong(stack: Stack, asked: Asked) -> None:
    """An app's first requests come together: those that do not ask wait, and none of them counts as a guess."""
    made, first = stack.sdk().new_keys.create(), list[int]()
    asked.go_on.clear()
    asking = threading.Thread(target=lambda: first.append(call(stack, made.sid, made.secret).status_code))
    asking.start()
    assert asked.begun.wait(30)
    answers = [call(stack, made.sid, made.secret) for _ in range(3)]
    assert {(answer.status_code, answer.headers.get("Retry-After")) for answer in answers} == {(429, "1")}
    asked.go_on.set()
    asking.join(30)
    assert (first, call(stack, made.sid, made.secret).status_code) == ([200], 200)


def test_after_a_process_was_killed_while_it_asked(stack: Stack, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is asked about again when the claim has ended, and is not called wrong before."""
    made, store = stack.sdk().new_keys.create(), stack.runtime.store.client
    monkeypatch.setattr(carrier_keys, "_ask", lambda *_: None)
    call(stack, made.sid, made.secret)
    monkeypatch.undo()
    assert call(stack, made.sid, made.secret).status_code == 429
    (claim,) = [key for key in store.scan_iter(match="*key-check:*") if store.get(key) != b"no"]
    assert 0 < store.pttl(claim) <= carrier_keys.CLAIM_MS
    store.delete(claim, keys.ring("key_checks"))
    assert call(stack, made.sid, made.secret).status_code == 200


def test_a_carrier_that_is_away_may_be_asked_again(stack: Stack, asked: Asked) -> None:
    made = stack.sdk().new_keys.create()
    stack.carrier.stop()
    try:
        assert call(stack, made.sid, made.secret).status_code == 503
        assert call(stack, made.sid, made.secret).status_code == 503
        assert asked.keys == [made.sid] * 2
    finally:
        stack.runtime.store.client.delete(keys.ring("key_checks"))


def test_the_setting_that_refuses_them(valkey_url: str, asked: Asked) -> None:
    stack = Stack(valkey_url, ACCEPT_CARRIER_KEYS="0")
    try:
        made = stack.sdk().new_keys.create()
        assert call(stack, made.sid, made.secret).status_code == 401
        assert asked.keys == []
    finally:
        stack.stop()
