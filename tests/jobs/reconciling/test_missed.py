"""Inbound that no webhook brought: noted once, and sent if its pair still stands."""

from __future__ import annotations

import logging
from base64 import b64encode
from typing import Any

import pytest

from carrier import twiml
from jobs import recurring
from jobs.reconciling import missed
from outbox.attachments import run as files
from policy.quotas import rates
from storage.store import StoreUnavailable
from tests.jobs.reconciling.watch import Watch
from tests.media.cleaning.samples import jpeg
from tests.proxy.webhooks.faulty import carrier_with

# Slow: plays many inbound messages without a webhook, and runs the jobs that find them.
pytestmark = pytest.mark.slow


NO_WEBHOOK = (("message", "drop"), ("fallback", "drop"))
#: What is younger may still come by webhook; lists tell whole seconds.
SETTLED = missed.SETTLE_SECONDS + 4


@pytest.fixture(autouse=True)
def begun(watch: Watch) -> None:
    """The first run finds where to begin."""
    recurring.find_missed()


def late(watch: Watch) -> list[tuple[str, str]]:
    return [(event["sid"], event["reason"]) for event in watch.events("inbound.late")]


def run(watch: Watch, *seconds: float) -> None:
    for each in seconds:
        watch.clock.advance(each)
        recurring.find_missed()


def test_noted_once_and_sent(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK)
    sid = watch.text(talk, "hello")
    run(watch, SETTLED - 10)
    assert late(watch) == []
    run(watch, 10, 1, 60, 60)
    watch.send()
    assert late(watch) == [(sid, "unsent")]
    one = watch.one(talk)
    assert (one.inbound_resource_sid, one.outbound_resource_status) == (sid, "delivered")
    assert watch.scene.inbox(talk.bob) == [(talk.bobs, "hello")]


