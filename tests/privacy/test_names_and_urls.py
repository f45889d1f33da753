"""The names that an app gives, and the secrets in its URLs, are nowhere in clear: not in store, record or logs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs import recurring
from record.database import open_engine
from record.drain import drain_service
from record.migrate import upgrade
from tests.privacy import at_rest
from tests.privacy.witness import logging_at_debug
from tests.support import stores
from tests.support.app_server import Receiver
from tests.support.deliveries import DeliveriesHarness
from tests.support.stack import Stack
from tests.support.webhooks import Clock, WebhookHarness

NAME = "Jitka-of-the-canary"
KEY = "key-of-the-canary-7731"
SERVICE_NAME, OLD_NAME, RIDE = "shop-of-the-canary", "old-shop-of-the-canary", "ride-of-the-canary"
CANARIES = tuple(word.encode() for word in (NAME, KEY, SERVICE_NAME, OLD_NAME, RIDE))


@pytest.fixture
def stack(valkey_url: str, tmp_path: Path) -> Iterator[Stack]:
    stores.empty(valkey_url)
    database = f"sqlite:///{tmp_path}/record.sqlite3"
    upgrade(database)
    found = Stack(valkey_url, clock=Clock(1_800_000_000_000), DATABASE_URL=database)
    at_rest.prepare(found.runtime.store.client)
    yield found
    found.stop()
    stores.empty(valkey_url)


@pytest.fixture(autouse=True)
def worker(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurring, "runtime", lambda: stack.runtime)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.stop()


def test_nothing_is_in_clear(stack: Stack, receiver: Receiver, tmp_path: Path) -> None:
    harness = WebhookHarness(stack, Clock(1_800_000_000_000), numbers=2)
    app = DeliveriesHarness(harness, receiver)
    urls = {name: f"{receiver.url}/{name}?key={KEY}" for name in ("CallbackUrl", "EventsUrl", "InterceptCallbackUrl")}
    with logging_at_debug() as log:
        log.skipped_port = int(stack.url.rpartition(":")[2])
        assert {shown for shown in app.set_fields(**urls).values() if KEY in str(shown)} == set(urls.values())
        for name in (OLD_NAME, SERVICE_NAME):
            assert app.set_fields(UniqueName=name)["unique_name"] == name
        service = harness.client.proxy.v1.services(SERVICE_NAME)
        assert service.sessions.create(unique_name=RIDE).unique_name == RIDE
        session = service.sessions(RIDE)
        people = [session.participants.create(identifier=harness.new_person(), friendly_name=NAME) for _ in range(2)]
        assert [one.friendly_name for one in session.participants.list()] == [NAME, NAME]
        harness.text(people[0].identifier, people[0].proxy_identifier, "hello")
        people[1].delete()
        assert session.fetch().unique_name == RIDE
        app.run_job()
    paths = {told.path.partition("?")[0] for told in receiver.told}
    assert {f"/{name}" for name in urls} <= paths and all(KEY in told.path for told in receiver.told)
    held = at_rest.store(stack.runtime.store.client)
    assert drain_service(stack.runtime.store, open_engine(stack.environment["DATABASE_URL"]), harness.sid)
    held |= at_rest.database(tmp_path / "record.sqlite3") | at_rest.store_logs(stack.runtime.store.client)
    found = {place: canary for place, value in held.items() for canary in CANARIES if canary in value}
    assert found == {}
    assert not any(canary.decode() in log.text for canary in CANARIES)
