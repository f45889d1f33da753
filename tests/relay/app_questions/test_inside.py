"""What the app does while it is asked, and what it is not asked about."""

from __future__ import annotations

import json

import pytest

from tests.proxy.webhooks.notices import worded
from tests.proxy.webhooks.telephony import bridged, let_take_calls
from tests.relay.app_questions.service import KINDS, answer_to, api, inbound, kinds, last_event, passes

# Slow: asks many questions at once, and each app calls the API before it answers.
pytestmark = pytest.mark.slow


def test_the_interaction_is_there_while_the_app_is_asked(scene, intercept):
    seen = []

    def look(asked):
        form = asked.form
        session = scene.stack.sdk().proxy.v1.services(scene.sid).sessions(form["interactionSessionSid"])
        found = session.interactions(form["interactionSid"]).fetch()
        seen.append((found, session.fetch().status, [one.sid for one in session.interactions.list()]))
        return 200

    intercept.answer = look
    talk = scene.open()
    answer_to(scene, *inbound(scene, "message", talk))
    ((found, status, listed),) = seen
    assert (found.outbound_participant_sid, found.outbound_resource_status) == (None, None)
    assert found.inbound_resource_status == "delivered" and json.loads(found.data) == {"body": "see you at noon"}
    assert status == "in-progress" and listed == [found.sid]
    after = talk.session.interactions(found.sid).fetch()
    assert after.outbound_participant_sid == talk.bob_sid


def test_a_session_closed_inside_relays_nothing(scene, intercept):
    def close(asked):
        sessions = scene.stack.sdk().proxy.v1.services(scene.sid).sessions
        assert sessions(asked.form["interactionSessionSid"]).update(status="closed").status == "closed"
        return 200

    intercept.answer = close
    with worded(scene, "neutral_reply", "neutral words"):
        for kind in KINDS:
            talk, after = scene.open(), last_event(scene)
            twiml = answer_to(scene, *inbound(scene, kind, talk))
            assert "neutral words" in twiml and talk.bob not in twiml
            assert kinds(scene, after)[-1] == ("inbound.refused", "closed", 80905)


def test_a_partner_removed_inside_is_not_reached(scene, intercept):
    talk = scene.open()
    intercept.answer = lambda asked: 200 if talk.session.participants(talk.bob_sid).delete() else 500
    twiml = answer_to(scene, *inbound(scene, "message", talk))
    assert talk.bob not in twiml and talk.alice in twiml


def test_an_interaction_deleted_inside_is_no_error(scene, intercept):
    talk = scene.open()
    intercept.answer = lambda asked: 200 if talk.session.interactions(asked.form["interactionSid"]).delete() else 500
    assert passes(answer_to(scene, *inbound(scene, "message", talk)), talk)


def test_a_session_deleted_inside_is_no_error(scene, intercept):
    talk = scene.open()
    intercept.answer = lambda asked: 200 if talk.session.delete() else 500
    twiml = answer_to(scene, *inbound(scene, "message", talk))
    assert talk.bob not in twiml


def test_what_the_app_itself_begins_is_not_asked_about(scene, intercept):
    talk = scene.open()
    path = f"/proxy/v1/Services/{scene.sid}/Sessions/{talk.session.fetch().sid}/Calls"
    let_take_calls(scene, talk.alice, talk.bob)
    api(scene, "POST", path, 201, Participant=talk.bob_sid)
    scene.sim("GET", "/settle")
    assert bridged(scene, talk.alice) and bridged(scene, talk.bob)
    assert intercept.asked == []


def test_what_does_not_pass_anyway_is_not_asked_about(scene, intercept):
    lonely, silent = scene.open(people=1), scene.open(mode="voice-only")
    for talk in (lonely, silent):
        answer_to(scene, scene.form(talk.alice, talk.alices, "hello"), scene.url())
    answer_to(scene, scene.form(scene.person(), scene.pool[0], "hello"), scene.url())
    answer_to(scene, scene.form(scene.pool[1], scene.pool[0], "hello"), scene.url())
    assert intercept.asked == []
