"""For each answer of the carrier nothing is lost or doubled, and a message is tried again only where that can help."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.errors import CarrierError
from jobs import recurring
from outbox import run, send
from services.accounts import carrier_of
from storage.short_form import unfold
from tests.support.faulty_carrier import carrier_with
from tests.support.outbox import DOUBT, LOOK, OutboxHarness
from tests.support.stack import ACCOUNT

# Slow: plays each fault of the carrier, with all retries.
pytestmark = pytest.mark.slow


HELD = [2, 4, 8, 15, 30, 60]


@pytest.mark.parametrize("do", ["429"])
def test_what_was_never_processed_is_tried_again(harness: OutboxHarness, do: str) -> None:
    conversation = harness.open()
    harness.fault(do, count=2)
    made = harness.send(conversation, "hello")
    harness.run_job()
    assert harness.received(conversation.bob) == [] and harness.states() == ["ready"]
    harness.run_job(1, 2)
    assert harness.received(conversation.bob) == ["hello"]
    assert harness.state(made) == ("delivered", harness.sent_sids(conversation.bob)[0])


@pytest.mark.parametrize("do", ["503", "500", "reset"])
def test_an_error_leaves_it_in_doubt_until_the_list_says_no_long_enough(harness: OutboxHarness, do: str) -> None:
    conversation = harness.open()
    harness.fault(do, count=1)
    made = harness.send(conversation, "hello")
    harness.send(conversation, "behind it")
    harness.run_job()
    assert harness.states() == ["in_doubt", "ready"]
    harness.run_job(*[LOOK] * 7)
    assert harness.received(conversation.bob) == [] and harness.states() == ["in_doubt", "ready"]
    harness.run_job(LOOK, 1, 1)
    assert harness.received(conversation.bob) == ["hello", "behind it"]
    assert harness.state(made) == ("delivered", harness.sent_sids(conversation.bob)[0])


@pytest.mark.parametrize("do", ["accept-then-reset", "accept-then-503", "accept-then-500"])
@pytest.mark.parametrize("by", ["callback", "list"])
def test_what_went_out_all_the_same_is_never_sent_again(harness: OutboxHarness, do: str, by: str) -> None:
    conversation = harness.open()
    if by == "list":
        harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    harness.fault(do, count=1)
    made = harness.send(conversation, "hello")
    harness.send(conversation, "behind it")
    harness.run_job()
    if by == "list":
        assert harness.states() == ["in_doubt", "ready"]
        harness.webhooks.sim("POST", "/faults", drop_status_callbacks=False)
    harness.run_job(LOOK, 1, DOUBT)
    assert harness.received(conversation.bob) == ["hello", "behind it"]
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0]
    assert harness.statuses(conversation) == ["delivered"] * 2 and harness.keys_left() == []


def test_a_slow_answer_is_an_answer(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.fault("delay", ms=700, count=1)
    harness.send(conversation, "hello")
    harness.run_job(DOUBT)
    assert harness.received(conversation.bob) == ["hello"]


@pytest.mark.parametrize(
    ("code", "status", "next_one"),
    [
        (21211, "failed", "failed"),
        (21610, "failed", "failed"),
        (30003, "undelivered", "delivered"),
        (30007, "undelivered", "delivered"),
    ],
)
def test_a_refusal_is_final(harness: OutboxHarness, code: int, status: str, next_one: str) -> None:
    """The next message goes out, unless the code says that this person gets no messages (docs/carrier-codes.md)."""
    conversation = harness.open()
    harness.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": code})
    made = harness.send(conversation, "hello")
    harness.run_job()
    harness.run_job(DOUBT)
    assert harness.received(conversation.bob) == []
    assert harness.state(made)[0] == status
    assert harness.events("interaction.updated")[-1]["outbound"]["code"] == code
    assert harness.keys_left() == []
    before = len(harness.sent_sids(conversation.bob))
    harness.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": None})
    again = harness.send(conversation, "better now")
    harness.run_job(1)
    assert harness.state(again)[0] == next_one
    is_asked = next_one == "delivered"
    assert harness.received(conversation.bob) == ["better now"] * is_asked
    assert len(harness.sent_sids(conversation.bob)) == before + is_asked
    if not is_asked:
        assert harness.events("interaction.updated")[-1]["outbound"]["code"] == code


def test_doubled_and_reordered_callbacks_change_nothing(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.fault("double", on="status", method="")
    harness.fault("reorder", on="status", method="")
    sent = [harness.send(conversation, "the same") for _ in range(3)]
    harness.run_job(1, 1, DOUBT)
    assert harness.received(conversation.bob) == ["the same"] * 3
    assert [harness.state(one) for one in sent] == [("delivered", sid) for sid in harness.sent_sids(conversation.bob)]
    updates = [e["outbound"]["state"] for e in harness.events("interaction.updated") if e["sid"] == sent[0].sid]
    assert len(updates) == len(set(updates))


def test_lost_callbacks_are_made_up_for(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    made = harness.send(conversation, "hello")
    harness.run_job()
    assert harness.state(made)[0] == "queued"
    harness.patch.setattr(recurring, "runtime", lambda: harness.rt)
    harness.clock.advance(31)
    recurring.reconcile()
    assert harness.state(made) == ("delivered", harness.sent_sids(conversation.bob)[0])


def test_a_try_too_many_parks_it_and_the_next_goes_on(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.fault("429", count=8)
    made = harness.send(conversation, "hello")
    harness.send(conversation, "behind it")
    harness.run_job(1, *HELD)
    (found,) = harness.listed("parked")
    assert (found["interaction_sid"], found["attempts"], found["reason"]) == (made.sid, 8, "carrier_busy")
    assert harness.events("message.parked") == [{"interaction": made.sid, "reason": "carrier_busy"}]
    assert harness.state(made)[0] == "queued"
    harness.run_job(1)
    assert harness.received(conversation.bob) == ["behind it"]


@pytest.mark.parametrize(("reason", "url"), [("carrier_unreachable", "http://127.0.0.1:1"), ("carrier_login", "")])
def test_a_carrier_that_is_not_there_or_does_not_know_us(harness: OutboxHarness, reason: str, url: str) -> None:
    conversation = harness.open()
    made = harness.send(conversation, "hello")
    refusing: Any = {"code": 20003, "message": "Authenticate", "status": 401}
    with (
        pytest.MonkeyPatch.context() as patch,
        carrier_with(harness.webhooks.stack, lambda *_: refusing if not url else None),
    ):
        if url:
            patch.setattr(carrier_of(harness.rt, made.account_sid)._client.api, "base_url", url)
        run_all(harness, 1, *HELD)
    (found,) = harness.listed("parked")
    assert (found["attempts"], found["reason"]) == (8, reason)
    assert harness.ops("POST", f"/{made.sid}/retry").status_code == 204
    harness.run_job(1)
    assert harness.received(conversation.bob) == ["hello"]


def run_all(harness: OutboxHarness, *seconds: float) -> None:
    for each in (0, *seconds):
        harness.clock.advance(each)
        run.send_due(harness.rt, harness.webhooks.sid, ACCOUNT)
        assert harness.rt.part(run.OutboxWorker).wait(60)


def test_an_answer_that_cannot_be_read_is_a_doubt(harness: OutboxHarness) -> None:
    conversation = harness.open()
    server = harness.webhooks.stack.carrier._server
    whole = server.app

    def garbled(environ: Any, start: Any) -> Any:
        if environ["REQUEST_METHOD"] != "POST" or "/Messages" not in environ["PATH_INFO"]:
            return whole(environ, start)
        list(whole(environ, lambda *_: lambda _: None))
        start("201 CREATED", [("Content-Type", "text/html")])
        return [b"<html>all is well</html>"]

    with pytest.MonkeyPatch.context() as patch:
        harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
        patch.setattr(server, "app", garbled)
        harness.send(conversation, "hello")
        harness.run_job()
    assert harness.states() == ["in_doubt"]
    harness.run_job(LOOK)
    assert harness.states() == [] and harness.received(conversation.bob) == ["hello"]


@pytest.mark.failures
def test_what_cannot_be_read_here_is_parked_at_once(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = harness.send(conversation, "hello")
    client: Any = harness.rt.store.client
    key = "{" + harness.webhooks.sid + "}:interaction:" + made.sid
    text = client.get(key).decode()
    sealed = unfold(json.loads(text))["sealed"]
    client.set(key, text.replace(sealed, "AAAA" + sealed))
    harness.run_job()
    assert [one["reason"] for one in harness.listed("parked")] == ["unreadable"]


def test_only_some_refusals_are_tried_again() -> None:
    assert send._retry_reason(CarrierError("x", status=400, code=21611)) == "carrier_busy"
    assert send._retry_reason(CarrierError("x", status=400, code=21211)) is None
    assert send._retry_reason(CarrierError("x", status=0)) is None
