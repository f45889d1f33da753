"""What a stranger gets after the app's answer: silence or the neutral reply, and the same at each repeat."""

from __future__ import annotations

import re

import pytest

from common.sids import new
from tests.callbacks.http.receiver import Receiver, repeating, trickling
from tests.relay.app_questions.service import answer_to, call_form, configure, kinds, last_event, ring, text
from tests.support.notices import worded
from tests.support.stack import free_port
from tests.support.telephones import call, said

# Slow: plays everything that an app may answer.
pytestmark = pytest.mark.slow


NEUTRAL = "This number is not in use for you at the moment."
SILENT = (
    (200, ""), (201, "Created"), (204, ""), (200, "OK"), (202, "<p>ok</p>"), (200, "{}"), (200, "[]"), (200, "null"),
    (200, '{"identifier": "+15105550000"}'), (200, "{" * 60_000), (200, "[" * 60_000), (200, "<Response"),
    (200, "<response/>"), (200, "<Responses/>"), (200, b"\xff\xfe\x00"), (200, "<Response/><Response/>"),
    (200, '<!DOCTYPE Response [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>'),
    (200, '<!DOCTYPE Response><Response/>'),
    (200, '<!DOCTYPE x [<!ENTITY a "' + "a" * 9000 + '"><!ENTITY b "' + "&a;" * 9000 + '">]><Response>&b;</Response>'),
    (200, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Response><Say>&a;</Say></Response>'),
    (200, '<?xml version="1.0" encoding="bogus"?><Response/>'),
    (200, "<Response>" + "<a>" * 8000 + "</a>" * 8000 + "</Response>"),
    (200, "<Response>&nbsp;</Response>"), (200, "\x00"), (206, "<html></html>"),
)  # fmt: skip


@pytest.mark.parametrize("reply", SILENT, ids=lambda reply: f"{reply[0]}-{reply[1][:24]!r}")
@pytest.mark.parametrize("kind", ["text", "application/json", "application/xml; charset=bogus", "text/html"])
def test_any_other_success_is_silence(harness, stranger, reply, kind):
    stranger.answer = lambda asked: (*reply, {"Content-Type": kind})
    after = last_event(harness)
    _, twiml = text(harness, harness.new_person(), harness.pool[0])
    assert re.sub(r"^<\?.*?\?>", "", twiml) == "<Response/>"
    assert [row["t"] for row in harness.events(after)] == ["inbound.answered"]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 404, 410, 429, 500, 503])
def test_a_refusal_of_the_app_is_the_neutral_reply(harness, stranger, status):
    stranger.answer = lambda asked: (status, "<Response><Say>no</Say></Response>", {"Location": f"{stranger.url}/x"})
    ends_neutral(harness)
    assert len(stranger.asked) == 2


def ends_neutral(harness):
    for act in (text, ring):
        after = last_event(harness)
        _, twiml = act(harness, harness.new_person(), harness.pool[0])
        assert NEUTRAL in twiml
        assert kinds(harness, after) == [("inbound.refused", "out-of-session", 80913)]


def test_no_answer_is_the_neutral_reply(harness):
    configure(harness, OutOfSessionCallbackUrl=f"http://127.0.0.1:{free_port()}/", InterceptTimeout="0.5")
    ends_neutral(harness)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"
    for behave in (
        lambda connection: connection.receiver.stopped.wait(60),
        trickling(head.replace(b"20", b"9000"), b"<Response/>" * 900),
        repeating(head.replace(b"20", b"70000"), b"<Response/>", 7000),
        repeating(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 1000, 100),
        lambda connection: connection.write(head + b"<Response/>"),
    ):
        receiver = Receiver(behave)
        configure(harness, OutOfSessionCallbackUrl=f"http://127.0.0.1:{receiver.port}/")
        ends_neutral(harness)
        receiver.stop()
        assert receiver.connections == 2
    configure(harness, OutOfSessionCallbackUrl="", InterceptTimeout="2.5")


def test_without_a_url_it_is_as_before(harness):
    conversation = harness.open()
    conversation.session.update(status="closed")
    with worded(harness, "neutral_reply", "neutral words"):
        for who, number, reason in (
            (harness.new_person(), harness.pool[0], "unknown"),
            (conversation.alice, conversation.alices, "closed"),
        ):
            after = last_event(harness)
            _, twiml = text(harness, who, number)
            assert "neutral words" in twiml
            assert kinds(harness, after) == [("inbound.refused", reason, 80905)]
            call(harness, who, number)
            assert said(harness, who) == ["neutral words"]


def test_who_no_person_is_behind_is_not_asked_about(harness, stranger):
    for sender in ("+266696687", "SHOP", "12345", harness.pool[1]):
        text(harness, sender, harness.pool[0])
        ring(harness, sender, harness.pool[0])
    text(harness, harness.new_person(), harness.pool[0], " ")
    assert stranger.asked == []


def test_a_repeat_gets_the_same_bytes_and_asks_nothing(harness, stranger):
    answers = iter(["<Response><Say>one</Say></Response>", 404, "<Response><Say>two</Say></Response>", "OK", 500])
    stranger.answer = lambda asked: found if isinstance(found := next(answers), int) else (200, found)
    for n, form, url in (
        *((n, harness.message_form(harness.new_person(), harness.pool[0], "hello"), harness.url()) for n in (1, 2)),
        *((n, call_form(harness.new_person(), harness.pool[0]), harness.url("voice")) for n in (3, 4, 5)),
    ):
        first = answer_to(harness, form, url)
        assert [answer_to(harness, form, url) for _ in range(3)] == [first] * 3
        assert len(stranger.asked) == n
    assert "two" not in first


def test_a_late_url_is_used_for_the_next_one(harness, app):
    """The Service's settings are read again for each inbound message, but a repeat gets its first answer."""
    form, twiml = text(harness, harness.new_person(), harness.pool[0])
    assert NEUTRAL in twiml
    configure(harness, OutOfSessionCallbackUrl=app.url)
    assert answer_to(harness, form, harness.url()) == twiml and app.asked == []
    text(harness, harness.new_person(), harness.pool[0])
    assert len(app.asked) == 1
    configure(harness, OutOfSessionCallbackUrl="")


def test_an_app_that_opens_the_session_itself_and_says_created(harness, stranger):
    """The app itself relays the message, so we must not relay it too."""
    owner, who = harness.new_person(), harness.new_person()

    def answer(asked):
        session = harness.service.sessions(harness.service.sessions.create(unique_name=new("t-")).sid)
        session.participants.create(identifier=asked.form["From"], proxy_identifier=asked.form["To"])
        session.participants.create(identifier=owner)
        return 201, "Created"

    stranger.answer = answer
    _, twiml = text(harness, who, harness.pool[0])
    assert re.sub(r"^<\?.*?\?>", "", twiml) == "<Response/>"
    _, twiml = text(harness, who, harness.pool[0], "again")
    assert f'to="{owner}"' in twiml and len(stranger.asked) == 1
