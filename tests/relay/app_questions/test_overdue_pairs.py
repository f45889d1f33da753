"""A job ends a question long after it was asked: the text does not reach anybody who joined later."""

from __future__ import annotations

import json

from common import failures
from jobs import recurring
from storage import keys
from tests.relay.app_questions.service import inbound
from tests.relay.app_questions.test_overdue import OVER, dying, send

__all__ = ["dying"]


def test_whoever_came_after_the_question_gets_nothing(harness, intercept, dying):
    """No job ended questions for ten minutes. Alice's proxy number leads to Carol by then, but the text was for Bob."""
    conversation = harness.open()
    dying(*inbound(harness, "message", conversation))
    harness.clock.advance(600)
    conversation.session.participants(conversation.bob_sid).delete()
    carol = harness.new_person()
    conversation.session.participants.create(identifier=carol)
    harness.clock.advance(OVER)
    recurring.end_questions()
    send(harness)
    assert harness.inbox(carol) == []
    (one,) = conversation.session.interactions.list()
    assert one.outbound_participant_sid is None


def test_a_later_session_gets_nothing(harness, stranger, dying):
    """The app did not order this Session: it was opened on this number for another reason, after the text."""
    alice, bob = harness.new_person(), harness.new_person()
    dying(harness.message_form(alice, harness.pool[0], "hello"), harness.url())
    harness.clock.advance(600)
    session = harness.service.sessions(harness.service.sessions.create().sid)
    session.participants.create(identifier=alice, proxy_identifier=harness.pool[0])
    session.participants.create(identifier=bob)
    harness.clock.advance(OVER)
    recurring.end_questions()
    send(harness)
    assert harness.inbox(bob) == []


def test_a_question_that_cannot_be_ended_holds_up_no_other(harness, intercept, dying):
    conversation, client = harness.open(), harness.stack.runtime.store.client
    first, url = inbound(harness, "message", conversation, sid="SM" + "0" * 32)
    dying(first, url)
    dying(harness.message_form(conversation.alice, conversation.alices, "the second"), url)
    place, sid = keys.service("questions", harness.sid), first["MessageSid"]
    damaged = json.loads(client.hget(place, sid))
    del damaged["inbound"]["person"]
    client.hset(place, sid, json.dumps(damaged))
    harness.clock.advance(OVER)
    recurring.end_questions()
    send(harness)
    assert [body for _, body in harness.inbox(conversation.bob)] == ["the second"]
    assert sum(failures.COUNTED.values()) == 1
    failures.COUNTED.clear()
