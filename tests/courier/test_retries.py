"""What a receiver does not take is tried again for a day, in order, under the same id, then parked."""

from __future__ import annotations

import json

import pytest

from relay import jobs
from relay.courier import rules
from relay.sids import new

LATEST = "2099-01-01T00:00:00Z"


def texts(told):
    return [json.loads(one.form["interactionData"])["body"] for one in told]


def text(customer, talk, body):
    customer.scene.post(customer.scene.form(talk.alice, talk.alices, body))


@pytest.fixture
def deaf(customer):
    """Takes events, but no callback."""
    customer.listen()
    customer.receiver.answer = lambda told: 503 if told.path.startswith("/callback") else 200
    return customer


def test_it_is_tried_again_under_the_same_id_until_it_is_taken(deaf):
    talk = deaf.talk()
    text(deaf, talk, "hello")
    deaf.run()
    assert len(deaf.callbacks()) == 1
    deaf.later(rules.DELAYS[0])
    assert len(deaf.callbacks()) == 2
    deaf.receiver.answer = lambda told: 204
    deaf.later(rules.DELAYS[1])
    assert len(deaf.callbacks()) == 3
    assert len({one.id for one in deaf.callbacks()}) == 1
    one = deaf.one(kind="callback")
    assert (one["state"], one["attempts"], one["last_status"], one["sid"]) == (
        "delivered", 3, 204, deaf.callbacks()[0].id,
    )  # fmt: skip
    deaf.later(rules.DAY)
    assert len(deaf.callbacks()) == 3


def test_nothing_is_tried_before_its_time(deaf):
    text(deaf, deaf.talk(), "hello")
    deaf.run()
    deaf.later(rules.DELAYS[0] * (1 - rules.JITTER) - 1)
    assert len(deaf.callbacks()) == 1


def test_the_delays_grow_for_a_day_and_then_it_is_parked(deaf):
    text(deaf, deaf.talk(), "hello")
    deaf.run()
    for tried, delay in enumerate(rules.DELAYS, 2):
        one = deaf.one(kind="callback")
        assert (one["state"], one["last_status"]) == ("waiting", 503)
        assert one["date_next_attempt"]
        deaf.later(delay)
        assert len(deaf.callbacks()) == tried
    one = deaf.one(kind="callback")
    assert (one["state"], one["attempts"], one["date_next_attempt"]) == ("parked", rules.MOST_TRIES, None)
    deaf.later(rules.DAY)
    assert len(deaf.callbacks()) == rules.MOST_TRIES
    assert 0.9 * rules.DAY < sum(rules.DELAYS) < rules.DAY


def test_the_session_s_next_ones_wait_and_then_come_in_order(deaf):
    talk = deaf.talk()
    for body in ("one", "two", "three"):
        text(deaf, talk, body)
    deaf.run()
    assert texts(deaf.callbacks()) == ["one"]
    deaf.receiver.answer = lambda told: 200
    deaf.later(rules.DELAYS[0])
    assert texts(deaf.callbacks()) == ["one", "one", "two", "three"]


def test_another_session_does_not_wait(deaf):
    first, second = deaf.talk(), deaf.talk()
    deaf.receiver.answer = lambda told: 500 if first.session._solution["sid"] in told.body.decode() else 200
    text(deaf, first, "stuck")
    text(deaf, second, "well")
    deaf.run()
    assert sorted(texts(deaf.callbacks())) == ["stuck", "well"]
    assert {one["session_sid"]: one["state"] for one in deaf.deliveries() if one["kind"] == "callback"} == {
        first.session._solution["sid"]: "waiting",
        second.session._solution["sid"]: "delivered",
    }


def test_callbacks_do_not_hold_up_events(deaf):
    talk = deaf.talk()
    text(deaf, talk, "hello")
    talk.session.update(status="closed")
    deaf.run()
    assert [event["type"] for event in deaf.events()][-1] == "session.closed"


def test_a_parked_one_does_not_hold_up_the_next(deaf):
    talk = deaf.talk(date_expiry=LATEST)
    deaf.receiver.answer = lambda told: 500 if "poison" in told.body.decode() else 200
    text(deaf, talk, "poison")
    text(deaf, talk, "next")
    deaf.run()
    for delay in rules.DELAYS:
        assert texts(deaf.callbacks())[-1] == "poison"
        deaf.later(delay)
    assert texts(deaf.callbacks())[-2:] == ["poison", "next"]
    assert [one["state"] for one in deaf.deliveries() if one["kind"] == "callback"] == ["parked", "delivered"]