def test_found_at_once_is_not_written_at_once(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written over hours is no flood because it is found in one go."""
    few = {kind: {"person": 2, "pair": 2, "service": 2} for kind in ("message", "voice")}
    monkeypatch.setitem(watch.scene.stack.runtime._parts, rates, few)
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK)
    for n in range(4):
        watch.text(talk, f"hello {n}")
    run(watch, SETTLED)
    for _ in range(4):
        watch.clock.advance(5)
        watch.send()
    assert sorted(body for _, body in watch.scene.inbox(talk.bob)) == [f"hello {n}" for n in range(4)]


def test_a_picture_that_was_missed(watch: Watch) -> None:
    """With its file, once the carrier tells of it."""
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK)
    shot = {"data": b64encode(jpeg()).decode(), "content_type": "image/jpeg"}
    sid = watch.text(talk, "look", media=[shot])
    watch.fault(("rest:messages", "503"))
    run(watch, SETTLED)
    watch.mend()
    with carrier_with(watch.scene.stack, lambda how, path: "before" if path.endswith("/Media.json") else None):
        run(watch, 1)
        assert watch.all(talk) == []
    run(watch, 60)
    assert late(watch) == [(sid, "unsent")]
    for _ in range(3):
        recurring.see_to_files()
        assert watch.scene.stack.runtime.part(files.FileWorker).wait(60)
        watch.send()
    (got,) = watch.scene.sim("GET", f"/inbox/{talk.bob}")["messages"]
    assert (got["body"], [one["status"] for one in got["media"]]) == ("look", [200])
    assert watch.scene.inbox(talk.alice) == [] and len(watch.all(talk)) == 1


def test_a_webhook_that_comes_after_all(watch: Watch) -> None:
    """Who accepts it first decides: it goes out once, and the carrier is told nothing."""
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK)
    sid = watch.text(talk, "hello")
    run(watch, SETTLED)
    assert watch.again(talk, sid, "hello") == twiml.EMPTY
    watch.send()
    assert watch.again(talk, sid, "hello") == twiml.EMPTY
    assert watch.scene.inbox(talk.bob) == [(talk.bobs, "hello")]
    assert len(watch.all(talk)) == 1


def test_what_came_is_not_late(watch: Watch) -> None:
    talk = watch.scene.open()
    watch.text(talk, "relayed")
    watch.scene.text(watch.scene.person(), talk.alices, "refused")
    watch.scene.sim("POST", "/faults", lose_answers=1000)
    watch.text(talk, "its answer was lost")
    run(watch, SETTLED, 60)
    assert late(watch) == []


def test_what_would_have_become_of_it(watch: Watch) -> None:
    talk, closed = watch.scene.open(), watch.scene.open()
    closed.session.update(status="closed")
    stranger = watch.scene.person()
    watch.fault(*NO_WEBHOOK)
    sids = [watch.text(talk, "a"), watch.text(closed, "b")]
    fields = {"from": stranger, "to": talk.alices, "body": "c"}
    sids.append(watch.scene.sim("POST", "/text?wait=1", **fields)["sid"])
    run(watch, SETTLED)
    assert late(watch) == list(zip(sids, ["unsent", "closed", "unknown"], strict=True))


def test_a_lease_that_came_later(watch: Watch) -> None:
    """Whoever has the number now was not meant then."""
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK)
    sid = watch.text(talk, "for the one before")
    watch.clock.advance(SETTLED)
    talk.session.update(status="closed")
    watch.clock.advance(1)
    talk.session.update(status="in-progress")
    run(watch, 1)
    assert late(watch) == [(sid, "before-lease")]


@pytest.mark.parametrize("do", ["429", "503", "reset"])
def test_a_list_that_cannot_be_had(watch: Watch, do: str) -> None:
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK, ("rest:messages", do))
    sid = watch.text(talk, "hello")
    run(watch, SETTLED, 300)
    assert late(watch) == []
    watch.mend()
    run(watch, 1)
    assert late(watch) == [(sid, "unsent")]


def test_more_than_one_list_holds(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK)
    for n in range(4):
        watch.text(talk, str(n))
    monkeypatch.setattr(missed, "MOST", 4)
    with caplog.at_level(logging.WARNING):
        run(watch, SETTLED, 1)
    assert "more messages than one look can compare" in caplog.text
    assert talk.alice[1:] not in caplog.text
    assert len(late(watch)) == 4


def test_what_a_killed_run_left_comes_up_again(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK)
    for body in ("one", "two", "three"):
        watch.text(talk, body)
    with monkeypatch.context() as broken:
        broken.setattr(missed, "_accept", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        watch.clock.advance(SETTLED)
        with pytest.raises(KeyboardInterrupt):
            recurring.find_missed()
    run(watch, 60)
    watch.send()
    assert [body for _, body in watch.scene.inbox(talk.bob)] == ["one", "two", "three"]
    assert len(late(watch)) == 3


def test_one_that_cannot_be_done_holds_up_no_other(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    talk, whole = watch.scene.open(), missed._accept
    watch.fault(*NO_WEBHOOK)
    first = watch.text(talk, "one")
    watch.text(talk, "two")

    def broken(rt: Any, service_sid: str, one: Any) -> None:
        if one.sid == first:
            raise StoreUnavailable
        whole(rt, service_sid, one)

    with monkeypatch.context() as patch:
        patch.setattr(missed, "_accept", broken)
        run(watch, SETTLED)
    run(watch, 60)
    watch.send()
    assert sorted(body for _, body in watch.scene.inbox(talk.bob)) == ["one", "two"]


def test_not_to_somebody_who_came_later(watch: Watch) -> None:
    """It was written to the one who was there then."""
    talk = watch.scene.open()
    watch.fault(*NO_WEBHOOK)
    sid = watch.text(talk, "for Bob alone")
    watch.clock.advance(5)
    talk.session.participants(talk.bob_sid).delete()
    carol = watch.scene.person()
    talk.session.participants.create(identifier=carol)
    run(watch, SETTLED, 60)
    watch.send()
    assert late(watch) == [(sid, "before-lease")]
    assert watch.scene.inbox(carol) == []
