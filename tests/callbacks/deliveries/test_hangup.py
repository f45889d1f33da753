"""end_calls: closing a Session ends its live calls, however often it is tried and whatever the carrier answers."""

from __future__ import annotations

import pytest

from callbacks import rules
from carrier.client import Carrier
from common.errors import CarrierError
from tests.support.telephones import act, call, plan


def live(harness, **fields):
    conversation = harness.open(**fields)
    plan(harness.webhooks, conversation.bob, "answer", keys="1")
    sid = call(harness.webhooks, conversation.alice, conversation.alices)
    assert status(harness, sid) == "in-progress"
    return conversation, sid


def status(harness, sid):
    return harness.webhooks.sim("GET", f"/calls/{sid}")["status"]


def ended(harness, sid):
    return harness.webhooks.sim("GET", f"/calls/{sid}?status=over&timeout=20")["status"]


def test_closing_ends_live_calls(harness):
    harness.set_fields(EndCalls="true")
    conversation, sid = live(harness)
    conversation.session.update(status="closed")
    harness.run_job()
    assert ended(harness, sid) == "completed"
    one = harness.delivery(kind="hangup")
    assert (one["state"], one["type"], one["receiver_url"]) == ("delivered", "calls.end", None)
    assert harness.request("GET", f"/events/v1/Deliveries/{one['sid']}")["body"] == {"calls": [sid]}


def test_unless_asked_calls_go_on(harness):
    harness.subscribe()
    conversation, sid = live(harness)
    conversation.session.update(status="closed")
    harness.run_job()
    assert status(harness, sid) == "in-progress"
    assert [one for one in harness.deliveries() if one["kind"] == "hangup"] == []


def test_a_call_that_is_over_is_no_failure(harness):
    harness.set_fields(EndCalls="true")
    conversation, _ = live(harness)
    conversation.session.update(status="closed")
    act(harness.webhooks, conversation.alice, "hangup")
    harness.run_job()
    assert harness.delivery(kind="hangup")["state"] == "delivered"


@pytest.mark.parametrize("code, carrier_status", [(20003, 401), (20429, 429), (0, 503)])
def test_what_the_carrier_does_not_do_is_tried_again(harness, monkeypatch, code, carrier_status):
    harness.set_fields(EndCalls="true")
    conversation, sid = live(harness)
    conversation.session.update(status="closed")

    def refuse(*_):
        raise CarrierError("the carrier refused", code=code, status=carrier_status)

    with monkeypatch.context() as patch:
        patch.setattr(Carrier, "hang_up", refuse)
        harness.run_job()
    one = harness.delivery(kind="hangup")
    assert (one["state"], one["last_status"], one["last_error"]) == ("waiting", carrier_status, "carrier")
    harness.run_later(rules.DELAYS[0])
    assert ended(harness, sid) == "completed"
    assert harness.delivery(kind="hangup")["attempts"] == 2


def test_a_session_without_calls_asks_for_nothing(harness):
    harness.set_fields(EndCalls="true")
    conversation = harness.open()
    conversation.session.update(status="closed")
    harness.run_job()
    assert harness.deliveries() == []
