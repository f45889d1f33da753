"""A message may or may not have gone out: only evidence settles the doubt."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest

from common import claim_worker
from outbox import run
from tests.support.faulty_carrier import carrier_with
from tests.support.outbox import DOUBT, LEASE, LOOK, OutboxHarness
from tests.support.stack import ACCOUNT
from tests.support.webhooks import Conversation

#: These tests make threads die on purpose.
# Slow: plays messages that may or may not have been sent, until that is settled.
pytestmark = [pytest.mark.slow, pytest.mark.failures]


class Died(Exception):
    """A failpoint raises this: the thread ends and settles nothing."""


def dying(harness: OutboxHarness, where: str, times: int = 1) -> None:
    """A thread that reaches this failpoint dies there."""
    left = threading.Semaphore(times)

    def fail(name: str) -> None:
        if name == where and left.acquire(blocking=False):
            raise Died

    harness.patch.setattr(harness.rt, "failpoint", fail)


def doubtful(
    harness: OutboxHarness, conversation: Conversation, body: str = "hello", do: str = "accept-then-reset"
) -> Any:
    """Sends a message, but the carrier's answer is lost, so the message is in doubt."""
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    harness.fault(do, count=1)
    made = harness.send(conversation, body)
    harness.run_job(1)
    assert harness.states()[:1] == ["in_doubt"]
    return made


@pytest.mark.parametrize("where", ["after_claim", "before_post", "after_post", "before_settle"])
@pytest.mark.parametrize("callbacks", [True, False])
def test_a_death_at_each_edge(harness: OutboxHarness, where: str, callbacks: bool) -> None:
    conversation = harness.open()
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=not callbacks)
    dying(harness, where)
    made = harness.send(conversation, "hello")
    harness.send(conversation, "behind it")
    harness.run_job(1)
    harness.run_job(LEASE, LOOK, *[LOOK] * 8, 1, 1)
    assert harness.received(conversation.bob) == ["hello", "behind it"]
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0]
    assert harness.keys_left() == []


def test_within_the_lease_nobody_else_touches_it(harness: OutboxHarness) -> None:
    conversation = harness.open()
    dying(harness, "before_post")
    harness.send(conversation, "hello")
    harness.run_job(1, 20, 8)
    assert harness.states() == ["sending"] and harness.received(conversation.bob) == []
    harness.run_job(2)
    assert harness.states() == ["in_doubt"]


@pytest.mark.parametrize("state", ["sending", "in_doubt"])
@pytest.mark.parametrize("told", ["queued", "sent", "delivered", "failed"])
def test_a_callback_that_names_it_settles_it(harness: OutboxHarness, state: str, told: str) -> None:
    conversation = harness.open()
    dying(harness, "before_post")
    made = harness.send(conversation, "hello")
    harness.send(conversation, "behind it")
    harness.run_job()
    if state == "in_doubt":
        harness.run_job(LEASE)
    assert harness.states() == [state, "ready"]
    harness.post_status(made.sid, "SM" + "5" * 32, told)
    assert harness.states() == ["ready"]
    assert harness.state(made) == (told, "SM" + "5" * 32)
    harness.run_job(1)
    assert harness.received(conversation.bob) == ["behind it"]
    harness.run_job(LEASE, DOUBT, 1)
    assert harness.received(conversation.bob) == ["behind it"] and harness.keys_left() == []


def test_a_callback_takes_a_parked_one_out(harness: OutboxHarness) -> None:
    harness.change_settings(in_doubt="hold")
    conversation = harness.open()
    made = doubtful(harness, conversation, do="reset")
    harness.run_job(LOOK, DOUBT)
    assert [one["interaction_sid"] for one in harness.listed("parked")] == [made.sid]
    harness.post_status(made.sid, "SM" + "5" * 32, "delivered")
    assert harness.listed("parked") == [] and harness.keys_left() == []


