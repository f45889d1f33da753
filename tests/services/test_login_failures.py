"""Guessing credentials: budgets per address and per account, for all processes, and nobody else is locked out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
import requests

from common.assembly import build
from common.config import load
from common.sids import new
from proxy.app import create_app
from services.accounts import add_account
from services.api_keys import add_key
from services.login_failures import MOST_WAITING, LoginFailures
from tests.support import stores
from tests.support.fixtures import clock
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.stores import calls
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock"]

PER_ADDRESS, PER_ACCOUNT = 5, 12
ADDRESSES = iter(f"93.184.{n // 250}.{n % 250 + 1}" for n in range(60_000))


@pytest.fixture(scope="module")
def stack(valkey_url: str, clock: Clock) -> Iterator[Stack]:
    """The tests' own address is a trusted proxy, so that X-Forwarded-For says who the client is."""
    stores.empty(valkey_url)
    limits = {"LOGIN_FAILURES_PER_MINUTE": str(PER_ADDRESS), "ACCOUNT_LOGIN_FAILURES_PER_MINUTE": str(PER_ACCOUNT)}
    found = Stack(valkey_url, clock=clock, TRUSTED_PROXIES="127.0.0.0/8", **limits)
    yield found
    found.stop()
    stores.empty(valkey_url)


@pytest.fixture(autouse=True)
def rested(clock: Clock) -> None:
    """All budgets are full."""
    clock.advance(300)


def get(stack: Stack, address: str, user: str = ACCOUNT, password: str = TOKEN) -> requests.Response:
    url = f"{stack.url}/proxy/v1/Services"
    return requests.get(url, auth=(user, password), headers={"X-Forwarded-For": address}, timeout=30)


def failures(stack: Stack, address: str, count: int, user: str = ACCOUNT) -> list[int]:
    return [get(stack, address, user, "a wrong token").status_code for _ in range(count)]


def test_an_address_is_refused_above_its_budget(stack: Stack, clock: Clock) -> None:
    mine, other = next(ADDRESSES), next(ADDRESSES)
    assert failures(stack, mine, PER_ADDRESS + 2) == [401] * PER_ADDRESS + [429] * 2
    # Then the right token is not read either: else guessing could go on.
    refused = get(stack, mine)
    assert refused.status_code == 429 and refused.json()["code"] == 20429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60 // PER_ADDRESS
    # Neither the other address nor the account suffers.
    assert get(stack, other).status_code == 200
    clock.advance(int(refused.headers["Retry-After"]))
    assert get(stack, mine).status_code == 200
    assert failures(stack, mine, 2) == [401, 429]


def test_one_subscriber_of_ipv6_is_one_address(stack: Stack) -> None:
    found = [failures(stack, f"2606:4700:77:1::{n}", 1)[0] for n in range(1, PER_ADDRESS + 2)]
    assert found == [401] * PER_ADDRESS + [429]
    assert get(stack, "2606:4700:77:2::1").status_code == 200


def test_all_processes_count_together(stack: Stack, clock: Clock) -> None:
    """A process that has not heard of it reads one more guess, and no more."""
    address = next(ADDRESSES)
    assert failures(stack, address, PER_ADDRESS) == [401] * PER_ADDRESS
    other = create_app(build(load(stack.environment), clock)).test_client()
    headers = {"X-Forwarded-For": address}
    answers = [
        other.get("/proxy/v1/Services", auth=(ACCOUNT, password), headers=headers).status_code
        for password in ("a wrong token", TOKEN)
    ]
    assert answers == [429, 429]


def test_many_addresses_against_one_account(stack: Stack) -> None:
    """Above the account's budget an address has one failure, and the right token is never refused."""
    found = [failures(stack, next(ADDRESSES), 1)[0] for _ in range(PER_ACCOUNT + 3)]
    assert found == [401] * PER_ACCOUNT + [429] * 3
    attacker = next(ADDRESSES)
    assert failures(stack, attacker, 2) == [429, 429]
    assert int(get(stack, attacker).headers["Retry-After"]) > 60 // PER_ADDRESS
    assert get(stack, next(ADDRESSES)).status_code == 200
    # Another account has its own budget.
    other = new("AC")
    token = secrets.token_hex(16)
    add_account(stack.runtime, other, token, other, token)
    assert failures(stack, next(ADDRESSES), 1, other) == [401]


def test_keys_count_for_their_account(stack: Stack) -> None:
    sid, secret = add_key(stack.runtime, ACCOUNT, "full", "")
    found = [failures(stack, next(ADDRESSES), 1, sid)[0] for _ in range(PER_ACCOUNT + 1)]
    assert found == [401] * PER_ACCOUNT + [429]
    assert get(stack, next(ADDRESSES), sid, secret).status_code == 200


def test_an_address_that_many_share_has_no_budget(stack: Stack) -> None:
    """A trusted proxy that reports nobody: its strangers must not lock out everybody behind it."""
    answers = [requests.get(f"{stack.url}/proxy/v1/Services", auth=(ACCOUNT, "wrong"), timeout=30) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [401] * 8
    assert requests.get(f"{stack.url}/proxy/v1/Services", auth=(ACCOUNT, TOKEN), timeout=30).status_code == 200


def test_no_credentials_are_no_guess(stack: Stack) -> None:
    address = next(ADDRESSES)
    for _ in range(PER_ADDRESS + 2):
        answer = requests.get(f"{stack.url}/proxy/v1/Services", headers={"X-Forwarded-For": address}, timeout=30)
        assert answer.status_code == 401
    assert get(stack, address).status_code == 200


def test_a_request_that_succeeds_costs_no_call(stack: Stack, clock: Clock) -> None:
    failures(stack, next(ADDRESSES), PER_ADDRESS + 1)
    store = stack.runtime.store
    before = {name: calls(store, name) for name in ("fcall", "hget")}
    assert get(stack, next(ADDRESSES)).status_code == 200
    # Of the settings' account nothing is read: the one call is the list of Services.
    assert {name: calls(store, name) - times for name, times in before.items()} == {"fcall": 1, "hget": 0}


def test_forged_webhooks_lock_nobody_out(stack: Stack) -> None:
    """All customers of the carrier share its addresses: a stranger's webhooks come from where ours come from."""
    harness = WebhookHarness(stack, numbers=2)
    talk = harness.open()
    form = harness.message_form(talk.alice, talk.alices, "hello")
    for _ in range(PER_ADDRESS + 3):
        assert harness.post(form, token="the token of another customer").status_code == 403
    assert harness.post(form).status_code == 200


def test_the_memory_of_a_process_is_bounded(stack: Stack) -> None:
    found = LoginFailures(stack.runtime)
    for n in range(MOST_WAITING + 50):
        found._let_wait(f"address {n}", 60_000)
    assert len(found._waiting) == MOST_WAITING
