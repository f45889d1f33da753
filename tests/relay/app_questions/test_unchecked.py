"""What was decided without the app's answer is told: an event with why and how long, a mark, a throttled warning."""

from __future__ import annotations

import logging

import pytest

from callbacks import events
from policy import unchecked
from tests.callbacks.http.receiver import Receiver
from tests.relay.app_questions.service import answer_to, api, configure, inbound, last_event
from tests.support.stack import free_port


@pytest.fixture(autouse=True)
def unwarned(scene, monkeypatch):
    monkeypatch.setitem(scene.stack.runtime._parts, unchecked.Warned, unchecked.Warned(scene.stack.runtime))


def failed(scene, after):
    return [(row["t"], row["d"]) for row in scene.events(after) if row["t"].endswith(".failed")]


def interaction(scene, talk):
    (one,) = talk.session.interactions.list()
    path = f"/proxy/v1/Services/{scene.sid}/Sessions/{one.session_sid}/Interactions/{one.sid}"
    return api(scene, "GET", path)


@pytest.mark.parametrize("kind", ["message", "voice"])
@pytest.mark.parametrize("policy", ["continue", "block"])
def test_an_app_that_answers_500(scene, intercept, kind, policy):
    configure(scene, OnInterceptFailure=policy)
    intercept.answer = lambda asked: 502
    talk, after = scene.open(), last_event(scene)
    answer_to(scene, *inbound(scene, kind, talk))
    found = interaction(scene, talk)
    assert found["unchecked"] == ["intercept"]
    ((event, detail),) = failed(scene, after)
    assert event == "intercept.failed"
    assert events.told(event, 0, detail) == (event, {
        "interaction_sid": found["sid"], "reason": "status", "http_status": 502, "milliseconds": detail["ms"],
        "policy": policy,
    })  # fmt: skip


def test_an_app_that_cannot_be_reached(scene, app):
    configure(scene, InterceptCallbackUrl=f"http://127.0.0.1:{free_port()}/")
    talk, after = scene.open(), last_event(scene)
    answer_to(scene, *inbound(scene, "message", talk))
    assert [(event, detail["reason"]) for event, detail in failed(scene, after)] == [("intercept.failed", "connect")]
    assert interaction(scene, talk)["unchecked"] == ["intercept"]
    configure(scene, InterceptCallbackUrl="")


def test_an_app_that_says_nothing(scene):
    """How long is the store's own time: the test moves it while the app is silent."""

    def silent(connection):
        scene.clock.advance(0.5)
        connection.receiver.stopped.wait(60)

    receiver = Receiver(silent)
    configure(scene, InterceptCallbackUrl=f"http://127.0.0.1:{receiver.port}/", InterceptTimeout="0.5")
    talk, after = scene.open(), last_event(scene)
    answer_to(scene, *inbound(scene, "message", talk))
    receiver.stop()
    ((_, detail),) = failed(scene, after)
    assert (detail["reason"], detail["ms"]) == ("timeout", 500)
    configure(scene, InterceptCallbackUrl="", InterceptTimeout="2.5")


@pytest.mark.parametrize("status", [404, 500])
def test_a_stranger(scene, stranger, status):
    stranger.answer = lambda asked: status
    after = last_event(scene)
    answer_to(scene, scene.form(scene.person(), scene.pool[0], "hello"), scene.url())
    ((event, detail),) = failed(scene, after)
    assert (event, detail["status"], detail["policy"]) == ("out-of-session.failed", status, "refuse")


def test_one_that_was_answered_has_no_mark(scene, intercept):
    talk, after = scene.open(), last_event(scene)
    answer_to(scene, *inbound(scene, "message", talk))
    assert interaction(scene, talk)["unchecked"] == []
    assert failed(scene, after) == []


def test_the_warning_comes_not_too_often(scene, intercept, caplog, monkeypatch):
    intercept.answer = lambda asked: 500
    with caplog.at_level(logging.WARNING, "maskline.unchecked"):
        for _ in range(3):
            answer_to(scene, *inbound(scene, "message", scene.open()))
        warned = [record.getMessage() for record in caplog.records if record.name == "maskline.unchecked"]
        assert len(warned) == 1 and scene.sid in warned[0] and "intercept" in warned[0]
        monkeypatch.setattr(unchecked, "WARN_SECONDS", 0)
        answer_to(scene, *inbound(scene, "message", scene.open()))
    warned = [record.getMessage() for record in caplog.records if record.name == "maskline.unchecked"]
    assert len(warned) == 2 and "3 since the last warning" in warned[1]


def test_an_earlier_text_that_does_not_open(scene, app):
    """The content policy goes on without it, and says so."""
    configure(scene, ContentPhone="flag")
    talk = scene.open()
    answer_to(scene, scene.form(talk.alice, talk.alices, "my number is 415"), scene.url())
    client = scene.stack.runtime.store.client
    (line,) = [key for key in client.scan_iter(f"{{{scene.sid}}}:recent:*") if client.lindex(key, -1)][-1:]
    client.lset(line, -1, "SM" + "f" * 32 + "|AAAA")
    scene.clock.advance(1)
    after = last_event(scene)
    answer_to(scene, scene.form(talk.alice, talk.alices, "555 0142"), scene.url())
    assert [(event, detail["reason"]) for event, detail in failed(scene, after)] == [("content.failed", "unreadable")]
    last = talk.session.interactions.list()[-1]
    path = f"/proxy/v1/Services/{scene.sid}/Sessions/{last.session_sid}/Interactions/{last.sid}"
    assert api(scene, "GET", path)["unchecked"] == ["content"]
    configure(scene, ContentPhone="off")
