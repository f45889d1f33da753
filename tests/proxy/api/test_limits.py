"""How often an account may call: bursts, refill, a limit per account for all processes; webhooks are not counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from twilio.base.exceptions import TwilioRestException

from common import config
from common.assembly import build
from common.runtime import Runtime
from common.sids import new
from proxy.app import create_app
from services.accounts import add_account
from services.api_keys import add_key
from storage.store import Store
from tests.proxy.api.conftest import NO_CARRIER, PUBLIC_URL
from tests.support import stores
from tests.support.api import logged_in
from tests.support.stack import SECRET_KEY, TOKEN, Stack
from tests.support.webhooks import Clock, WebhookHarness

# Slow: starts two processes that share a limit.
pytestmark = pytest.mark.slow


READS, WRITES = 40, 10
#: A short burst, so that each test empties its bucket quickly.
BURST = {"API_BURST_SECONDS": "2"}
SERVICES = "/proxy/v1/Services"
NOWHERE = "redis://127.0.0.1:1"


@dataclass
class Process:
    """One web process: it has its own application and uses the same store as the others."""

    rt: Runtime
    client: FlaskClient
    account: str
    clock: Clock

    def get(self) -> Any:
        return self.client.get(SERVICES)

    def post(self) -> Any:
        """The form is invalid, but the request still counts as a write."""
        return self.client.post(SERVICES)

    def passing(self, ask: Callable[[], Any]) -> int:
        """Counts the requests that pass before the first 429."""
        passed = 0
        while ask().status_code != 429:
            passed += 1
            assert passed < 1000, "no limit"
        return passed


Start = Callable[..., Process]


@pytest.fixture
def start(valkey_url: str) -> Start:
    """Starts processes for an account that no other test uses, with a clock that stands still."""
    account, clock = new("AC"), Clock(int(time.time() * 1000))

    def process(**settings: str) -> Process:
        environ = {
            "REDIS_URL": valkey_url, "PUBLIC_URL": PUBLIC_URL, "TWILIO_ACCOUNT_SID": account,
            "TWILIO_AUTH_TOKEN": TOKEN, "SECRET_KEY": SECRET_KEY, "TWILIO_API_URL": NO_CARRIER,
            "API_READS_PER_SECOND": str(READS), "API_WRITES_PER_SECOND": str(WRITES),
            "LOGIN_FAILURES_PER_MINUTE": "0", **stores.queues(valkey_url), **BURST, **settings,
        }  # fmt: skip
        rt = build(config.load(environ), clock)
        return Process(rt, logged_in(create_app(rt), account), account, clock)

    return process


@pytest.fixture
def one(start: Start) -> Process:
    return start()


def test_a_burst_passes_and_the_next_is_429(one: Process) -> None:
    assert one.passing(one.get) == 2 * READS
    refused = one.get()
    assert refused.status_code == 429
    body = refused.get_json()
    assert (body["code"], body["status"]) == (20429, 429)
    assert body["more_info"] == "https://www.twilio.com/docs/errors/20429"
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["Cache-Control"] == "no-store"


def test_the_headers_count_down(one: Process) -> None:
    first, second = one.get(), one.get()
    assert first.headers["X-RateLimit-Limit"] == str(2 * READS)
    assert (first.headers["X-RateLimit-Remaining"], second.headers["X-RateLimit-Remaining"]) == ("79", "78")
    one.passing(one.get)
    empty = one.get().headers
    assert (empty["X-RateLimit-Remaining"], empty["X-RateLimit-Reset"]) == ("0", "2")
    one.clock.advance(1.5)
    assert (one.get().headers["X-RateLimit-Remaining"], one.get().headers["X-RateLimit-Reset"]) == ("59", "1")


@pytest.mark.parametrize(("seconds", "passing"), [(0.1, 4), (1, READS), (3600, 2 * READS)])
def test_it_fills_again_with_time_and_not_beyond(one: Process, seconds: float, passing: int) -> None:
    one.passing(one.get)
    one.clock.advance(seconds)
    assert one.passing(one.get) == passing


def test_retry_after_is_enough(start: Start) -> None:
    slow = start(API_WRITES_PER_SECOND="1")
    for _ in range(5):
        slow.passing(slow.post)
        slow.clock.advance(int(slow.post().headers["Retry-After"]))
        assert slow.post().status_code == 400


def test_a_clock_that_goes_back_shuts_nobody_out(start: Start) -> None:
    """For example after a failover: the times that the former server wrote are in the future."""
    one, other = start(), start()
    one.clock.advance(86_400)
    one.passing(one.get)
    one.clock.advance(-86_400)
    assert other.get().status_code == 200


def test_reads_and_writes_are_counted_apart(one: Process) -> None:
    assert one.passing(one.post) == 2 * WRITES
    assert one.post().get_json()["message"].startswith("Too many POST")
    assert one.client.delete(f"{SERVICES}/{new('KS')}").status_code == 429
    assert one.client.head(SERVICES).status_code == 200
    assert one.passing(one.get) == 2 * READS - 1


def test_two_processes_share_one_limit(start: Start) -> None:
    first, second = start(), start()
    assert first.get().status_code == second.get().status_code == 200
    assert second.passing(second.get) + first.passing(first.get) == 2 * READS - 2
    first.clock.advance(1)
    assert second.passing(second.get) + first.passing(first.get) == READS


def test_threads_of_two_processes_at_once(start: Start) -> None:
    processes = [start(), start()]
    clients = [logged_in(processes[n % 2].client.application, processes[0].account) for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda client: client.get(SERVICES).status_code, clients))
    assert set(got) == {200, 429}
    left = sum(process.passing(process.get) for process in processes)
    assert got.count(200) + left == 2 * READS


def test_another_account_is_not_concerned(one: Process) -> None:
    other = new("AC")
    add_account(one.rt, other, "another-token-0123456789", other, "another-token-0123456789")
    one.passing(one.get)
    assert logged_in(one.client.application, other, "another-token-0123456789").get(SERVICES).status_code == 200
    assert one.get().status_code == 429


def test_all_keys_of_an_account_share_its_limit(one: Process) -> None:
    key = logged_in(one.client.application, *add_key(one.rt, one.account, "read-only", "of a test"))
    one.passing(one.get)
    assert key.get(SERVICES).status_code == 429


def test_who_is_turned_away_uses_nothing_up(one: Process) -> None:
    app = one.client.application
    reader = logged_in(app, *add_key(one.rt, one.account, "read-only", "of a test"))
    for client, status in ((logged_in(app, one.account, "guessed it"), 401), (app.test_client(), 401), (reader, 403)):
        for _ in range(3 * WRITES):
            turned_away = client.post(SERVICES)
            assert turned_away.status_code == status
            assert "X-RateLimit-Limit" not in turned_away.headers
    assert one.passing(one.post) == 2 * WRITES


def test_zero_is_no_limit(start: Start) -> None:
    free = start(API_WRITES_PER_SECOND="0")
    answers = [free.post() for _ in range(5 * WRITES)]
    assert {answer.status_code for answer in answers} == {400}
    assert "X-RateLimit-Limit" not in answers[0].headers
    assert free.passing(free.get) == 2 * READS


def test_a_store_that_cannot_tell_lets_pass(one: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operation itself then gives the answer: it needs the store too."""
    one.passing(one.get)
    one.clock.advance(1)
    with monkeypatch.context() as patch:
        patch.setattr(one.rt, "store", Store(NOWHERE, one.clock))
        answers = [one.get() for _ in range(3 * READS)]
        assert {answer.status_code for answer in answers} == {503}
        assert "X-RateLimit-Limit" not in answers[0].headers
    one.clock.advance(1)
    assert one.passing(one.get) == 2 * READS


