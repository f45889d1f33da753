"""C8, fair share: the backlog of one Service holds up the callbacks of no other, not even of the same account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jobs import recurring
from storage import keys
from tests.support.app_server import Receiver
from tests.support.deliveries import DeliveriesHarness
from tests.support.repeated import repeated
from tests.support.webhooks import WebhookHarness

# Slow: queues 50,000 deliveries.
pytestmark = pytest.mark.slow
BACKLOG, SESSIONS, BATCH = 50_000, 500, 500
#: Deliveries of the backlog while the other Service's callback waits: about two seconds of a fast app.
MOST = 2_000
PAUSE_SECONDS = 0.2


def load(harness: DeliveriesHarness) -> None:
    """Queues deliveries without their events: half for each URL of the Service."""
    found: Any = harness.rt.store.client.hget(keys.service("clock", harness.sid), "c")
    cursor = found.decode()
    for first in range(0, BACKLOG, BATCH):
        deliveries = [_delivery(harness.sid, n) for n in range(first, first + BATCH)]
        args: dict[str, Any] = {"from": cursor, "to": cursor, "deliveries": deliveries, "most": 0}
        assert harness.rt.store.service("spool_deliveries", harness.sid, args)["spooled"] == BATCH


def _delivery(service: str, n: int) -> dict[str, Any]:
    """Of two kinds with two URLs, so that all slots of the account are used."""
    kind = ("event", "callback")[n % 2]
    session = f"KC{n % SESSIONS:032x}"
    payload = {"sid": f"KI{n:032x}", "type": "message", "session": session, "created": 1, "updated": 1}
    sid = f"DL{service[2:14]}{n:020x}"
    return {"sid": sid, "kind": kind, "type": "x", "session": session, "payload": json.dumps(payload)}


def waiting(harness: DeliveriesHarness) -> int:
    return int(harness.rt.store.client.zcard(keys.service("deliveries", harness.sid, "waiting")))


def test_a_backlog_of_one_service_holds_up_no_other(harness: DeliveriesHarness, receiver: Receiver) -> None:
    other_app = Receiver()
    other = DeliveriesHarness(WebhookHarness(harness.webhooks.stack, harness.webhooks.clock, numbers=2), other_app)
    harness.subscribe()
    harness.run_job()
    load(harness)
    other.set_fields(CallbackUrl=f"{other_app.url}/callback")
    conversation = other.open()
    with repeated(recurring.deliver, PAUSE_SECONDS):
        receiver.wait(lambda told: len(told) > 200)
        before = len(receiver.told)
        other.webhooks.post(other.webhooks.message_form(conversation.alice, conversation.alices, "hello"))
        other_app.wait(lambda told: bool(told))
        between = len(receiver.told) - before
        assert waiting(harness) > 0, "the backlog was too small to hold anything up"
    assert between < MOST
    harness.clean_up()
    other.clean_up()
    other_app.stop()
