"""A decision without the app's answer is recorded: an event with reason and time, a mark, and a throttled warning."""

from __future__ import annotations

import logging

import pytest

from callbacks import events
from jobs import recurring
from policy import unchecked
from tests.callbacks.http.receiver import Receiver
from tests.relay.app_questions.service import answer_to, api, configure, inbound, last_event
from tests.relay.app_questions.test_overdue import OVER, dying
from tests.support.stack import free_port

__all__ = ["dying"]


@pytest.fixture(autouse=True)
def unwarned(harness, monkeypatch):
    monkeypatch.setitem(harness.stack.runtime._parts, unchecked.Warned, unchecked.Warned(harness.stack.runtime))


def failed(harness, after):
    return [(row["t"], row["d"]) for row in harness.events(after) if row["t"].endswith(".failed")]


def interaction(harness, conversation):
    (one,) = conversation.session.interactions.list()
    path = f"/proxy/v1/Services/{harness.sid}/Sessions/{one.session_sid}/Interactions/{one.sid}"
    return api(harness, "GET", path)


@pytest.mark.parametrize("kind", ["message", "voice"])
@pytest.mark.parametrize("policy", ["continue", "block"])
def test_an_app_that_answers_500(harness, intercept, kind, policy):
    configure(harness, OnInterceptFailure=policy)
    intercept.answer = lambda asked: 502
    conversation, after = harness.open(), last_event(harness)
    answer_to(harness, *inbound(harness, kind, conversation))
    found = interaction(harness, conversation)
    assert found["unchecked"] == ["intercept"]
    ((event, detail),) = failed(harness, after)
    assert event == "intercept.failed"
    assert events.public_event(event, 0, detail) == (event, {
        "interaction_sid": found["sid"], "reason": "status", "http_status": 502, "milliseconds": detail["ms"],
        "policy": policy,
    })  # fmt: skip


def test_an_app_that_cannot_be_reached(harness, app):
    configure(harness, InterceptCallbackUrl=f"http://127.0.0.1:{free_port()}/")
    conversation, after = harness.open(), last_event(harness)
    answer_to(harness, *inbound(harness, "message", conversation))
    assert [(event, detail["reason"]) for event, detail in failed(harness, after)] == [("intercept.failed", "connect")]
    assert interaction(harness, conversation)["unchecked"] == ["intercept"]
    configure(harness, InterceptCallbackUrl="")


def test_an_app_that_says_nothing(harness):
    """The event's `ms` is measured by the store's time, which the test moves while the app does not answer."""

    def silent(connection):
        harness.clock.advance(0.5)
        connection.receiver.stopped.wait(60)

    receiver = Receiver(silent)
    configure(harness, InterceptCallbackUrl=f"http://127.0.0.1:{receiver.port}/", InterceptTimeout="0.5")
    conversation, after = harness.open(), last_event(harness)
    answer_to(harness, *inbound(harness, "message", conversation))
    receiver.stop()
    ((_, detail),) = failed(harness, after)
    assert (detail["reason"], detail["ms"]) == ("timeout", 500)
    configure(harness, InterceptCallbackUrl="", InterceptTimeout="2.5")


def test_a_question_that_a_job_ended(harness, intercept, dying):
    """The process that asked has died, so the reason is `abandoned`."""
    configure(harness, OnInterceptFailure="block")
    conversation, after = harness.open(), last_event(harness)
    dying(*inbound(harness, "message", conversation))
    harness.clock.advance(OVER)
    recurring.end_questions()
    ((event, detail),) = failed(harness, after)
    assert (event, detail["reason"], detail["ms"]) == ("intercept.failed", "abandoned", OVER * 1000)
    assert interaction(harness, conversation)["unchecked"] == ["intercept"]


@pytest.mark.parametrize("status", [404, 500])
def test_a_stranger(harness, stranger, status):
    stranger.answer = lambda asked: status
    after = last_event(harness)
    answer_to(harness, harness.message_form(harness.new_person(), harness.pool[0], "hello"), harness.url())
    ((event, detail),) = failed(harness, after)
    assert (event, detail["status"], detail["policy"]) == ("out-of-session.failed", status, "refuse")


def test_one_that_was_answered_has_no_mark(harness, intercept):
    conversation, after = harness.open(), last_event(harness)
    answer_to(harness, *inbound(harness, "message", conversation))
    assert interaction(harness, conversation)["unchecked"] == []
    assert failed(harness, after) == []


def test_the_warning_comes_not_too_often(harness, intercept, caplog, monkeypatch):
    intercept.answer = lambda asked: 500
    with caplog.at_level(logging.WARNING, "maskline.unchecked"):
        for _ in range(3):
            answer_to(harness, *inbound(harness, "message", harness.open()))
        warned = [record.getMessage() for record in caplog.records if record.name == "maskline.unchecked"]
        assert len(warned) == 1 and harness.sid in warned[0] and "intercept" in warned[0]
        monkeypatch.setattr(unchecked, "WARN_SECONDS", 0)
        answer_to(harness, *inbound(harness, "message", harness.open()))
    warned = [record.getMessage() for record in caplog.records if record.name == "maskline.unchecked"]
    assert len(warned) == 2 and "3 since the last warning" in warned[1]


def test_an_earlier_text_that_does_not_open(harness, app):
    """The content policy continues without the text that it cannot decrypt, and records that."""
    configure(harness, ContentPhone="flag")
    conversation = harness.open()
    answer_to(harness, harness.message_form(conversation.alice, conversation.alices, "my number is 415"), harness.url())
    client = harness.stack.runtime.store.client
    (line,) = [key for key in client.scan_iter(f"{{{harness.sid}}}:recent:*") if client.lindex(key, -1)][-1:]
    client.lset(line, -1, "SM" + "f" * 32 + "|AAAA")
    harness.clock.advance(1)
    after = last_event(harness)
    answer_to(harness, harness.message_form(conversation.alice, conversation.alices, "555 0142"), harness.url())
    assert [(event, detail["reason"]) for event, detail in failed(harness, after)] == [("content.failed", "unreadable")]
    last = conversation.session.interactions.list()[-1]
    path = f"/proxy/v1/Services/{harness.sid}/Sessions/{last.session_sid}/Interactions/{last.sid}"
    assert api(harness, "GET", path)["unchecked"] == ["content"]
    configure(harness, ContentPhone="off")
