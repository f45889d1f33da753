"""What the carrier tells late says nothing of what came after it: docs/carrier-codes.md, docs/opt-outs.md."""

from __future__ import annotations

import pytest

from carrier.inbound import Inbound
from common.sids import new
from relay.inbound import decide
from services.snapshot import read_snapshot
from storage import keys
from tests.jobs.reconciling.test_carrier_codes import DAY, is_stopped, refuse, told
from tests.jobs.reconciling.watch import FIRST, Watch
from tests.proxy.webhooks.scene import Talk


def late(watch: Watch, talk: Talk, word: str, at_ms: int) -> None:
    """Bob's word, whose webhook never came: the worker found it in the carrier's list."""
    one = Inbound("message", new("SM"), talk.bob, talk.bobs, body=word, late_at_ms=at_ms // 1000 * 1000)
    rt = watch.scene.stack.runtime
    decide(rt, read_snapshot(rt, watch.scene.sid), one)
    watch.send()


@pytest.mark.parametrize("code", [21614, 30006])
def test_a_delivery_that_is_told_late_lifts_nothing(watch: Watch, code: int) -> None:
    talk = watch.scene.open()
    watch.fault(("status", "drop"))
    watch.text(talk, "this one arrives")
    first = watch.all(talk)[0]
    watch.clock.advance(5)
    told(watch, talk, code, "action" if code < 30000 else "callback")
    resource = next(sid for sid, body in watch.sent(talk.bob).items() if body == "this one arrives")
    watch.tell(first.sid, resource, "delivered")
    assert is_stopped(watch, talk, code)


def test_a_weaker_word_leaves_a_stronger_one(watch: Watch) -> None:
    """21614 holds for 30 days; one 30003 of an earlier text takes nothing of it away."""
    talk = watch.scene.open()
    refuse(watch, talk.bob, 30003, "look-up")
    watch.text(talk, "before")
    watch.clock.advance(1)
    told(watch, talk, 21614, "action")
    watch.look(FIRST, 61)
    assert watch.all(talk)[0].outbound_resource_status in ("failed", "undelivered")
    assert is_stopped(watch, talk, 21614)


def test_a_text_that_is_found_late_lifts_nothing_that_was_told_after_it(watch: Watch) -> None:
    talk = watch.scene.open()
    at = watch.clock() + 1000
    watch.clock.advance(30)
    told(watch, talk, 30006, "callback")
    watch.clock.advance(60)
    late(watch, talk, "I was here then", at)
    assert is_stopped(watch, talk, 30006)


def test_a_STOP_that_is_found_behind_a_later_START(watch: Watch) -> None:
    talk = watch.scene.open()
    at = watch.clock() + 1000
    watch.clock.advance(30)
    watch.scene.text(talk.bob, talk.bobs, "START")
    watch.clock.advance(60)
    late(watch, talk, "STOP", at)
    assert not is_stopped(watch, talk, 21610)


@pytest.mark.parametrize("word", ["START", "UNSTOP", "YES"])
def test_a_START_that_is_found_behind_a_later_STOP(watch: Watch, word: str) -> None:
    talk = watch.scene.open()
    at = watch.clock() + 1000
    watch.clock.advance(30)
    # Of ours alone: the carrier does not stop anything itself.
    watch.scene.text(talk.bob, talk.bobs, "Stop!")
    watch.clock.advance(60)
    late(watch, talk, word, at)
    assert is_stopped(watch, talk, 21610)


def test_a_STOP_that_is_found_late_counts_however_much_they_wrote_since(watch: Watch) -> None:
    talk = watch.scene.open()
    told(watch, talk, 30006, "callback")
    at = watch.clock() + 1000
    watch.clock.advance(30)
    watch.scene.text(talk.bob, talk.bobs, "I am here")
    late(watch, talk, "STOP", at)
    assert is_stopped(watch, talk, 21610)


def test_words_of_begin_do_not_pile_up(watch: Watch) -> None:
    """YES is an everyday word: what is kept of each is of no use once no status can come any more."""
    key, client = keys.service("unreachable", watch.scene.sid), watch.store.client
    talk = watch.scene.open()
    before = client.hlen(key)
    for _ in range(5):
        watch.scene.text(watch.scene.person(), talk.bobs, "Yes")
    assert client.hlen(key) == before + 5
    watch.clock.advance(9 * DAY)
    watch.scene.text(talk.bob, talk.bobs, "Yes")
    assert client.hlen(key) == 1
