"""Workers are killed, doubled, frozen or run in parallel: nothing is lost or settled twice, and ids stay the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from callbacks import attempt, rules, run, spool
from callbacks.attempt import result
from common import claim_worker
from common.runtime import Runtime
from common.worker_slots import PER_RECEIVER, Receiver, WorkerSlots
from jobs import recurring
from storage import keys
from storage.store import StoreUnavailable
from tests.support.app_server import Receiver as App
from tests.support.deliveries import DeliveriesHarness
from tests.support.webhooks import WebhookHarness

# Slow: runs several workers at once, and kills them.
pytestmark = pytest.mark.slow


PATIENCE_SECONDS = 20


def text(harness, conversation, body):
    harness.webhooks.post(harness.webhooks.message_form(conversation.alice, conversation.alices, body))


def bodies(told):
    return [json.loads(one.form["interactionData"])["body"] for one in told]


def cursor(harness):
    return harness.rt.store.client.hget(keys.service("clock", harness.sid), "c").decode()


def claim(harness, kind="callback", most=10):
    return worker(harness).claim("AC" + "1" * 32, [Receiver("AC", harness.sid, kind)] * most)


def worker(harness):
    return harness.rt.part(run.DeliveryWorker)


def test_two_workers_at_once_spool_each_event_once(harness):
    harness.subscribe()
    conversation = harness.open()
    for n in range(30):
        text(harness, conversation, str(n))
    at = cursor(harness)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: spool.spool(harness.rt, harness.sid, at), range(8)))
    harness.run_job()
    assert bodies(harness.callbacks()) == [str(n) for n in range(30)]
    assert [event["type"] for event in harness.events()] == ["session.opened", *["participant.joined"] * 2]


def test_a_worker_killed_before_the_cursor_moved_loses_nothing(harness, monkeypatch):
    harness.subscribe()
    text(harness, harness.open(), "hello")
    with monkeypatch.context() as patch:
        patch.setattr(spool, "_deliveries", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            spool.spool(harness.rt, harness.sid, cursor(harness))
    harness.run_job()
    assert len(harness.callbacks()) == 1


def test_what_a_killed_worker_held_comes_up_again_under_its_id(harness):
    harness.subscribe()
    text(harness, harness.open(), "hello")
    spool.spool(harness.rt, harness.sid, cursor(harness))
    held = claim(harness)
    assert len(held) == 1
    assert claim(harness) == []
    harness.run_later(rules.LEASE_SECONDS - 1)
    assert harness.callbacks() == []
    harness.run_later(1)
    assert [one.id for one in harness.callbacks()] == [held[0].sid]
    one = harness.delivery(kind="callback")
    assert (one["state"], one["attempts"]) == ("delivered", 2)


def test_who_comes_back_too_late_settles_nothing(harness):
    harness.subscribe()
    text(harness, harness.open(), "hello")
    spool.spool(harness.rt, harness.sid, cursor(harness))
    (held,) = claim(harness)
    harness.receiver.answer = lambda told: 0
    harness.run_later(rules.LEASE_SECONDS)
    assert worker(harness).settle(held, result("delivered", 200), True) is None
    one = harness.delivery(kind="callback")
    assert (one["state"], one["last_status"]) == ("waiting", None)


def test_a_frozen_worker_does_not_post_after_its_time(harness, monkeypatch):
    harness.subscribe()
    text(harness, harness.open(), "hello")
    spool.spool(harness.rt, harness.sid, cursor(harness))
    (held,) = claim(harness)
    now = claim_worker.moment()
    monkeypatch.setattr(claim_worker, "moment", lambda: now + rules.FENCE_SECONDS + 1)
    worker(harness).take_turn(held)
    monkeypatch.undo()
    assert harness.callbacks() == []
    assert rules.FENCE_SECONDS + rules.DEADLINE_SECONDS < rules.LEASE_SECONDS


def test_one_that_kills_each_worker_ends_parked(harness):
    harness.subscribe()
    conversation = harness.open()
    text(harness, conversation, "poison")
    text(harness, conversation, "next")
    spool.spool(harness.rt, harness.sid, cursor(harness))
    assert harness.webhooks.clock
    for _ in range(rules.max_tries(rules.Kind.CALLBACK)):
        assert len(claim(harness)) == 1
        harness.webhooks.clock.advance(rules.LEASE_SECONDS)
    harness.run_job()
    assert bodies(harness.callbacks()) == ["next"]
    assert [one["last_error"] for one in harness.deliveries(State="parked", Service=harness.sid)] == ["abandoned"]


def test_workers_at_once_deliver_each_once_and_in_order(harness, monkeypatch):
    """Two runtimes stand for two processes."""
    harness.subscribe()
    conversations = [harness.open() for _ in range(6)]
    for n in range(10):
        for conversation in conversations:
            text(harness, conversation, str(n))
    rt, mine = harness.rt, threading.local()
    other = Runtime(rt.settings, rt.store, rt.ring)
    monkeypatch.setattr(recurring, "runtime", lambda: getattr(mine, "rt", rt))

    def work(found):
        mine.rt = found
        for _ in range(20):
            recurring.deliver()
            assert found.part(run.DeliveryWorker).wait(PATIENCE_SECONDS)

    threads = [threading.Thread(target=work, args=(found,)) for found in (rt, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS * 3)
    # One process has one HTTP client for callbacks, so some deliveries failed as busy and are tried again.
    while any(one["state"] == "waiting" for one in harness.deliveries()):
        harness.run_later(rules.BUSY_SECONDS)
    told = harness.callbacks()
    assert len(told) == len({one.id for one in told}) == 60
    for conversation in conversations:
        sid = conversation.session._solution["sid"]
        assert bodies([one for one in told if one.form["interactionSessionSid"] == sid]) == [str(n) for n in range(10)]


def deliver_until(ready):
    """Runs the delivery job again and again, as the scheduler does, until `ready()` is true."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not ready():
        assert time.monotonic() < until
        recurring.deliver()
        time.sleep(0.02)


