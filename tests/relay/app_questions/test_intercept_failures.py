"""When the app fails to answer, the Service's setting decides what happens. Also: answers that are not failures."""

from __future__ import annotations

import threading

import pytest

from tests.callbacks.http.receiver import Receiver, answering, repeating, saying, trickling
from tests.relay.app_questions.service import KINDS, answer_to, api, configure, inbound, kinds, last_event, passes
from tests.support.stack import free_port
from tests.support.telephones import call, said

# Slow: waits for apps that answer late, wrongly or never.
pytestmark = pytest.mark.slow


BLOCKED = "Your message or call could not be passed on. Please continue in the app."


#: Case -> what a broken app does.
BROKEN = {
    "garbage": saying(b"\x00\xff hello\r\n\r\n"),
    "not HTTP": saying(b"SSH-2.0-x\r\n"),
    "closes": saying(b""),
    "half a status": saying(b"HTTP/1.1 4"),
    "endless head": repeating(b"HTTP/1.1 403 F\r\n", b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
    "trickled head": trickling(b"HTTP/1.1 403 F\r\n", b"X-A: a\r\n" * 1000),
    "says nothing": lambda connection: connection.receiver.stopped.wait(60),
}


@pytest.mark.parametrize("policy", ["continue", "block"])
@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_app_is_a_failure(harness, broken, policy):
    receiver = Receiver(BROKEN[broken])
    try:
        fails_as(harness, f"http://127.0.0.1:{receiver.port}/", policy)
        assert receiver.connections == len(KINDS)
    finally:
        receiver.stop()


@pytest.mark.parametrize("policy", ["continue", "block"])
def test_a_refused_connection_is_a_failure(harness, policy):
    fails_as(harness, f"http://127.0.0.1:{free_port()}/", policy)


@pytest.mark.parametrize("policy", ["continue", "block"])
def test_an_error_of_the_app_is_a_failure(harness, app, policy):
    app.answer = lambda asked: 502
    fails_as(harness, app.url, policy)


def fails_as(harness, url, policy):
    configure(harness, InterceptCallbackUrl=url, OnInterceptFailure=policy, InterceptTimeout="0.5")
    for kind in KINDS:
        conversation, after = harness.open(), last_event(harness)
        twiml = answer_to(harness, *inbound(harness, kind, conversation))
        assert passes(twiml, conversation) == (policy == "continue")
        assert (BLOCKED in twiml) == (policy == "block")
        if policy == "block":
            blocked = "call.blocked" if kind == "voice" else "message.blocked"
            assert kinds(harness, after)[-1] == (blocked, "intercept-failed", 11200)
            assert conversation.session.interactions.list()[0].outbound_participant_sid is None
    configure(harness, InterceptCallbackUrl="", OnInterceptFailure="continue", InterceptTimeout="2.5")


@pytest.mark.parametrize("policy", ["continue", "block"])
@pytest.mark.parametrize("status", ["200 OK", "403 No", "404 No"])
def test_a_status_counts_whatever_follows_it(harness, status, policy):
    """The status counts even if the body is huge, slow or broken."""
    head = f"HTTP/1.1 {status}\r\n".encode()
    for behave in (
        trickling(head + b"Content-Length: 5000\r\n\r\n", b"x" * 5000),
        repeating(head + b"\r\n", b"x" * 65_536, 100),
        saying(head + b"Content-Length: 70000\r\n\r\nx"),
        saying(head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        answering(status, b"\x1f\x8bx", "Content-Encoding: gzip"),
    ):
        receiver = Receiver(behave)
        url = f"http://127.0.0.1:{receiver.port}/"
        configure(harness, InterceptCallbackUrl=url, OnInterceptFailure=policy)
        conversation = harness.open()
        twiml = answer_to(harness, *inbound(harness, "message", conversation))
        receiver.stop()
        assert passes(twiml, conversation) == (status != "403 No")
        assert BLOCKED not in twiml
    configure(harness, InterceptCallbackUrl="", OnInterceptFailure="continue")


def test_blocked_by_failure_tells_the_sender_alone(harness, app):
    configure(harness, InterceptCallbackUrl=app.url, OnInterceptFailure="block")
    app.answer = lambda asked: 500
    conversation = harness.open()
    harness.text(conversation.alice, conversation.alices, "hello")
    assert harness.inbox(conversation.alice) == [(conversation.alices, BLOCKED)]
    assert harness.inbox(conversation.bob) == []
    call(harness, conversation.alice, conversation.alices)
    assert said(harness, conversation.alice) == [BLOCKED]
    configure(harness, InterceptCallbackUrl="", OnInterceptFailure="continue")


@pytest.mark.parametrize("value", ["0.4", "0", "12.1", "13", "-1", "1e1", "soon", "NaN"])
def test_a_timeout_has_bounds(harness, value):
    before = configure(harness)["intercept_timeout"]
    found = api(harness, "POST", f"/proxy/v1/Services/{harness.sid}", 400, InterceptTimeout=value)
    assert "InterceptTimeout" in found["message"]
    assert configure(harness, InterceptTimeout="0.5")["intercept_timeout"] == 0.5
    assert configure(harness, InterceptTimeout="12")["intercept_timeout"] == 12
    configure(harness, InterceptTimeout=str(before))


def test_who_takes_long_may_be_given_the_time(harness, intercept):
    """A Service may set a longer timeout than the default for a slow app."""
    configure(harness, InterceptTimeout="12")
    intercept.answer = lambda asked: 200 if threading.Event().wait(2.7) else 403
    conversation = harness.open()
    assert not passes(answer_to(harness, *inbound(harness, "message", conversation)), conversation)
