"""What the app may do while it is asked, and which messages and calls it is not asked about."""

from __future__ import annotations

import json

import pytest

from tests.relay.app_questions.service import KINDS, answer_to, api, inbound, kinds, last_event, passes
from tests.support.notices import worded
from tests.support.telephones import bridged, let_take_calls

# Slow: asks many questions at once, and each app calls the API before it answers.
pytestmark = pytest.mark.slow


def test_the_interaction_is_there_while_the_app_is_asked(harness, intercept):
    seen = []

    def look(asked):
        form = asked.form
        session = harness.stack.sdk().proxy.v1.services(harness.sid).sessions(form["interactionSessionSid"])
        found = session.interactions(form["interactionSid"]).fetch()
        seen.append((found, session.fetch().status, [one.sid for one in session.interactions.list()]))
        return 200

    intercept.answer = look
    conversation = harness.open()
    answer_to(harness, *inbound(harness, "message", conversation))
    ((found, status, listed),) = seen
    assert (found.outbound_participant_sid, found.outbound_resource_status) == (None, None)
    assert found.inbound_resource_status == "delivered" and json.loads(found.data) == {"body": "see you at noon"}
    assert status == "in-progress" and listed == [found.sid]
    after = conversation.session.interactions(found.sid).fetch()
    assert after.outbound_participant_sid == conversation.bob_sid


def test_a_session_closed_inside_relays_nothing(harness, intercept):
    def close(asked):
        sessions = harness.stack.sdk().proxy.v1.services(harness.sid).sessions
        assert sessions(asked.form["interactionSessionSid"]).update(status="closed").status == "closed"
        return 200

    intercept.answer = close
    with worded(harness, "neutral_reply", "neutral words"):
        for kind in KINDS:
            conversation, after = harness.open(), last_event(harness)
            twiml = answer_to(harness, *inbound(harness, kind, conversation))
            assert "neutral words" in twiml and conversation.bob not in twiml
            assert kinds(harness, after)[-1] == ("inbound.refused", "closed", 80905)


def test_a_partner_removed_inside_is_not_reached(harness, intercept):
    conversation = harness.open()
    intercept.answer = lambda asked: 200 if conversation.session.participants(conversation.bob_sid).delete() else 500
    twiml = answer_to(harness, *inbound(harness, "message", conversation))
    assert conversation.bob not in twiml and conversation.alice in twiml


def test_an_interaction_deleted_inside_is_no_error(harness, intercept):
    conversation = harness.open()
    intercept.answer = lambda asked: (
        200 if conversation.session.interactions(asked.form["interactionSid"]).delete() else 500
    )
    assert passes(answer_to(harness, *inbound(harness, "message", conversation)), conversation)


def test_a_session_deleted_inside_is_no_error(harness, intercept):
    conversation = harness.open()
    intercept.answer = lambda asked: 200 if conversation.session.delete() else 500
    twiml = answer_to(harness, *inbound(harness, "message", conversation))
    assert conversation.bob not in twiml


def test_what_the_app_itself_begins_is_not_asked_about(harness, intercept):
    conversation = harness.open()
    path = f"/proxy/v1/Services/{harness.sid}/Sessions/{conversation.session.fetch().sid}/Calls"
    let_take_calls(harness, conversation.alice, conversation.bob)
    api(harness, "POST", path, 201, Participant=conversation.bob_sid)
    harness.sim("GET", "/settle")
    assert bridged(harness, conversation.alice) and bridged(harness, conversation.bob)
    assert intercept.asked == []


def test_what_does_not_pass_anyway_is_not_asked_about(harness, intercept):
    lonely, silent = harness.open(people=1), harness.open(mode="voice-only")
    for conversation in (lonely, silent):
        answer_to(harness, harness.message_form(conversation.alice, conversation.alices, "hello"), harness.url())
    answer_to(harness, harness.message_form(harness.new_person(), harness.pool[0], "hello"), harness.url())
    answer_to(harness, harness.message_form(harness.pool[1], harness.pool[0], "hello"), harness.url())
    assert intercept.asked == []