def test_what_waited_behind_it_for_a_day_gets_one_try_each(deaf):
    talk = deaf.talk(date_expiry=LATEST)
    for body in ("one", "two", "three"):
        text(deaf, talk, body)
    deaf.run()
    for delay in rules.DELAYS:
        deaf.later(delay)
    deaf.later(rules.DAY)
    assert texts(deaf.callbacks())[-2:] == ["two", "three"]
    assert {one["state"] for one in deaf.deliveries() if one["kind"] == "callback"} == {"parked"}


def test_gone_is_parked_at_once(deaf):
    deaf.receiver.answer = lambda told: 410
    text(deaf, deaf.talk(), "hello")
    deaf.run()
    one = deaf.one(kind="callback")
    assert (one["state"], one["attempts"], one["last_status"]) == ("parked", 1, 410)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 403, 404, 429, 500])
def test_only_2xx_counts_and_redirects_are_not_followed(deaf, status):
    deaf.receiver.location = f"{deaf.receiver.url}/elsewhere"
    deaf.receiver.answer = lambda told: status
    text(deaf, deaf.talk(), "hello")
    deaf.run()
    one = deaf.one(kind="callback")
    assert (one["state"], one["last_status"]) == ("waiting", status)
    assert deaf.receiver.at("/elsewhere") == []


def test_a_receiver_that_is_not_there_is_a_failed_try(customer):
    customer.set(CallbackUrl="http://127.0.0.1:1/?key=secret")
    text(customer, customer.talk(), "hello")
    customer.run()
    one = customer.one(kind="callback")
    assert (one["state"], one["attempts"], one["last_status"], one["last_error"]) == ("waiting", 1, None, "connect")
    assert one["receiver_url"] == "http://127.0.0.1:1/"


def test_a_redelivered_one_goes_out_again_under_its_id_with_a_day_of_its_own(deaf):
    deaf.receiver.answer = lambda told: 410
    text(deaf, deaf.talk(), "hello")
    deaf.run()
    sid = deaf.one(kind="callback")["sid"]
    deaf.later(3 * rules.DAY)
    deaf.receiver.answer = lambda told: 500
    again = deaf.call("POST", f"/events/v1/Deliveries/{sid}/Redeliver")
    assert (again["sid"], again["state"]) == (sid, "waiting")
    deaf.run()
    assert deaf.one(kind="callback")["state"] == "waiting"
    deaf.receiver.answer = lambda told: 200
    deaf.later(rules.DELAYS[0])
    assert [one.id for one in deaf.callbacks()] == [sid] * 3
    assert deaf.one(kind="callback")["state"] == "delivered"


def test_one_that_waits_can_be_tried_now(deaf):
    text(deaf, deaf.talk(), "hello")
    deaf.run()
    deaf.later(rules.DELAYS[0])
    sid = deaf.one(kind="callback")["sid"]
    deaf.run()
    assert len(deaf.callbacks()) == 2
    deaf.call("POST", f"/events/v1/Deliveries/{sid}/Redeliver")
    deaf.receiver.answer = lambda told: 200
    deaf.run()
    assert len(deaf.callbacks()) == 3


def test_settled_ones_are_forgotten_in_time(deaf):
    text(deaf, deaf.talk(), "given up")
    deaf.receiver.answer = lambda told: 410 if told.path.startswith("/callback") else 200
    deaf.run()
    assert {one["state"] for one in deaf.deliveries()} == {"parked", "delivered"}
    deaf.later(rules.DAY + 1)
    jobs.forget()
    assert {one["state"] for one in deaf.deliveries()} == {"parked"}
    deaf.later(30 * rules.DAY)
    jobs.forget()
    assert deaf.deliveries() == []
    left = [key for key in deaf.rt.store.client.scan_iter(f"{{{deaf.sid}}}:*") if b"deliver" in key or b"lane" in key]
    assert left == []


def test_a_deleted_service_leaves_nothing(deaf):
    text(deaf, deaf.talk(), "hello")
    deaf.run()
    sid = deaf.sid
    deaf.call("DELETE", f"/proxy/v1/Services/{sid}", 204)
    try:
        jobs.forget()
        deaf.later(rules.DELAYS[0])
        left = [key for key in deaf.rt.store.client.scan_iter(f"{{{sid}}}:*") if b"deliver" in key or b"lane" in key]
        assert left == []
        assert len(deaf.callbacks()) == 1
    finally:
        deaf.scene.sid = str(deaf.scene.client.proxy.v1.services.create(unique_name=new("after-")).sid)
