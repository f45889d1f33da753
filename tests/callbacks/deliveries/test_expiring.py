"""session.expiring: told once for each end, so many seconds before it, however many end at the same moment."""

from __future__ import annotations

from collections import Counter

import pytest

from common.sids import new

# Slow: lets many Sessions end at the same moment.
pytestmark = pytest.mark.slow


AHEAD = 600


def expiring(customer):
    return Counter(event["data"]["session_sid"] for event in customer.events("session.expiring"))


def opened(customer, **fields):
    return str(customer.scene.service.sessions.create(unique_name=new("s-"), **fields).sid)


def listen(customer, seconds=AHEAD):
    customer.set(EventsUrl=f"{customer.receiver.url}/events", ExpiringSeconds=str(seconds))


def test_it_is_told_in_time_and_once(customer):
    listen(customer)
    sid = opened(customer, ttl=1200)
    customer.run()
    customer.later(1200 - AHEAD - 1)
    assert not expiring(customer)
    for _ in range(3):
        customer.later(1)
    assert expiring(customer) == {sid: 1}
    customer.later(AHEAD)
    assert expiring(customer) == {sid: 1}


def test_an_end_that_moved_is_told_again(customer):
    listen(customer)
    sid = opened(customer, ttl=1200)
    customer.later(700)
    assert expiring(customer) == {sid: 1}
    customer.scene.service.sessions(sid).update(ttl=3600)
    customer.later(10)
    assert expiring(customer) == {sid: 1}
    customer.later(3600 - 700 - 10 - AHEAD)
    assert expiring(customer) == {sid: 2}


def test_many_that_end_at_the_same_moment_are_all_told(customer):
    """More than a batch, and the clock of the test stands still: all have the same end."""
    listen(customer)
    sids = {opened(customer, ttl=1200) for _ in range(120)}
    customer.later(700)
    assert expiring(customer) == dict.fromkeys(sids, 1)


def test_one_that_closed_in_the_middle_of_a_batch_leaves_no_gap(customer):
    listen(customer)
    sids = sorted(opened(customer, ttl=1200) for _ in range(70))
    assert customer.scene.clock
    customer.scene.clock.advance(700)
    assert customer.rt.store.service("announce_expiring", customer.sid, {})["announced"] == 50
    customer.scene.service.sessions(sids[49]).update(status="closed")
    customer.run()
    assert expiring(customer) == dict.fromkeys(sids, 1)


def test_switched_on_it_tells_of_those_that_are_near(customer):
    sid = opened(customer, ttl=300)
    far = opened(customer, ttl=30_000)
    listen(customer)
    customer.run()
    assert expiring(customer) == {sid: 1}
    listen(customer, 0)
    listen(customer, 40_000)
    customer.run()
    assert expiring(customer)[far] == 1


def test_switched_off_it_costs_nothing_and_tells_nothing(customer):
    listen(customer, 0)
    opened(customer, ttl=100)
    customer.later(50)
    assert not expiring(customer)