def test_a_forged_callback_settles_nothing(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = doubtful(harness, conversation, do="reset")
    form = {"AccountSid": ACCOUNT, "MessageSid": "SM" + "5" * 32, "MessageStatus": "delivered"}
    url = harness.webhooks.status_url(made.sid, token="x" * 32)
    assert harness.webhooks.post(form, url=url).status_code in (403, 404)
    assert harness.states() == ["in_doubt"]


@pytest.mark.parametrize("first", ["accept-then-reset", "reset"])
def test_the_same_words_twice_do_not_take_each_others_sid(harness: OutboxHarness, first: str) -> None:
    conversation = harness.open()
    before = harness.send(conversation, "ok")
    harness.run_job()
    one = doubtful(harness, conversation, "ok", do=first)
    two = harness.send(conversation, "ok")
    harness.run_job(*[LOOK] * 9)
    harness.fault("accept-then-reset", count=1)
    harness.run_job(1, 1, LOOK, DOUBT, 1)
    sids = harness.sent_sids(conversation.bob)
    assert harness.received(conversation.bob) == ["ok"] * 3
    assert [harness.state(sent)[1] for sent in (before, one, two)] == sids


def test_words_of_others_are_no_evidence(harness: OutboxHarness) -> None:
    """A relayed text, the app's texts sent directly at the carrier (earlier or different), a text to somebody else."""
    conversation, other = harness.open(), harness.open()
    carrier = harness.webhooks.client.messages
    harness.webhooks.text(conversation.alice, conversation.alices, "ok")
    carrier.create(to=conversation.bob, from_=conversation.bobs, body="ok")
    harness.clock.now = int(time.time() * 1000) + 60_000
    made = doubtful(harness, conversation, "ok", do="reset")
    carrier.create(to=conversation.bob, from_=conversation.bobs, body="something else")
    carrier.create(to=other.bob, from_=conversation.bobs, body="ok")
    harness.run_job(LOOK)
    assert harness.states() == ["in_doubt"]
    harness.run_job(DOUBT, 1)
    assert harness.received(conversation.bob) == ["ok", "ok", "something else", "ok"]
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[-1]


def test_a_relayed_text_does_not_overtake(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.fault("429", count=1)
    harness.send(conversation, "first")
    harness.run_job()
    harness.webhooks.text(conversation.alice, conversation.alices, "second")
    assert harness.received(conversation.bob) == []
    harness.run_job(1, 1)
    assert harness.received(conversation.bob) == ["first", "second"] and harness.keys_left() == []


def test_hold_leaves_it_to_an_operator(harness: OutboxHarness) -> None:
    harness.change_settings(in_doubt="hold")
    conversation = harness.open()
    made = doubtful(harness, conversation, do="reset")
    harness.send(conversation, "behind it")
    harness.run_job(LOOK)
    assert harness.listed("parked") == []
    harness.run_job(DOUBT, 1)
    (found,) = harness.listed("parked")
    assert (found["interaction_sid"], found["reason"], found["attempts"]) == (made.sid, "in_doubt", 1)
    assert harness.received(conversation.bob) == ["behind it"]
    assert harness.ops("POST", f"/{made.sid}/retry").status_code == 204
    harness.run_job(1, 1)
    assert harness.received(conversation.bob) == ["behind it", "hello"]


def test_an_operators_retry_looks_first(harness: OutboxHarness) -> None:
    """The carrier's list was late: the parked message did go out."""
    harness.change_settings(in_doubt="hold")
    conversation = harness.open()
    with hidden(harness):
        made = doubtful(harness, conversation)
        harness.run_job(LOOK, DOUBT)
    assert harness.listed("parked")
    assert harness.ops("POST", f"/{made.sid}/retry").status_code == 204
    harness.run_job(1, LOOK, DOUBT)
    assert harness.received(conversation.bob) == ["hello"]
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0]


def hidden(harness: OutboxHarness) -> Any:
    """Makes the carrier's list of messages empty."""
    empty: dict[str, Any] = {"messages": [], "uri": "/", "next_page_uri": None, "page": 0, "page_size": 50}
    return carrier_with(
        harness.webhooks.stack, lambda how, path: empty if how == "GET" and "Messages" in path else None
    )


@pytest.mark.parametrize("do", ["429", "500", "503", "reset"])
def test_without_the_list_it_stays_in_doubt(harness: OutboxHarness, do: str) -> None:
    conversation = harness.open()
    made = doubtful(harness, conversation)
    harness.fault(do, method="GET")
    harness.run_job(*[LOOK] * 30)
    assert harness.states() == ["in_doubt"] and harness.received(conversation.bob) == ["hello"]
    harness.clear_faults()
    harness.run_job(LOOK, DOUBT)
    assert harness.received(conversation.bob) == ["hello"] and harness.keys_left() == []
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0]