@pytest.fixture
def patient(monkeypatch):
    """Sets a long deadline, so that a try may take as long as a test needs."""
    monkeypatch.setattr(attempt, "DEADLINE_SECONDS", 3.0 * PATIENCE_SECONDS)


def test_a_slow_receiver_holds_up_nobody_else(harness, stack, clock, patient):
    slow_app, go = App(), threading.Event()
    slow = DeliveriesHarness(WebhookHarness(stack, clock, numbers=4), slow_app)
    try:
        slow_app.answer = lambda told: 200 if go.wait(PATIENCE_SECONDS) else 500
        slow.set_fields(CallbackUrl=f"{slow_app.url}/callback")
        harness.subscribe()
        conversations = [slow.open() for _ in range(8)]
        for conversation in conversations:
            text(slow, conversation, "slow")
        text(harness, harness.open(), "fast")
        deliver_until(lambda: len(slow_app.told) == PER_RECEIVER)
        deliver_until(lambda: len(harness.callbacks()) == 1 and len(harness.events()) == 3)
        assert len(slow_app.told) == PER_RECEIVER
        go.set()
        slow.run_job()
        assert len(slow_app.told) == len({one.id for one in slow_app.told}) == 8
    finally:
        go.set()
        assert harness.rt.part(run.DeliveryWorker).wait(PATIENCE_SECONDS)
        slow.clean_up()
        slow_app.stop()


def test_slow_callbacks_do_not_hold_up_the_same_app_s_events(harness, patient):
    go = threading.Event()
    harness.subscribe()
    harness.receiver.answer = lambda told: 200 if "callback" not in told.path or go.wait(PATIENCE_SECONDS) else 500
    conversations = [harness.open() for _ in range(6)]
    for conversation in conversations:
        text(harness, conversation, "slow")
    try:
        deliver_until(lambda: len(harness.callbacks()) == PER_RECEIVER)
        deliver_until(lambda: len(harness.events()) == 18)
    finally:
        go.set()
    harness.run_job()
    assert len(harness.callbacks()) == 6


def test_a_store_that_dies_at_the_settling_delivers_again_under_the_same_id(harness, monkeypatch, caplog):
    harness.subscribe()
    text(harness, harness.open(), "hello")

    def down(*_):
        raise StoreUnavailable("the store does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(run.DeliveryWorker, "settle", down)
        recurring.deliver()
        assert harness.rt.part(run.DeliveryWorker).wait(PATIENCE_SECONDS)
    assert len(harness.callbacks()) == 1
    harness.run_later(rules.LEASE_SECONDS)
    assert len(harness.callbacks()) == 2
    assert len({one.id for one in harness.callbacks()}) == 1
    assert "the store does not answer" in caplog.text


def test_slots_are_counted():
    slots, other = WorkerSlots(5, 4), Receiver("B", "KS2", "event")
    one, two = Receiver("A", "KS1", "event"), Receiver("A", "KS1", "hangup")
    assert slots.enter(one) == PER_RECEIVER
    assert slots.enter(one) == 0
    assert slots.enter(two) == 1, "an account has four"
    assert slots.enter(other) == 1, "five in all"
    slots.leave(one, PER_RECEIVER)
    slots.note(one, False)
    assert slots.enter(one) == 1, "one that fails gets one"
    slots.stop(0)
    slots.leave(other)
    assert slots.enter(other) == 0


PROCESS = """
import time
from jobs import recurring
while True:
    recurring.deliver()
    time.sleep(0.01)
"""


def kill_at_work(harness, stack):
    before, environment = len(harness.receiver.told), {**os.environ, **stack.environment}
    processes = [subprocess.Popen([sys.executable, "-c", PROCESS], env=environment) for _ in range(2)]
    try:
        harness.receiver.wait(lambda told: len(told) > before + 12)
    finally:
        for process in processes:
            process.kill()
            process.wait(PATIENCE_SECONDS)


def test_workers_that_are_killed_at_work_lose_nothing(harness, stack):
    """Kills real processes with kill -9 while they deliver, two at a time."""
    harness.subscribe()
    conversations = [harness.open() for _ in range(5)]
    for n in range(25):
        for conversation in conversations:
            text(harness, conversation, str(n))
    killed = 0
    while any(one["state"] == "waiting" for one in harness.deliveries()) or not harness.callbacks():
        if killed < 3:
            kill_at_work(harness, stack)
            killed += 1
        harness.webhooks.clock.advance(rules.LEASE_SECONDS)
        # This change makes an event, which carries the test's time to the processes that have no test clock.
        harness.set_fields(DefaultTtl="0")
        if killed == 3:
            harness.run_job()
    told = harness.callbacks()
    first = list({one.id: one for one in reversed(told)}.values())[::-1]
    assert len(first) == 125
    assert len(told) - len(first) <= killed * 2 * PER_RECEIVER
    for conversation in conversations:
        sid = conversation.session._solution["sid"]
        assert bodies([one for one in first if one.form["interactionSessionSid"] == sid]) == [str(n) for n in range(25)]
