"""The outbox sends a text that is too long for the carrier in parts: in order, each part once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from carrier.segments import segments
from carrier.text_parts import parts
from tests.outbox.messages.test_doubt import Died
from tests.outbox.messages.test_stopped import close, put, remove
from tests.support.outbox import DOUBT, LEASE, LOOK, OutboxHarness
from tests.support.quiet_hours import EVENING, LAST_SECOND, held, ms, quiet
from tests.support.stack import ACCOUNT, TOKEN
from tests.support.webhooks import Conversation

# Slow: plays each fault for each part of a long text.
pytestmark = pytest.mark.slow


#: Three different parts: ten, ten and seven segments, sent at one segment per second.
LONG = "".join(f"{n:05d} " for n in range(660))
PARTS = parts(LONG)
TOOK = [segments(part).count for part in PARTS]
#: Three parts with the same characters.
ALIKE = "x" * 4500
EDGES = ["after_claim", "before_post", "after_post", "before_settle"]


def write(harness: OutboxHarness, conversation: Conversation, body: str = LONG) -> Any:
    """Alice writes to Bob. Returns the Interaction."""
    harness.clock.advance(0.001)
    assert "<Message" not in harness.webhooks.text(conversation.alice, conversation.alices, body)
    return conversation.session.interactions.list()[-1]


def shown(found: Any) -> tuple[int, str]:
    body = requests.get(found.url, auth=(ACCOUNT, TOKEN), timeout=30).json()
    return body["segments"], body["encoding"]


def dying(harness: OutboxHarness, where: str, passed: int) -> None:
    """Like `dying` in test_doubt, but `passed` threads get past the failpoint first and the next one dies."""
    came = list[str]()

    def fail(name: str) -> None:
        if name == where:
            came.append(name)
            if len(came) == passed + 1:
                raise Died

    harness.patch.setattr(harness.rt, "failpoint", fail)


def test_the_parts_go_one_after_another_and_the_last_ones_sid_counts(relaying_outbox: OutboxHarness) -> None:
    conversation = relaying_outbox.open()
    made = write(relaying_outbox, conversation)
    relaying_outbox.send(conversation, "behind it")
    assert len(PARTS) == 3 and shown(made) == (sum(TOOK), "GSM-7")
    relaying_outbox.run_job()
    assert relaying_outbox.received(conversation.bob) == PARTS[:1] and relaying_outbox.state(made) == ("queued", None)
    assert relaying_outbox.states() == ["ready", "ready"]
    relaying_outbox.run_job(TOOK[0] - 0.01)
    assert relaying_outbox.received(conversation.bob) == PARTS[:1]
    relaying_outbox.run_job(0.01)
    assert relaying_outbox.received(conversation.bob) == PARTS[:2]
    relaying_outbox.run_job(TOOK[1], TOOK[2])
    assert relaying_outbox.received(conversation.bob) == [*PARTS, "behind it"] and relaying_outbox.keys_left() == []
    assert relaying_outbox.state(made) == ("delivered", relaying_outbox.sent_sids(conversation.bob)[2])
    told = [event["resource"] for event in relaying_outbox.events("message.part_sent")]
    assert told == relaying_outbox.sent_sids(conversation.bob)[:2]
    updated = [
        e["outbound"].get("resource") for e in relaying_outbox.events("interaction.updated") if e["sid"] == made.sid
    ]
    assert updated and set(updated) == {relaying_outbox.sent_sids(conversation.bob)[2]}


def test_behind_what_waits_without_quiet_hours(harness: OutboxHarness) -> None:
    conversation = harness.open()
    harness.send(conversation, "first")
    write(harness, conversation, "\U0001f600" * 900)
    harness.run_job(1, *[50] * 2)
    assert (
        harness.received(conversation.bob) == ["first", "\U0001f600" * 750, "\U0001f600" * 150]
        and harness.keys_left() == []
    )


def test_other_people_of_the_number_are_served_between_the_parts(relaying_outbox: OutboxHarness) -> None:
    conversations = [relaying_outbox.open() for _ in range(5)]
    one, two = [conversation for conversation in conversations if conversation.bobs == conversations[0].bobs][:2]
    write(relaying_outbox, one)
    relaying_outbox.run_job()
    relaying_outbox.send(two, "short")
    relaying_outbox.run_job(TOOK[0], TOOK[1], 1, TOOK[1])
    assert relaying_outbox.received(two.bob) == ["short"] and relaying_outbox.received(one.bob) == PARTS


@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize("body", [LONG, ALIKE], ids=["different", "alike"])
@pytest.mark.parametrize("do", ["429", "reset", "accept-then-reset"])
def test_a_fault_of_each_part(relaying_outbox: OutboxHarness, part: int, body: str, do: str) -> None:
    """Status callbacks are dropped, so only the carrier's list can settle the doubt."""
    conversation, texts = relaying_outbox.open(), parts(body)
    relaying_outbox.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    made = write(relaying_outbox, conversation, body)
    if part:
        relaying_outbox.run_job(*[12] * (part - 1))
    assert relaying_outbox.received(conversation.bob) == texts[:part]
    relaying_outbox.fault(do, count=1)
    relaying_outbox.run_job(12)
    assert relaying_outbox.states() == ["ready" if do == "429" else "in_doubt"]
    relaying_outbox.run_job(LOOK, DOUBT, *[12] * 4)
    assert relaying_outbox.received(conversation.bob) == texts and relaying_outbox.keys_left() == []
    assert relaying_outbox.state(made)[1] == relaying_outbox.sent_sids(conversation.bob)[2]


