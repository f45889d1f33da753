"""callback_url is informational: whatever the app answers, or if it does not, the next callback is not held up.

Source: Twilio Proxy, webhooks of a Service: the answer to `callback_url` is ignored. A public program never gives one.
"""

from __future__ import annotations

import json
import threading

import pytest

from callbacks import attempt, rules


def texts(told):
    return [json.loads(one.form["interactionData"])["body"] for one in told]


def text(customer, talk, body):
    customer.scene.post(customer.scene.form(talk.alice, talk.alices, body))


@pytest.mark.parametrize("status", [204, 301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_any_answer_counts_as_told(customer, status):
    customer.listen()
    customer.receiver.location = f"{customer.receiver.url}/elsewhere"
    customer.receiver.answer = lambda told: status if told.path.startswith("/callback") else 200
    talk = customer.talk()
    for body in ("one", "two", "three"):
        text(customer, talk, body)
    customer.run()
    assert texts(customer.callbacks()) == ["one", "two", "three"]
    assert customer.receiver.at("/elsewhere") == []
    rows = [row for row in customer.deliveries() if row["kind"] == "callback"]
    assert {(row["state"], row["attempts"], row["last_status"]) for row in rows} == {("delivered", 1, status)}
    customer.later(rules.DAY)
    assert len(customer.callbacks()) == 3


def test_silence_counts_as_told_and_is_not_told_twice(customer, monkeypatch):
    monkeypatch.setattr(attempt, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(attempt, "SILENT_SECONDS", 0.1)
    over = threading.Event()
    customer.listen()
    customer.receiver.answer = lambda told: (over.wait(30), 200)[1] if told.path.startswith("/callback") else 200
    talk = customer.talk()
    try:
        for body in ("one", "two", "three"):
            text(customer, talk, body)
        customer.run()
        assert texts(customer.callbacks()) == ["one", "two", "three"]
        rows = [row for row in customer.deliveries() if row["kind"] == "callback"]
        assert {(row["state"], row["last_error"]) for row in rows} == {("delivered", "timeout")}
        customer.later(rules.DAY)
        assert len(customer.callbacks()) == 3
    finally:
        over.set()


def test_nobody_there_is_tried_again_beside_the_lane_a_few_times(customer):
    """A connection that is closed without a word: it may have reached nobody."""
    customer.listen()
    customer.receiver.answer = lambda told: 0 if "poison" in told.body.decode() else 200
    talk = customer.talk()
    for body in ("poison", "next", "last"):
        text(customer, talk, body)
    customer.run()
    assert texts(customer.callbacks()) == ["poison", "next", "last"]
    for delay in rules.CALLBACK_DELAYS:
        customer.later(delay)
    customer.later(rules.DAY)
    told = customer.callbacks()
    assert texts(told) == ["poison", "next", "last", "poison", "poison", "poison"]
    assert len({one.id for one in told}) == 3
    one = customer.one(kind="callback", state="parked")
    assert (one["attempts"], one["last_status"], one["last_error"]) == (4, None, "broken")
    customer.receiver.answer = lambda told: 200
    customer.call("POST", f"/events/v1/Deliveries/{one['sid']}/Redeliver")
    customer.run()
    assert customer.one(sid=one["sid"])["state"] == "delivered"


def test_a_new_status_is_told_while_an_older_one_is_still_tried(customer):
    customer.listen()
    customer.set(CallbackUrl="http://127.0.0.1:1/")
    talk = customer.talk()
    text(customer, talk, "before")
    customer.run()
    assert customer.one(kind="callback")["last_error"] == "connect"
    customer.set(CallbackUrl=f"{customer.receiver.url}/callback")
    text(customer, talk, "after")
    customer.run()
    assert texts(customer.callbacks()) == ["after"]
    customer.later(rules.CALLBACK_DELAYS[0])
    assert texts(customer.callbacks()) == ["after", "before"]
