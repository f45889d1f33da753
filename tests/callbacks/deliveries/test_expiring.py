"""session.expiring: sent once for each end, a set number of seconds before it, even if many Sessions end together."""

from __future__ import annotations

from collections import Counter

import pytest

from common.sids import new

# Slow: lets many Sessions end at the same moment.
pytestmark = pytest.mark.slow


AHEAD = 600


def expiring(harness):
    return Counter(event["data"]["session_sid"] for event in harness.events("session.expiring"))


def opened(harness, **fields):
    return str(harness.webhooks.service.sessions.create(unique_name=new("s-"), **fields).sid)


def listen(harness, seconds=AHEAD):
    harness.set_fields(EventsUrl=f"{harness.receiver.url}/events", ExpiringSeconds=str(seconds))


def test_it_is_told_in_time_and_once(harness):
    listen(harness)
    sid = opened(harness, ttl=1200)
    harness.run_job()
    harness.run_later(1200 - AHEAD - 1)
    assert not expiring(harness)
    for _ in range(3):
        harness.run_later(1)
    assert expiring(harness) == {sid: 1}
    harness.run_later(AHEAD)
    assert expiring(harness) == {sid: 1}


def test_an_end_that_moved_is_told_again(harness):
    listen(harness)
    sid = opened(harness, ttl=1200)
    harness.run_later(700)
    assert expiring(harness) == {sid: 1}
    harness.webhooks.service.sessions(sid).update(ttl=3600)
    harness.run_later(10)
    assert expiring(harness) == {sid: 1}
    harness.run_later(3600 - 700 - 10 - AHEAD)
    assert expiring(harness) == {sid: 2}


def test_many_that_end_at_the_same_moment_are_all_told(harness):
    """There are more Sessions than one batch takes, and the test's clock stands still, so all have the same end."""
    listen(harness)
    sids = {opened(harness, ttl=1200) for _ in range(120)}
    harness.run_later(700)
    assert expiring(harness) == dict.fromkeys(sids, 1)


def test_one_that_closed_in_the_middle_of_a_batch_leaves_no_gap(harness):
    listen(harness)
    sids = sorted(opened(harness, ttl=1200) for _ in range(70))
    assert harness.webhooks.clock
    harness.webhooks.clock.advance(700)
    assert harness.rt.store.service("announce_expiring", harness.sid, {})["announced"] == 50
    harness.webhooks.service.sessions(sids[49]).update(status="closed")
    harness.run_job()
    assert expiring(harness) == dict.fromkeys(sids, 1)


def test_switched_on_it_tells_of_those_that_are_near(harness):
    sid = opened(harness, ttl=300)
    far = opened(harness, ttl=30_000)
    listen(harness)
    harness.run_job()
    assert expiring(harness) == {sid: 1}
    listen(harness, 0)
    listen(harness, 40_000)
    harness.run_job()
    assert expiring(harness)[far] == 1


def test_switched_off_it_costs_nothing_and_tells_nothing(harness):
    listen(harness, 0)
    opened(harness, ttl=100)
    harness.run_later(50)
    assert not expiring(harness)
