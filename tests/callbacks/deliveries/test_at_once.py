"""Killed, doubled, frozen and parallel couriers: nothing is lost, nothing is settled twice, ids stay."""

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
from tests.callbacks.deliveries.customer import Customer
from tests.callbacks.deliveries.receiver import Receiver as App
from tests.proxy.webhooks.scene import Scene

# Slow: runs several workers at once, and kills them.
pytestmark = pytest.mark.slow


PATIENCE_SECONDS = 20


def text(customer, talk, body):
    customer.scene.post(customer.scene.form(talk.alice, talk.alices, body))


def bodies(told):
    return [json.loads(one.form["interactionData"])["body"] for one in told]


def cursor(customer):
    return customer.rt.store.client.hget(keys.service("clock", customer.sid), "c").decode()


def claim(customer, kind="callback", most=10):
    return worker(customer).claim("AC" + "1" * 32, [Receiver("AC", customer.sid, kind)] * most)


def worker(customer):
    return customer.rt.part(run.DeliveryWorker)


def test_two_couriers_at_once_spool_each_event_once(customer):
    customer.listen()
    talk = customer.talk()
    for n in range(30):
        text(customer, talk, str(n))
    at = cursor(customer)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: spool.spool(customer.rt, customer.sid, at), range(8)))
    customer.run()
    assert bodies(customer.callbacks()) == [str(n) for n in range(30)]
    assert [event["type"] for event in customer.events()] == ["session.opened", *["participant.joined"] * 2]


