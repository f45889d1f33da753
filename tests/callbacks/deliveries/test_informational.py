"""callback_url is informational: whatever the app answers, even nothing, the next callback is not held up.

Source: Twilio Proxy, webhooks of a Service: the answer to `callback_url` is ignored. A public program never answers.
"""

from __future__ import annotations

import json
import threading

import pytest

from callbacks import attempt, rules


def texts(told):
    return [json.loads(one.form["interactionData"])["body"] for one in told]


def text(harness, conversation, body):
    harness.webhooks.post(harness.webhooks.message_form(conversation.alice, conversation.alices, body))


@pytest.mark.parametrize("status", [204, 301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_any_answer_counts_as_told(harness, status):
    harness.subscribe()
    harness.receiver.location = f"{harness.receiver.url}/elsewhere"
    harness.receiver.answer = lambda told: status if told.path.startswith("/callback") else 200
    conversation = harness.open()
    for body in ("one", "two", "three"):
        text(harness, conversation, body)
    harness.run_job()
    assert texts(harness.callbacks()) == ["one", "two", "three"]
    assert harness.receiver.at("/elsewhere") == []
    rows = [row for row in harness.deliveries() if row["kind"] == "callback"]
    assert {(row["state"], row["attempts"], row["last_status"]) for row in rows} == {("delivered", 1, status)}
    harness.run_later(rules.DAY)
    assert len(harness.callbacks()) == 3


def test_silence_counts_as_told_and_is_not_told_twice(harness, monkeypatch):
    monkeypatch.setattr(attempt, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(attempt, "NO_ANSWER_SECONDS", 0.1)
    over = threading.Event()
    harness.subscribe()
    harness.receiver.answer = lambda told: (over.wait(30), 200)[1] if told.path.startswith("/callback") else 200
    conversation = harness.open()
    try:
        for body in ("one", "two", "three"):
            text(harness, conversation, body)
        harness.run_job()
        assert texts(harness.callbacks()) == ["one", "two", "three"]
        rows = [row for row in harness.deliveries() if row["kind"] == "callback"]
        assert {(row["state"], row["last_error"]) for row in rows} == {("delivered", "timeout")}
        harness.run_later(rules.DAY)
        assert len(harness.callbacks()) == 3
    finally:
        over.set()


def test_nobody_there_is_tried_again_beside_the_lane_a_few_times(harness):
    """The connection is closed without an answer: the callback may have reached nobody."""
    harness.subscribe()
    harness.receiver.answer = lambda told: 0 if "poison" in told.body.decode() else 200
    conversation = harness.open()
    for body in ("poison", "next", "last"):
        text(harness, conversation, body)
    harness.run_job()
    assert texts(harness.callbacks()) == ["poison", "next", "last"]
    for delay in rules.CALLBACK_DELAYS:
        harness.run_later(delay)
    harness.run_later(rules.DAY)
    told = harness.callbacks()
    assert texts(told) == ["poison", "next", "last", "poison", "poison", "poison"]
    assert len({one.id for one in told}) == 3
    one = harness.delivery(kind="callback", state="parked")
    assert (one["attempts"], one["last_status"], one["last_error"]) == (4, None, "broken")
    harness.receiver.answer = lambda told: 200
    harness.request("POST", f"/events/v1/Deliveries/{one['sid']}/Redeliver")
    harness.run_job()
    assert harness.delivery(sid=one["sid"])["state"] == "delivered"


def test_a_new_status_is_told_while_an_older_one_is_still_tried(harness):
    harness.subscribe()
    harness.set_fields(CallbackUrl="http://127.0.0.1:1/")
    conversation = harness.open()
    text(harness, conversation, "before")
    harness.run_job()
    assert harness.delivery(kind="callback")["last_error"] == "connect"
    harness.set_fields(CallbackUrl=f"{harness.receiver.url}/callback")
    text(harness, conversation, "after")
    harness.run_job()
    assert texts(harness.callbacks()) == ["after"]
    harness.run_later(rules.CALLBACK_DELAYS[0])
    assert texts(harness.callbacks()) == ["after", "before"]