@pytest.mark.failures
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("part", range(3))
def test_a_death_at_each_edge_of_each_part(relaying_outbox: OutboxHarness, edge: str, part: int) -> None:
    conversation = relaying_outbox.open()
    relaying_outbox.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    dying(relaying_outbox, edge, part)
    made = write(relaying_outbox, conversation)
    relaying_outbox.send(conversation, "behind it")
    relaying_outbox.run_job(*[12] * (part + 1))
    relaying_outbox.run_job(LEASE, *[LOOK] * 9, *[12] * 4)
    assert relaying_outbox.received(conversation.bob) == [*PARTS, "behind it"] and relaying_outbox.keys_left() == []
    assert relaying_outbox.state(made)[1] == relaying_outbox.sent_sids(conversation.bob)[2]


@pytest.mark.parametrize("part", range(3))
def test_a_part_that_is_refused_ends_it(relaying_outbox: OutboxHarness, part: int) -> None:
    """The code says nothing about the person (docs/carrier-codes.md), so the message after the text goes out."""
    conversation = relaying_outbox.open()
    made = write(relaying_outbox, conversation)
    relaying_outbox.send(conversation, "behind it")
    if part:
        relaying_outbox.run_job(*[12] * (part - 1))
    relaying_outbox.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": 21408})
    relaying_outbox.run_job(*[12] * (part > 0))
    relaying_outbox.webhooks.sim("POST", "/faults", refuse={"to": conversation.bob, "code": None})
    relaying_outbox.run_job(12)
    assert (
        relaying_outbox.received(conversation.bob) == [*PARTS[:part], "behind it"] and relaying_outbox.keys_left() == []
    )
    assert relaying_outbox.state(made) == ("failed", None)
    failed = [e["outbound"]["code"] for e in relaying_outbox.events("interaction.updated") if e["sid"] == made.sid]
    assert failed == [21408]


@pytest.mark.parametrize("end", [close, remove, None])
def test_an_end_between_the_parts(relaying_outbox: OutboxHarness, end: Any) -> None:
    """One part went out, so `canceled` would be wrong."""
    conversation = relaying_outbox.open()
    made = write(relaying_outbox, conversation)
    relaying_outbox.run_job()
    if end:
        end(conversation)
    else:
        put(relaying_outbox, conversation)
    relaying_outbox.run_job(12)
    assert relaying_outbox.received(conversation.bob) == PARTS[:1] and relaying_outbox.keys_left() == []
    assert relaying_outbox.state(made) == ("delivery-unknown", None)


def test_what_is_deleted_between_the_parts(relaying_outbox: OutboxHarness) -> None:
    conversation = relaying_outbox.open()
    made = write(relaying_outbox, conversation)
    relaying_outbox.run_job()
    assert conversation.session.interactions(made.sid).delete()
    relaying_outbox.run_job(12)
    assert relaying_outbox.received(conversation.bob) == PARTS[:1] and relaying_outbox.keys_left() == []


def test_each_part_has_tries_of_its_own_and_a_retry_goes_on_where_it_was(relaying_outbox: OutboxHarness) -> None:
    conversation = relaying_outbox.open()
    made = write(relaying_outbox, conversation)
    relaying_outbox.fault("429", count=7)
    relaying_outbox.run_job(*[60] * 7)
    assert relaying_outbox.received(conversation.bob) == PARTS[:1]
    relaying_outbox.fault("429", count=8)
    relaying_outbox.run_job(*[60] * 8)
    (found,) = relaying_outbox.listed("parked")
    assert (found["attempts"], found["parts_sent"]) == (8, 1)
    assert relaying_outbox.ops("POST", f"/{made.sid}/retry").status_code == 204
    relaying_outbox.run_job(12, 12)
    assert relaying_outbox.received(conversation.bob) == PARTS and relaying_outbox.keys_left() == []
    assert relaying_outbox.state(made)[1] == relaying_outbox.sent_sids(conversation.bob)[2]


def test_what_was_begun_by_day_is_ended_by_night(opens: Callable[[str], OutboxHarness]) -> None:
    """Half a sentence in the evening and the other half in the morning would be worse."""
    harness = opens(EVENING)
    quiet(harness, QuietHoursFor="all")
    conversation = harness.open()
    harness.clock.now = ms(LAST_SECOND)
    write(harness, conversation)
    harness.run_job(12, 12)
    assert harness.received(conversation.bob) == PARTS
    write(harness, conversation, "at night")
    harness.run_job(12)
    assert len(held(harness)) == 1
