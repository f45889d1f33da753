"""A webhook is repeated while the app is asked: the app gets one question, and every repeat gets the same answer."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from common.sids import new
from relay.app_questions import question_client
from relay.inbound import WAITING, waiting_slots
from storage import keys
from tests.relay.app_questions.service import answer_to, call_form, configure, inbound, kinds, last_event, together
from tests.support.answering_app import PATIENCE_SECONDS, HeldAnswer

# Slow: repeats webhooks that wait for an app's answer.
pytestmark = pytest.mark.slow


SID, PREFIX = {"message": "MessageSid", "voice": "CallSid"}, {"message": "SM", "voice": "CA"}
BLOCKED = "Your message or call could not be passed on."
NEUTRAL = "This number is not in use for you at the moment."


def until(ready):
    for _ in range(PATIENCE_SECONDS * 100):
        if ready():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to that")


def waiting(harness):
    """How many requests wait for the end of another request's question."""
    return WAITING - harness.stack.runtime.part(waiting_slots)._value


@pytest.mark.parametrize("kind", ["message", "voice"])
@pytest.mark.parametrize("reply", [200, 403, 500])
def test_who_comes_during_a_slow_intercept_waits_for_its_end(harness, intercept, kind, reply):
    gate = intercept.answer = HeldAnswer(reply)
    conversation = harness.open()
    form, url = inbound(harness, kind, conversation)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(answer_to, harness, form, url)
        intercept.wait(1)
        others = [pool.submit(answer_to, harness, form, url) for _ in range(2)]
        until(lambda: waiting(harness) == 2)
        gate.open()
        answers = {found.result(60) for found in (first, *others)}
    assert len(answers) == 1 and len(intercept.asked) == 1
    assert (conversation.bob in answers.pop()) == (reply != 403)
    assert len(conversation.session.interactions.list()) == 1
    assert waiting(harness) == 0


REPLIES = {
    "pass": 200,
    "block": 403,
    "refuse": 404,
    "TwiML": (200, "<Response><Say>from the app</Say></Response>"),
    "silence": (201, "Created"),
}


@pytest.mark.parametrize("kind", ["message", "voice"])
@pytest.mark.parametrize("reply", REPLIES)
def test_all_at_the_same_moment(harness, intercept, kind, reply):
    configure(harness, OutOfSessionCallbackUrl=f"{intercept.url}/hooks/lost")
    intercept.answer = lambda asked: REPLIES[reply]
    conversation, who = harness.open(), harness.new_person()
    lost = harness.message_form(who, harness.pool[0], "hello") if kind == "message" else call_form(who, harness.pool[0])
    for n, (form, url) in enumerate(
        (inbound(harness, kind, conversation), (lost, inbound(harness, kind, conversation)[1])), 1
    ):
        answers = together([partial(answer_to, harness, form, url)] * 6)
        assert len(set(answers)) == 1 and len(intercept.asked) == n
    assert len(conversation.session.interactions.list()) == 1


def test_one_order_at_the_same_moment_is_one_session(harness, stranger):
    owner, who = harness.new_person(), harness.new_person()
    stranger.answer = lambda asked: (200, json.dumps({"participantIdentifier": owner}))
    form, before = harness.message_form(who, harness.pool[0], "hello"), len(harness.service.sessions.list())
    answers = together([lambda: answer_to(harness, form, harness.url())] * 6)
    assert len(set(answers)) == 1 and f'to="{owner}"' in answers[0]
    assert len(stranger.asked) == 1 and len(harness.service.sessions.list()) == before + 1


@pytest.mark.parametrize("policy", ["continue", "block"])
@pytest.mark.parametrize("kind", ["message", "voice"])
@pytest.mark.parametrize("late", [200, 403])
def test_an_answer_that_comes_too_late_changes_nothing(harness, intercept, clock, kind, policy, late):
    configure(harness, OnInterceptFailure=policy, InterceptTimeout="12")
    gate = intercept.answer = HeldAnswer(late)
    conversation = harness.open()
    form, url = inbound(harness, kind, conversation)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answer_to, harness, form, url)
        intercept.wait(1)
        clock.advance(12.9)
        second = pool.submit(answer_to, harness, form, url)
        until(lambda: waiting(harness) == 1)
        assert not second.done()
        clock.advance(0.2)
        settled = second.result(60)
        assert not first.done()
        after = last_event(harness)
        gate.open()
        assert first.result(60) == settled
    assert (conversation.bob in settled) == (policy == "continue")
    assert (BLOCKED in settled) == (policy == "block")
    assert kinds(harness, after) == []
    (interaction,) = conversation.session.interactions.list()
    assert (interaction.outbound_participant_sid is None) == (policy == "block")


