"""A question that a job ends long after it was asked: what was written goes to nobody who came behind it."""

from __future__ import annotations

import json

from common import failures
from jobs import recurring
from storage import keys
from tests.relay.app_questions.service import inbound
from tests.relay.app_questions.test_overdue import OVER, dying, send

__all__ = ["dying"]


def test_whoever_came_after_the_question_gets_nothing(scene, intercept, dying):
    """Nobody ended questions for ten minutes: Alice's number leads to Carol by then, and the text was for Bob."""
    talk = scene.open()
    dying(*inbound(scene, "message", talk))
    scene.clock.advance(600)
    talk.session.participants(talk.bob_sid).delete()
    carol = scene.person()
    talk.session.participants.create(identifier=carol)
    scene.clock.advance(OVER)
    recurring.end_questions()
    send(scene)
    assert scene.inbox(carol) == []
    (one,) = talk.session.interactions.list()
    assert one.outbound_participant_sid is None


def test_a_later_session_gets_nothing(scene, stranger, dying):
    """The app ordered none: the Session at this number is of something else."""
    alice, bob = scene.person(), scene.person()
    dying(scene.form(alice, scene.pool[0], "hello"), scene.url())
    scene.clock.advance(600)
    session = scene.service.sessions(scene.service.sessions.create().sid)
    session.participants.create(identifier=alice, proxy_identifier=scene.pool[0])
    session.participants.create(identifier=bob)
    scene.clock.advance(OVER)
    recurring.end_questions()
    send(scene)
    assert scene.inbox(bob) == []


def test_a_question_that_cannot_be_ended_holds_up_no_other(scene, intercept, dying):
    talk, client = scene.open(), scene.stack.runtime.store.client
    first, url = inbound(scene, "message", talk, sid="SM" + "0" * 32)
    dying(first, url)
    dying(scene.form(talk.alice, talk.alices, "the second"), url)
    place, sid = keys.service("questions", scene.sid), first["MessageSid"]
    damaged = json.loads(client.hget(place, sid))
    del damaged["inbound"]["who"]
    client.hset(place, sid, json.dumps(damaged))
    scene.clock.advance(OVER)
    recurring.end_questions()
    send(scene)
    assert [body for _, body in scene.inbox(talk.bob)] == ["the second"]
    assert sum(failures.COUNTED.values()) == 1
    failures.COUNTED.clear()
