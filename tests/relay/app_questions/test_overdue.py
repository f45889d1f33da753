"""A process dies while it asks the app, and the carrier does not try again: a job ends the question."""

from __future__ import annotations

import pytest

from carrier.client import Carrier
from carrier.inbound import Inbound
from carrier.model import CarrierMessage
from common.steps import finish
from jobs import recurring
from jobs.reconciling import missed
from outbox import run as outbox
from relay.inbound import decide
from services.snapshot import read_snapshot
from storage import keys
from tests.relay.app_questions.service import answer_to, api, configure, inbound, kinds, last_event
from tests.support.webhooks import WebhookHarness, sign

#: Seconds after which the carrier's last try (15 s, Twilio's webhook timeout) and the question's own time are over.
OVER = 21
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
OPEN = ("questions", "question_ends")


class Killed(BaseException):
    """The death of the process, as by kill -9: none of our handlers catches it."""


@pytest.fixture
def dying(harness, monkeypatch):
    """Gives a function that posts a webhook to a process that dies when it has the app's answer."""
    monkeypatch.setattr(recurring, "runtime", lambda: harness.stack.runtime)
    rt = harness.stack.runtime

    def deliver(form, url):
        def die(edge):
            if edge == "asked":
                raise Killed

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(rt, "failpoint", die)
            headers = {"X-Twilio-Signature": sign(url, list(form.items()))}
            path = url.removeprefix(harness.stack.url)
            harness.stack.app.test_client().post(path, data=form, headers=headers)

    yield deliver
    rt.store.client.delete(*(keys.service(name, harness.sid) for name in OPEN))


def send(harness):
    for _ in range(3):
        recurring.send()
        assert harness.stack.runtime.part(outbox.OutboxWorker).wait(30)
        harness.clock.advance(1)
    harness.sim("GET", "/settle")


def held(harness):
    client = harness.stack.runtime.store.client
    return [client.exists(keys.service(name, harness.sid)) for name in OPEN]


def test_without_the_job_it_is_lost(harness, intercept, dying):
    """The negative control: the same death, but no job ends the question."""
    conversation = harness.open()
    dying(*inbound(harness, "message", conversation))
    harness.clock.advance(3600)
    send(harness)
    assert harness.inbox(conversation.bob) == []
    (one,) = conversation.session.interactions.list()
    assert one.outbound_participant_sid is None
    assert held(harness) == [1, 1]


def test_continue_sends_it_by_the_outbox_once(harness, intercept, dying):
    """The question ends as if the app had not answered; a later webhook does not send the message again."""
    conversation = harness.open()
    form, url = inbound(harness, "message", conversation)
    dying(form, url)
    recurring.end_questions()
    send(harness)
    assert harness.inbox(conversation.bob) == [], "the carrier may still come again"
    harness.clock.advance(OVER)
    recurring.end_questions()
    recurring.end_questions()
    send(harness)
    assert [answer_to(harness, form, url) for _ in range(2)] == [EMPTY] * 2
    send(harness)
    assert harness.inbox(conversation.bob) == [(conversation.bobs, "see you at noon")]
    assert len(intercept.asked) == 1
    (one,) = conversation.session.interactions.list()
    assert one.outbound_resource_status == "delivered"
    assert held(harness) == [0, 0]


def test_a_webhook_that_comes_before_the_job_gets_the_reply(harness, intercept, dying):
    conversation = harness.open()
    form, url = inbound(harness, "message", conversation)
    dying(form, url)
    harness.clock.advance(4)
    twiml = answer_to(harness, form, url)
    assert conversation.bob in twiml
    harness.clock.advance(OVER)
    recurring.end_questions()
    send(harness)
    assert answer_to(harness, form, url) == twiml
    assert harness.inbox(conversation.bob) == []
    assert held(harness) == [0, 0]


def test_block_stops_it(harness, intercept, dying):
    configure(harness, OnInterceptFailure="block")
    conversation, after = harness.open(), last_event(harness)
    form, url = inbound(harness, "message", conversation)
    dying(form, url)
    harness.clock.advance(OVER)
    recurring.end_questions()
    send(harness)
    assert answer_to(harness, form, url) == EMPTY
    assert harness.inbox(conversation.bob) == []
    assert [(kind, reason) for kind, reason, _ in kinds(harness, after) if kind == "message.blocked"] == [
        ("message.blocked", "intercept-failed")
    ]


def test_a_partner_who_came_meanwhile_gets_it(harness, intercept, dying):
    conversation = harness.open()
    dying(*inbound(harness, "message", conversation))
    conversation.session.participants(conversation.bob_sid).delete()
    carol = harness.new_person()
    joined = conversation.session.participants.create(identifier=carol)
    harness.clock.advance(OVER)
    recurring.end_questions()
    send(harness)
    assert harness.inbox(carol) == [(joined.proxy_identifier, "see you at noon")]
    assert harness.inbox(conversation.bob) == []