def test_a_courier_killed_before_the_cursor_moved_loses_nothing(customer, monkeypatch):
    customer.listen()
    text(customer, customer.talk(), "hello")
    with monkeypatch.context() as patch:
        patch.setattr(spool, "_deliveries", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            spool.spool(customer.rt, customer.sid, cursor(customer))
    customer.run()
    assert len(customer.callbacks()) == 1


def test_what_a_killed_courier_held_comes_up_again_under_its_id(customer):
    customer.listen()
    text(customer, customer.talk(), "hello")
    spool.spool(customer.rt, customer.sid, cursor(customer))
    held = claim(customer)
    assert len(held) == 1
    assert claim(customer) == []
    customer.later(rules.LEASE_SECONDS - 1)
    assert customer.callbacks() == []
    customer.later(1)
    assert [one.id for one in customer.callbacks()] == [held[0].sid]
    one = customer.one(kind="callback")
    assert (one["state"], one["attempts"]) == ("delivered", 2)


def test_who_comes_back_too_late_settles_nothing(customer):
    customer.listen()
    text(customer, customer.talk(), "hello")
    spool.spool(customer.rt, customer.sid, cursor(customer))
    (held,) = claim(customer)
    customer.receiver.answer = lambda told: 0
    customer.later(rules.LEASE_SECONDS)
    assert worker(customer).settle(held, result("delivered", 200), True) is None
    one = customer.one(kind="callback")
    assert (one["state"], one["last_status"]) == ("waiting", None)


def test_a_frozen_courier_does_not_post_after_its_time(customer, monkeypatch):
    customer.listen()
    text(customer, customer.talk(), "hello")
    spool.spool(customer.rt, customer.sid, cursor(customer))
    (held,) = claim(customer)
    now = claim_worker.moment()
    monkeypatch.setattr(claim_worker, "moment", lambda: now + rules.FENCE_SECONDS + 1)
    worker(customer).take_turn(held)
    monkeypatch.undo()
    assert customer.callbacks() == []
    assert rules.FENCE_SECONDS + rules.DEADLINE_SECONDS < rules.LEASE_SECONDS


def test_one_that_kills_each_courier_ends_parked(customer):
    customer.listen()
    talk = customer.talk()
    text(customer, talk, "poison")
    text(customer, talk, "next")
    spool.spool(customer.rt, customer.sid, cursor(customer))
    assert customer.scene.clock
    for _ in range(rules.most_tries(rules.Kind.CALLBACK)):
        assert len(claim(customer)) == 1
        customer.scene.clock.advance(rules.LEASE_SECONDS)
    customer.run()
    assert bodies(customer.callbacks()) == ["next"]
    assert [one["last_error"] for one in customer.deliveries(State="parked", Service=customer.sid)] == ["abandoned"]


def test_couriers_at_once_deliver_each_once_and_in_order(customer, monkeypatch):
    """Two runtimes stand for two processes."""
    customer.listen()
    talks = [customer.talk() for _ in range(6)]
    for n in range(10):
        for talk in talks:
            text(customer, talk, str(n))
    rt, mine = customer.rt, threading.local()
    other = Runtime(rt.settings, rt.store, rt.index, rt.seal)
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
    # One process has one HTTP client for callbacks, so some were busy.
    while any(one["state"] == "waiting" for one in customer.deliveries()):
        customer.later(rules.BUSY_SECONDS)
    told = customer.callbacks()
    assert len(told) == len({one.id for one in told}) == 60
    for talk in talks:
        sid = talk.session._solution["sid"]
        assert bodies([one for one in told if one.form["interactionSessionSid"] == sid]) == [str(n) for n in range(10)]


def deliver_until(ready):
    """As the clock rings."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not ready():
        assert time.monotonic() < until
        recurring.deliver()
        time.sleep(0.02)


@pytest.fixture
def patient(monkeypatch):
    """A try may take as long as a test needs."""
    monkeypatch.setattr(attempt, "DEADLINE_SECONDS", 3.0 * PATIENCE_SECONDS)


def test_a_slow_receiver_holds_up_nobody_else(customer, stack, clock, patient):
    slow_app, go = App(), threading.Event()
    slow = Customer(Scene(stack, clock, numbers=4), slow_app)
    try:
        slow_app.answer = lambda told: 200 if go.wait(PATIENCE_SECONDS) else 500
        slow.set(CallbackUrl=f"{slow_app.url}/callback")
        customer.listen()
        talks = [slow.talk() for _ in range(8)]
        for talk in talks:
            text(slow, talk, "slow")
        text(customer, customer.talk(), "fast")
        deliver_until(lambda: len(slow_app.told) == PER_RECEIVER)
        deliver_until(lambda: len(customer.callbacks()) == 1 and len(customer.events()) == 3)
        assert len(slow_app.told) == PER_RECEIVER
        go.set()
        slow.run()
        assert len(slow_app.told) == len({one.id for one in slow_app.told}) == 8
    finally:
        go.set()
        assert customer.rt.part(run.DeliveryWorker).wait(PATIENCE_SECONDS)
        slow.leave()
        slow_app.stop()


def test_slow_callbacks_do_not_hold_up_the_same_app_s_events(customer, patient):
    go = threading.Event()
    customer.listen()
    customer.receiver.answer = lambda told: 200 if "callback" not in told.path or go.wait(PATIENCE_SECONDS) else 500
    talks = [customer.talk() for _ in range(6)]
    for talk in talks:
        text(customer, talk, "slow")
    try:
        deliver_until(lambda: len(customer.callbacks()) == PER_RECEIVER)
        deliver_until(lambda: len(customer.events()) == 18)
    finally:
        go.set()
    customer.run()
    assert len(customer.callbacks()) == 6


def test_a_store_that_dies_at_the_settling_delivers_again_under_the_same_id(customer, monkeypatch, caplog):
    customer.listen()
    text(customer, customer.talk(), "hello")

    def down(*_):
        raise StoreUnavailable("the store does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(run.DeliveryWorker, "settle", down)
        recurring.deliver()
        assert customer.rt.part(run.DeliveryWorker).wait(PATIENCE_SECONDS)
    assert len(customer.callbacks()) == 1
    customer.later(rules.LEASE_SECONDS)
    assert len(customer.callbacks()) == 2
    assert len({one.id for one in customer.callbacks()}) == 1
    assert "the store does not answer" in caplog.text


def test_slots_are_counted():
    slots, other = WorkerSlots(5, 4), Receiver("B", "KS2", "event")
    one, two = Receiver("A", "KS1", "event"), Receiver("A", "KS1", "hangup")
    assert slots.enter(one) == PER_RECEIVER
    assert slots.enter(one) == 0
    assert slots.enter(two) == 1, "an account has four"
    assert slots.enter(other) == 1 and slots.is_full(), "five in all"
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


def kill_at_work(customer, stack):
    before, environment = len(customer.receiver.told), {**os.environ, **stack.environment}
    processes = [subprocess.Popen([sys.executable, "-c", PROCESS], env=environment) for _ in range(2)]
    try:
        customer.receiver.wait(lambda told: len(told) > before + 12)
    finally:
        for process in processes:
            process.kill()
            process.wait(PATIENCE_SECONDS)


def test_couriers_that_are_killed_at_work_lose_nothing(customer, stack):
    """kill -9 of real processes while they deliver, two at a time."""
    customer.listen()
    talks = [customer.talk() for _ in range(5)]
    for n in range(25):
        for talk in talks:
            text(customer, talk, str(n))
    killed = 0
    while any(one["state"] == "waiting" for one in customer.deliveries()) or not customer.callbacks():
        if killed < 3:
            kill_at_work(customer, stack)
            killed += 1
        customer.scene.clock.advance(rules.LEASE_SECONDS)
        # An event takes the clock of the test to those that have none.
        customer.set(DefaultTtl="0")
        if killed == 3:
            customer.run()
    told = customer.callbacks()
    first = list({one.id: one for one in reversed(told)}.values())[::-1]
    assert len(first) == 125
    assert len(told) - len(first) <= killed * 2 * PER_RECEIVER
    for talk in talks:
        sid = talk.session._solution["sid"]
        assert bodies([one for one in first if one.form["interactionSessionSid"] == sid]) == [str(n) for n in range(25)]
