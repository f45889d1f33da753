"""An event that events_url does not accept is tried again for a day, in order, with the same id, and then parked."""

from __future__ import annotations

import pytest

from callbacks import rules
from common.sids import new
from jobs import recurring

# Slow: retries for a day at receivers that fail.
pytestmark = pytest.mark.slow


LATEST = "2099-01-01T00:00:00Z"
OPENED = ["session.opened", "participant.joined", "participant.joined"]


def types(deaf):
    return [event["type"] for event in deaf.events()]


@pytest.fixture
def deaf(harness):
    """A harness whose receiver answers 503 to each event."""
    harness.subscribe()
    harness.receiver.answer = lambda told: 503 if told.path.startswith("/events") else 200
    return harness


def first(deaf):
    return deaf.delivery(type="session.opened")


def test_it_is_tried_again_in_order_under_the_same_id_until_it_is_taken(deaf):
    deaf.open()
    deaf.run_job()
    assert types(deaf) == OPENED[:1]
    deaf.run_later(rules.DELAYS[0] * (1 - rules.JITTER) - 1)
    assert len(deaf.events()) == 1
    deaf.run_later(rules.DELAYS[0])
    assert types(deaf) == OPENED[:1] * 2
    deaf.receiver.answer = lambda told: 204
    deaf.run_later(rules.DELAYS[1])
    assert types(deaf) == OPENED[:1] * 2 + OPENED
    assert len({told.id for told in deaf.receiver.at("/events")}) == 3
    one = first(deaf)
    assert (one["state"], one["attempts"], one["last_status"]) == ("delivered", 3, 204)
    deaf.run_later(rules.DAY)
    assert len(deaf.events()) == 5


def test_the_delays_grow_for_a_day_and_then_it_is_parked_and_the_next_ones_get_a_try(deaf):
    deaf.open(date_expiry=LATEST)
    deaf.run_job()
    for tried, delay in enumerate(rules.DELAYS, 2):
        one = first(deaf)
        assert (one["state"], one["last_status"]) == ("waiting", 503)
        assert one["date_next_attempt"]
        deaf.run_later(delay)
        assert types(deaf)[:tried] == ["session.opened"] * tried
    one = first(deaf)
    assert (one["state"], one["attempts"], one["date_next_attempt"]) == ("parked", 8, None)
    assert types(deaf)[8:] == ["participant.joined"]
    deaf.run_later(rules.DAY)
    assert {row["state"] for row in deaf.deliveries()} == {"parked"}
    assert 0.9 * rules.DAY < sum(rules.DELAYS) < rules.DAY


def test_another_session_does_not_wait(deaf):
    stuck: list[str] = []
    deaf.receiver.answer = lambda told: 500 if not stuck or stuck[0] in told.body.decode() else 200
    stuck.append(deaf.open().session._solution["sid"])
    other = deaf.open().session._solution["sid"]
    deaf.run_job()
    assert {row["state"] for row in deaf.deliveries() if row["session_sid"] == other} == {"delivered"}
    assert {row["state"] for row in deaf.deliveries() if row["session_sid"] == stuck[0]} == {"waiting"}


def test_events_do_not_hold_up_callbacks(deaf):
    conversation = deaf.open()
    deaf.webhooks.post(deaf.webhooks.message_form(conversation.alice, conversation.alices, "hello"))
    deaf.run_job()
    assert len(deaf.callbacks()) == 1


def test_gone_is_parked_at_once(deaf):
    deaf.receiver.answer = lambda told: 410
    deaf.open()
    deaf.run_job()
    assert {(row["state"], row["attempts"], row["last_status"]) for row in deaf.deliveries()} == {("parked", 1, 410)}


@pytest.mark.parametrize("status", [301, 302, 307, 400, 403, 404, 429, 500])
def test_only_2xx_counts_and_redirects_are_not_followed(deaf, status):
    deaf.receiver.location = f"{deaf.receiver.url}/elsewhere"
    deaf.receiver.answer = lambda told: status
    deaf.open()
    deaf.run_job()
    one = first(deaf)
    assert (one["state"], one["last_status"]) == ("waiting", status)
    assert deaf.receiver.at("/elsewhere") == []


def test_a_receiver_that_is_not_there_is_a_failed_try(harness):
    harness.set_fields(EventsUrl="http://127.0.0.1:1/?key=secret")
    harness.open()
    harness.run_job()
    one = first(harness)
    assert (one["state"], one["attempts"], one["last_status"], one["last_error"]) == ("waiting", 1, None, "connect")
    assert one["receiver_url"] == "http://127.0.0.1:1/"


def test_a_redelivered_one_goes_out_again_under_its_id_with_a_day_of_its_own(deaf):
    deaf.receiver.answer = lambda told: 410
    deaf.open(date_expiry=LATEST)
    deaf.run_job()
    sid = first(deaf)["sid"]
    deaf.run_later(3 * rules.DAY)
    deaf.receiver.answer = lambda told: 500
    again = deaf.request("POST", f"/events/v1/Deliveries/{sid}/Redeliver")
    assert (again["sid"], again["state"]) == (sid, "waiting")
    deaf.run_job()
    assert first(deaf)["state"] == "waiting"
    deaf.receiver.answer = lambda told: 200
    deaf.request("POST", f"/events/v1/Deliveries/{sid}/Redeliver")
    deaf.run_job()
    assert first(deaf)["state"] == "delivered"
    assert len([told for told in deaf.receiver.at("/events") if told.id == sid]) == 3


def test_settled_ones_are_forgotten_in_time(deaf):
    deaf.receiver.answer = lambda told: 410 if "session.opened" in told.body.decode() else 200
    deaf.open(date_expiry=LATEST)
    deaf.run_job()
    assert {one["state"] for one in deaf.deliveries()} == {"parked", "delivered"}
    deaf.run_later(rules.DAY + 1)
    recurring.forget()
    assert {one["state"] for one in deaf.deliveries()} == {"parked"}
    deaf.run_later(30 * rules.DAY)
    recurring.forget()
    assert deaf.deliveries() == []
    left = [key for key in deaf.rt.store.client.scan_iter(f"{{{deaf.sid}}}:*") if b"deliver" in key or b"lane" in key]
    assert left == []


def test_a_deleted_service_leaves_nothing(deaf):
    deaf.open()
    deaf.run_job()
    sid = deaf.sid
    deaf.request("DELETE", f"/proxy/v1/Services/{sid}", 204)
    try:
        recurring.forget()
        deaf.run_later(rules.DELAYS[0])
        left = [key for key in deaf.rt.store.client.scan_iter(f"{{{sid}}}:*") if b"deliver" in key or b"lane" in key]
        assert left == []
        assert len(deaf.events()) == 1
    finally:
        deaf.webhooks.sid = str(deaf.webhooks.client.proxy.v1.services.create(unique_name=new("after-")).sid)