def test_a_stranger_is_refused(harness, stranger, dying):
    """The stranger is refused, but the carrier does not wait any more, so nobody gets the neutral reply."""
    form, after = harness.message_form(harness.new_person(), harness.pool[0], "hello"), last_event(harness)
    dying(form, harness.url())
    harness.clock.advance(OVER)
    recurring.end_questions()
    assert kinds(harness, after)[-1] == ("inbound.refused", "out-of-session", 80913)
    assert answer_to(harness, form, harness.url()) == EMPTY
    assert held(harness) == [0, 0]


def test_a_session_that_the_app_ordered_gets_the_text(harness, stranger, dying):
    """The process died after the app ordered the Session: the text is relayed in it, as the webhook would have done."""
    alice, bob = harness.new_person(), harness.new_person()
    stranger.answer = lambda asked: (200, f'{{"participantIdentifier": "{bob}"}}')
    dying(harness.message_form(alice, harness.pool[0], "hello"), harness.url())
    harness.clock.advance(OVER)
    recurring.end_questions()
    send(harness)
    assert [body for _, body in harness.inbox(bob)] == ["hello"]


@pytest.mark.parametrize("policy", ["continue", "block"])
def test_of_a_call_nobody_is_on_the_line(harness, intercept, dying, policy):
    """No phone rings, and no mark of a live call keeps the Session open."""
    configure(harness, OnInterceptFailure=policy)
    conversation = harness.open()
    dying(*inbound(harness, "voice", conversation))
    harness.clock.advance(OVER)
    recurring.end_questions()
    (one,) = conversation.session.interactions.list()
    assert one.outbound_participant_sid is None
    answer = harness.stack.runtime.store.service(
        "get_session", harness.sid, {"session": conversation.session.fetch().sid}
    )
    assert not answer["session"].get("live")
    assert held(harness) == [0, 0]


def test_what_was_missed_looks_at_it_as_not_answered(harness, intercept, dying, monkeypatch):
    """The comparison with the carrier's list also ends the question, if it runs before the job."""
    conversation = harness.open()
    recurring.find_missed()
    form, url = inbound(harness, "message", conversation)
    dying(form, url)
    harness.clock.advance(missed.WEBHOOK_WAIT_SECONDS + 4)
    listed = [CarrierMessage(
        sid=form["MessageSid"], status="received", code=None, direction="inbound", sender=conversation.alice,
        to=conversation.alices,
        body=form["Body"], at_ms=(harness.clock() - missed.WEBHOOK_WAIT_SECONDS * 1000) // 1000 * 1000, media=0,
    )]  # fmt: skip
    monkeypatch.setattr(Carrier, "messages_between", lambda self, since, until, most: listed)
    recurring.find_missed()
    recurring.find_missed()
    recurring.end_questions()
    send(harness)
    assert harness.inbox(conversation.bob) == [(conversation.bobs, "see you at noon")]
    late = [
        row["d"] for row in harness.events() if row["t"] == "inbound.late" and row["d"]["sid"] == form["MessageSid"]
    ]
    assert [one["reason"] for one in late] == ["unsent"]


def test_a_late_accept_that_dies(harness, intercept, dying, monkeypatch):
    """The worker accepts a message whose webhook never came, and dies while it asks the app."""
    conversation, rt = harness.open(), harness.stack.runtime

    def die(edge):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(rt, "failpoint", die)
        at = harness.clock() // 1000 * 1000 + 1000
        late = Inbound("message", "SM" + "e" * 32, conversation.alice, conversation.alices, body="hello", late_at_ms=at)
        finish(rt.store, decide(rt, read_snapshot(rt, harness.sid), late))
    harness.clock.advance(OVER)
    recurring.end_questions()
    send(harness)
    assert harness.inbox(conversation.bob) == [(conversation.bobs, "hello")]


def test_what_was_missed_goes_into_the_session_that_the_app_orders(harness, stranger, monkeypatch):
    """The Session is newer than the text, but it was opened for that text."""
    monkeypatch.setattr(recurring, "runtime", lambda: harness.stack.runtime)
    alice, bob, rt = harness.new_person(), harness.new_person(), harness.stack.runtime
    stranger.answer = lambda asked: (200, f'{{"participantIdentifier": "{bob}"}}')
    at = harness.clock() // 1000 * 1000 - 300_000
    late = Inbound("message", "SM" + "d" * 32, alice, harness.pool[0], body="hello", late_at_ms=at)
    finish(rt.store, decide(rt, read_snapshot(rt, harness.sid), late))
    send(harness)
    assert [body for _, body in harness.inbox(bob)] == ["hello"]


def test_a_deleted_service_takes_its_questions_along(harness, app, dying):
    other = WebhookHarness(harness.stack, harness.clock, numbers=2)
    configure(other, InterceptCallbackUrl=app.url)
    dying(*inbound(other, "message", other.open()))
    assert held(other) == [1, 1]
    api(other, "DELETE", f"/proxy/v1/Services/{other.sid}", 204)
    assert held(other) == [0, 0]