def test_a_list_that_comes_late_counts_until_the_second_try(harness: OutboxHarness) -> None:
    """The list was empty, so the message is tried again. If the list then shows either try, the message is settled."""
    conversation = harness.open()
    harness.clock.now = int(time.time() * 1000)
    with hidden(harness):
        made = doubtful(harness, conversation)
        harness.fault("reset", count=1)
        harness.run_job(LOOK, DOUBT, 1)
    assert harness.states() == ["in_doubt"] and harness.received(conversation.bob) == ["hello"]
    harness.run_job(LOOK)
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0] and harness.received(conversation.bob) == [
        "hello"
    ]


def test_a_doubt_too_many_parks_it(harness: OutboxHarness) -> None:
    conversation = harness.open()
    doubtful(harness, conversation, do="reset")
    harness.fault("reset", count=100)
    harness.run_job(*[LOOK, DOUBT, 1] * 8)
    assert [one["attempts"] for one in harness.listed("parked")] == [8]
    assert harness.received(conversation.bob) == []


def test_whoever_comes_late_with_the_answer_is_heard(harness: OutboxHarness) -> None:
    """The answer took longer than the lease. The message went out, so the answer counts, whoever has the claim now."""
    conversation = harness.open()
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    held, go = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == "after_post" and not held.is_set():
            held.set()
            assert go.wait(60)

    harness.patch.setattr(harness.rt, "failpoint", wait)
    with hidden(harness):
        made = harness.send(conversation, "hello")
        run.send_due(harness.rt, harness.webhooks.sid, ACCOUNT)
        assert held.wait(60)
        harness.clock.advance(LEASE)
        claims = harness.claim()
        assert [claim.entry["state"] for claim in claims] == ["in_doubt"]
        go.set()
        assert harness.rt.part(run.OutboxWorker).wait(60)
    assert harness.state(made)[1] == harness.sent_sids(conversation.bob)[0]
    harness.run_job(LEASE, DOUBT, 1)
    assert harness.received(conversation.bob) == ["hello"] and harness.keys_left() == []


def test_a_frozen_process_leaves_it(harness: OutboxHarness) -> None:
    """More time passes between claim and request than the fence allows, so the message is not sent."""
    conversation = harness.open()
    harness.send(conversation, "hello")
    real = claim_worker.moment

    def freeze(name: str) -> None:
        if name == "before_post":
            harness.patch.setattr(claim_worker, "moment", lambda: real() + 21)

    with harness.patch.context() as patch:
        patch.setattr(harness.rt, "failpoint", freeze)
        harness.run_job()
    assert harness.received(conversation.bob) == [] and harness.states() == ["sending"]
    harness.patch.setattr(claim_worker, "moment", real)
    harness.run_job(LEASE, LOOK, DOUBT, 1)
    assert harness.received(conversation.bob) == ["hello"]


def test_taking_one_out_behind_the_head_changes_nobodys_turn(harness: OutboxHarness) -> None:
    """An operator drops a parked message while another message of the same line is being sent."""
    conversation = harness.open()
    harness.fault("429", count=8)
    parked = harness.send(conversation, "parked")
    harness.run_job(1, 2, 4, 8, 15, 30, 60)
    assert [one["interaction_sid"] for one in harness.listed("parked")] == [parked.sid]
    dying(harness, "before_post")
    harness.send(conversation, "on its way")
    harness.run_job(1)
    assert harness.states() == ["sending"]
    assert harness.ops("POST", f"/{parked.sid}/drop").status_code == 204
    harness.run_job(1)
    assert harness.states() == ["sending"]


def test_the_entry_holds_no_text_and_no_person(harness: OutboxHarness) -> None:
    conversation = harness.open()
    made = harness.send(conversation, "a secret")
    client: Any = harness.rt.store.client
    (key,) = client.keys("{" + harness.webhooks.sid + "}:outgoing:*")
    entry = json.loads(client.get(key))
    assert key.decode().endswith(made.sid) and conversation.bob not in str(entry) and "secret" not in str(entry)