def test_a_stranger_s_app_that_is_too_late_changes_nothing(harness, stranger, clock):
    configure(harness, InterceptTimeout="12")
    gate = stranger.answer = HeldAnswer((200, "<Response><Message>late</Message></Response>"))
    form = harness.message_form(harness.new_person(), harness.pool[0], "hello")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answer_to, harness, form, harness.url())
        stranger.wait(1)
        clock.advance(13.1)
        after = last_event(harness)
        settled = answer_to(harness, form, harness.url())
        assert not first.done()
        assert kinds(harness, after) == [("inbound.refused", "out-of-session", 80913)]
        gate.open()
        assert first.result(60) == settled
    assert NEUTRAL in settled


@pytest.mark.parametrize("policy", ["continue", "block"])
def test_more_questions_than_an_account_may_ask_at_once(harness, intercept, policy):
    configure(harness, OnInterceptFailure=policy, InterceptTimeout="12")
    most = harness.stack.runtime.part(question_client)._limit._per_account
    gate = intercept.answer = HeldAnswer(200)
    conversations = [harness.open() for _ in range(most + 4)]
    with ThreadPoolExecutor(len(conversations)) as pool:
        asked = [
            pool.submit(answer_to, harness, *inbound(harness, "message", conversation))
            for conversation in conversations
        ]
        intercept.wait(most)
        until(lambda: sum(one.done() for one in asked) == 4)
        early = [
            (conversation, one.result(0)) for conversation, one in zip(conversations, asked, strict=True) if one.done()
        ]
        gate.open()
        answers = [one.result(60) for one in asked]
    for conversation, twiml in early:
        assert (conversation.bob in twiml) == (policy == "continue")
        assert (BLOCKED in twiml) == (policy == "block")
    passed = sum(conversation.bob in twiml for conversation, twiml in zip(conversations, answers, strict=True))
    assert passed == (most + 4 if policy == "continue" else most)
    assert len(intercept.asked) == most


def test_more_repeats_than_may_wait_are_told_to_come_again(harness, intercept):
    gate = intercept.answer = HeldAnswer(200)
    configure(harness, InterceptTimeout="12")
    conversation = harness.open()
    form, url = inbound(harness, "message", conversation)
    with ThreadPoolExecutor(WAITING + 4) as pool:
        first = pool.submit(answer_to, harness, form, url)
        intercept.wait(1)
        others = [pool.submit(harness.post, form, url=url) for _ in range(WAITING + 3)]
        until(lambda: sum(one.done() for one in others) == 3)
        assert {one.result(0).status_code for one in others if one.done()} == {503}
        gate.open()
        found = [one.result(60) for one in others]
    assert sorted(one.status_code for one in found) == [200] * WAITING + [503] * 3
    assert {one.text for one in found if one.ok} == {first.result(60)} == {answer_to(harness, form, url)}
    assert len(intercept.asked) == 1 and waiting(harness) == 0


def test_a_question_takes_two_round_trips(harness, intercept):
    configure(harness, OutOfSessionCallbackUrl=f"{intercept.url}/hooks/lost")
    said = {"/intercept": 200, "/hooks/lost": (200, "<Response/>")}
    intercept.answer = lambda asked: said[asked.path]
    for kind in ("message", "voice"):
        known = [inbound(harness, kind, harness.open()) for _ in range(2)]
        lost = [(form | {"From": harness.new_person(), SID[kind]: new(PREFIX[kind])}, url) for form, url in known]
        for warm, counted in (known, lost):
            answer_to(harness, *warm)
            assert trips(harness, *counted) == ["FCALL"] * 2
    said["/intercept"] = 403
    conversations = [harness.open() for _ in range(2)]
    answer_to(harness, *inbound(harness, "voice", conversations[0]))
    assert trips(harness, *inbound(harness, "voice", conversations[1])) == ["FCALL"] * 2


def trips(harness, form, url):
    """The commands that clients sent to the store, without those inside scripts and a new connection's CLIENT."""
    servers = harness.stack.runtime.store.servers
    client, end, seen = servers.holding(keys.service("service", harness.sid)), "the test has sent its webhook", []
    with client.monitor() as monitor:

        def listen():
            for command in monitor.listen():
                if end in command["command"]:
                    return
                if command["client_type"] != "lua" and not command["command"].startswith("CLIENT "):
                    seen.append(command["command"].split(" ")[0])

        listener = threading.Thread(target=listen)
        listener.start()
        answer_to(harness, form, url)
        client.echo(end)
        listener.join(PATIENCE_SECONDS)
    return seen
