"""Messages of which the carrier told nothing: found in its list, or lost and said to be."""

from __future__ import annotations

import pytest

from carrier import twiml
from tests.jobs.reconciling.watch import FIRST, SECOND, Watch

# Slow: plays many messages and searches the carrier's lists for each.
pytestmark = pytest.mark.slow


def test_told_by_nobody_and_found(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.silence()
    watch.text(talk, "hello")
    watch.look(29)
    assert watch.one(talk).outbound_resource_sid is None
    watch.look(2)
    one = watch.one(talk)
    assert {one.outbound_resource_sid: "hello"} == watch.sent(talk.bob)
    assert one.outbound_resource_status == "delivered"
    assert watch.watched() == 0


def test_what_the_carrier_told_is_not_looked_for(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.text(talk, "hello")
    assert watch.statuses(talk) == ["delivered"]
    assert watch.watched() == 0
    n = len(watch.events("interaction.updated"))
    watch.look(FIRST, SECOND, 4000)
    assert len(watch.events("interaction.updated")) == n


def test_an_end_that_was_not_told(watch: Watch) -> None:
    """The action tells the SID; the rest is lost."""
    talk = watch.scene.open()
    watch.fault(("status", "drop"))
    watch.scene.sim("POST", "/faults", refuse={"to": talk.bob, "code": 30003})
    watch.text(talk, "hello")
    assert watch.statuses(talk) == ["queued"]
    watch.look(FIRST)
    assert watch.statuses(talk) == ["undelivered"]
    assert watch.events("interaction.updated")[-1]["outbound"]["code"] == 30003


def test_what_is_sent_may_take_its_time(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.fault(("status", "drop"))
    watch.text(talk, "hello")
    one = watch.one(talk)
    watch.tell(one.sid, one.outbound_resource_sid, "sent")
    watch.look(FIRST, 400)
    assert watch.statuses(talk) == ["sent"]
    watch.look(60)
    assert watch.statuses(talk) == ["delivered"]


def test_equal_texts_in_flight(watch: Watch) -> None:
    """Each gets a resource of its own, in the order in which they were sent."""
    talk = watch.scene.open()
    watch.silence()
    for _ in range(5):
        watch.text(talk, "ok")
    watch.look(FIRST)
    assert watch.statuses(talk) == ["delivered"] * 5
    assert [one.outbound_resource_sid for one in watch.all(talk)] == list(watch.sent(talk.bob))


def test_some_told_and_some_not(watch: Watch) -> None:
    talk = watch.scene.open()
    for n in range(6):
        watch.fault(("action", "drop"), ("status", "drop"), count=1 + n % 2)
        watch.text(talk, "ok")
        watch.mend()
    watch.look(FIRST)
    found = [one.outbound_resource_sid for one in watch.all(talk)]
    assert set(watch.statuses(talk)) == {"delivered"}
    assert set(found) == set(watch.sent(talk.bob)) and len(set(found)) == 6


def test_a_text_in_two_parts(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.silence()
    watch.text(talk, "x" * 2000)
    watch.text(talk, "y")
    watch.look(FIRST)
    sent = watch.sent(talk.bob)
    assert [sent[one.outbound_resource_sid] for one in watch.all(talk)] == ["x" * 500, "y"]


def test_lost_and_sent_after_all(watch: Watch) -> None:
    talk = watch.scene.open()
    sid = watch.lose(talk, "hello")
    watch.look(FIRST, SECOND - 2)
    watch.send()
    assert (watch.statuses(talk), watch.scene.inbox(talk.bob)) == (["queued"], [])
    watch.look(2)
    one = watch.one(talk)
    assert watch.events("message.resent") == [{"interaction": one.sid, "sid": sid}]
    assert watch.watched() == 0
    watch.send()
    assert (watch.statuses(talk), watch.scene.inbox(talk.bob)) == (["delivered"], [(talk.bobs, "hello")])


def test_lost_for_good(watch: Watch) -> None:
    """Its Session is over: nobody may be written to any more."""
    talk = watch.scene.open()
    sid = watch.lose(talk, "hello")
    talk.session.update(status="closed")
    watch.look(FIRST, SECOND)
    watch.send()
    one = watch.one(talk)
    assert (one.outbound_resource_status, one.outbound_resource_sid) == ("delivery-unknown", None)
    assert watch.events("message.lost") == [{"interaction": one.sid, "sid": sid}]
    assert watch.scene.inbox(talk.bob) == []


def test_a_long_text_of_which_the_end_is_lost(watch: Watch) -> None:
    """The carrier may have the first part: all of it once more would double that."""
    talk = watch.scene.open()
    watch.lose(talk, "x" * 2000)
    watch.look(FIRST, SECOND)
    watch.send()
    assert (watch.statuses(talk), watch.scene.inbox(talk.bob)) == (["delivery-unknown"], [])


def test_a_lost_one_is_never_relayed_twice(watch: Watch) -> None:
    talk = watch.scene.open()
    sid = watch.lose(talk, "hello")
    watch.look(FIRST, SECOND)
    watch.send()
    window = watch.scene.stack.runtime.settings.replay_window_seconds
    for seconds in (0, window - 10):
        watch.clock.advance(seconds)
        assert watch.again(talk, sid, "hello") == twiml.EMPTY
    watch.send()
    assert watch.scene.inbox(talk.bob) == [(talk.bobs, "hello")]
    assert len(watch.all(talk)) == 1


def test_a_webhook_between_two_looks(watch: Watch) -> None:
    """The carrier may act on that answer, so the first look counts no more."""
    talk = watch.scene.open()
    sid = watch.lose(talk, "hello")
    watch.look(FIRST)
    watch.clock.advance(SECOND - 1)
    assert "hello" in watch.again(talk, sid, "hello")
    watch.look(1)
    assert watch.statuses(talk) == ["queued"]
    assert "hello" in watch.again(talk, sid, "hello")
    assert watch.events("message.resent") == []
    watch.look(SECOND, SECOND)
    assert len(watch.events("message.resent")) == 1


@pytest.mark.parametrize("lost", [0, 1, 2])
@pytest.mark.parametrize("bodies", [["ok", "ok", "ok"], ["one", "two", "three"]])
def test_one_of_three_is_lost(watch: Watch, bodies: list[str], lost: int) -> None:
    talk = watch.scene.open()
    for n, body in enumerate(bodies):
        watch.mend()
        watch.silence()
        (watch.lose if n == lost else watch.text)(talk, body)
    watch.mend()
    watch.look(FIRST, SECOND)
    sent, found = watch.sent(talk.bob), watch.all(talk)
    assert sorted(watch.statuses(talk)) == ["delivered", "delivered", "queued"]
    linked = [one.outbound_resource_sid for one in found if one.outbound_resource_sid]
    assert sorted(linked) == sorted(sent)
    if len(set(bodies)) == 3:
        assert found[lost].outbound_resource_status == "queued"
    watch.send()
    assert sorted(body for _, body in watch.scene.inbox(talk.bob)) == sorted(bodies)


def test_what_others_send_over_the_same_number(watch: Watch) -> None:
    """The app's own messages, and our notice that the other one wants no more, are nobody's relayed text."""
    talk = watch.scene.open()
    watch.silence()
    watch.scene.client.messages.create(to=talk.bob, from_=talk.bobs, body="from the app")
    watch.scene.text(talk.alice, talk.alices, "STOP")
    watch.scene.text(talk.bob, talk.bobs, "see")
    watch.lose(talk, "hello")
    assert len(watch.sent(talk.bob)) == 2
    watch.look(FIRST, SECOND)
    # Bob's text was stopped, so it is an Interaction without an outbound side.
    [lost] = [one for one in watch.all(talk) if one.outbound_participant_sid]
    assert (lost.outbound_resource_status, lost.outbound_resource_sid) == ("queued", None)


def test_said_once_more_it_changes_nothing(watch: Watch) -> None:
    """A lost reply, or a look that outlived its lease: it waits in the outbox once, and holds up nobody behind it."""
    talk = watch.scene.open()
    watch.lose(talk, "hello")
    watch.look(FIRST, SECOND)
    one = watch.one(talk)
    args = {"interaction": one.sid, "state": "delivery-unknown", "apart_ms": 1, "window_ms": 3_600_000, "whole": True}
    for _ in range(3):
        watch.clock.advance(1)
        watch.store.service("note_missing", watch.scene.sid, args)
    watch.text(talk, "and another")
    watch.send()
    assert [body for _, body in watch.scene.inbox(talk.bob)] == ["hello", "and another"]