def test_most_requests_ask_nobody(one: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    whole = Store.account

    def noted(self: Store, script: str, account_sid: str, args: dict[str, Any]) -> Any:
        asked.append(script)
        return whole(self, script, account_sid, args)

    monkeypatch.setattr(Store, "account", noted)
    one.passing(one.get)
    for _ in range(50):
        assert one.get().status_code == 429
    assert asked.count("take_tokens") == 2 * READS // 4 + 1


def test_the_sdk_sees_an_error_it_knows(valkey_url: str) -> None:
    url, clock = stores.database(valkey_url, 5), Clock(int(time.time() * 1000))
    stack = Stack(url, API_READS_PER_SECOND="1", clock=clock, **BURST)
    try:
        services = stack.sdk().proxy.v1.services
        made = services.create(unique_name=new("shop-"))
        for _ in range(2):
            assert services(made.sid).fetch().sid == made.sid
        with pytest.raises(TwilioRestException) as caught:
            services(made.sid).fetch()
        assert (caught.value.status, caught.value.code) == (429, 20429)
    finally:
        stack.stop()


def test_webhooks_are_never_counted(valkey_url: str) -> None:
    url = stores.database(valkey_url, 6)
    clock = Clock(int(time.time() * 1000))
    stack = Stack(url, clock=clock, API_READS_PER_SECOND="20", API_WRITES_PER_SECOND="20", **BURST)
    try:
        harness = WebhookHarness(stack, clock, numbers=2)
        conversation, client = harness.open(), logged_in(stack.app)
        for ask in (client.get, client.post):
            assert any(ask(SERVICES).status_code == 429 for _ in range(50))
        for n in range(60):
            answer = harness.post(harness.message_form(conversation.alice, conversation.alices, f"text {n}"))
            assert (answer.status_code, "X-RateLimit-Limit" in answer.headers) == (200, False)
            assert f"text {n}" in answer.text
        assert client.get(SERVICES).status_code == 429
    finally:
        stack.stop()
