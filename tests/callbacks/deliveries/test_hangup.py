"""end_calls: closing a Session ends its live calls, however often and whatever the carrier says meanwhile."""

from __future__ import annotations

import pytest

from callbacks import rules
from carrier.client import Carrier
from common.errors import CarrierError
from tests.proxy.webhooks.telephony import act, call, plan


def live(customer, **fields):
    talk = customer.talk(**fields)
    plan(customer.scene, talk.bob, "answer", keys="1")
    sid = call(customer.scene, talk.alice, talk.alices)
    assert status(customer, sid) == "in-progress"
    return talk, sid


def status(customer, sid):
    return customer.scene.sim("GET", f"/calls/{sid}")["status"]


def ended(customer, sid):
    return customer.scene.sim("GET", f"/calls/{sid}?status=over&timeout=20")["status"]


def test_closing_ends_live_calls(customer):
    customer.set(EndCalls="true")
    talk, sid = live(customer)
    talk.session.update(status="closed")
    customer.run()
    assert ended(customer, sid) == "completed"
    one = customer.one(kind="hangup")
    assert (one["state"], one["type"], one["receiver_url"]) == ("delivered", "calls.end", None)
    assert customer.call("GET", f"/events/v1/Deliveries/{one['sid']}")["body"] == {"calls": [sid]}


def test_unless_asked_calls_go_on(customer):
    customer.listen()
    talk, sid = live(customer)
    talk.session.update(status="closed")
    customer.run()
    assert status(customer, sid) == "in-progress"
    assert [one for one in customer.deliveries() if one["kind"] == "hangup"] == []


def test_a_call_that_is_over_is_no_failure(customer):
    customer.set(EndCalls="true")
    talk, _ = live(customer)
    talk.session.update(status="closed")
    act(customer.scene, talk.alice, "hangup")
    customer.run()
    assert customer.one(kind="hangup")["state"] == "delivered"


@pytest.mark.parametrize("code, carrier_status", [(20003, 401), (20429, 429), (0, 503)])
def test_what_the_carrier_does_not_do_is_tried_again(customer, monkeypatch, code, carrier_status):
    customer.set(EndCalls="true")
    talk, sid = live(customer)
    talk.session.update(status="closed")

    def refuse(*_):
        raise CarrierError("the carrier refused", code=code, status=carrier_status)

    with monkeypatch.context() as patch:
        patch.setattr(Carrier, "hang_up", refuse)
        customer.run()
    one = customer.one(kind="hangup")
    assert (one["state"], one["last_status"], one["last_error"]) == ("waiting", carrier_status, "carrier")
    customer.later(rules.DELAYS[0])
    assert ended(customer, sid) == "completed"
    assert customer.one(kind="hangup")["attempts"] == 2


def test_a_session_without_calls_asks_for_nothing(customer):
    customer.set(EndCalls="true")
    talk = customer.talk()
    talk.session.update(status="closed")
    customer.run()
    assert customer.deliveries() == []
