"""The app calls our API while we ask it, and each process has a free thread for that call. Also: processes that die."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from common.sids import new
from jobs import recurring
from outbox import run as outbox
from proxy.edge.server import THREADS
from relay.app_questions import QUESTIONS, question_client
from relay.inbound import WAITING
from tests.relay.app_questions.service import answer_to, configure, inbound, kinds, last_event, together
from tests.relay.app_questions.web import deliver, deployed, kill
from tests.support import stores
from tests.support.answering_app import PATIENCE_SECONDS, HeldAnswer
from tests.support.stack import free_port
from tests.support.telephones import bridged, call, let_take_calls
from tests.support.webhooks import WebhookHarness

# Slow: starts processes of the Procfile, and kills them while they ask the app.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(valkey_url):
    stores.empty(valkey_url)
    with deployed(valkey_url) as found:
        yield found
    stores.empty(valkey_url)


@pytest.fixture(scope="module")
def harness(stack):
    return WebhookHarness(stack, numbers=4)


@pytest.fixture
def second(stack):
    """Another web process of the same installation: its port, and the process."""
    port = free_port()
    process = stack.start(port)
    yield port, process
    kill(process)


def test_a_process_has_a_thread_left_for_the_app():
    assert THREADS >= QUESTIONS + WAITING + 8


def swap(harness, asked, newcomer):
    """Calls our API five times: gets the Session and its Participants, removes one, adds one, gets the Interaction."""
    form = asked.form
    service = harness.stack.sdk().proxy.v1.services(harness.sid)
    session = service.sessions(form["interactionSessionSid"]).fetch()
    leaving = next(one for one in session.participants.list() if one.sid != form["inboundParticipantSid"])
    assert service.sessions(session.sid).participants(leaving.sid).delete()
    joined = service.sessions(session.sid).participants.create(identifier=newcomer)
    assert service.sessions(session.sid).interactions(form["interactionSid"]).fetch().outbound_participant_sid is None
    return joined


def swapping(harness, intercept, newcomer):
    """Makes the app swap the partner when it is asked. Returns a list to which the new Participant is added."""
    joined = []

    def answer(asked):
        joined.append(swap(harness, asked, newcomer))
        return 200

    intercept.answer = answer
    return joined


def test_a_partner_swapped_inside_gets_the_message(harness, intercept):
    conversation, newcomer = harness.open(), harness.new_person()
    joined = swapping(harness, intercept, newcomer)
    harness.text(conversation.alice, conversation.alices, "hello")
    assert harness.inbox(newcomer) == [(joined[0].proxy_identifier, "hello")]
    assert harness.inbox(conversation.bob) == []
    (interaction,) = conversation.session.interactions.list()
    assert interaction.outbound_participant_sid == joined[0].sid
    assert interaction.outbound_resource_status == "delivered"


def test_a_partner_swapped_inside_gets_the_call(harness, intercept):
    conversation, newcomer = harness.open(), harness.new_person()
    joined = swapping(harness, intercept, newcomer)
    let_take_calls(harness, newcomer, conversation.bob)
    call(harness, conversation.alice, conversation.alices)
    assert bridged(harness, newcomer) == [joined[0].proxy_identifier]
    assert bridged(harness, conversation.bob) == []


def test_as_many_as_may_be_asked_at_once_call_us_at_once(harness, intercept):
    """All questions are open before the app calls our API, and more repeated webhooks come than may wait."""
    configure(harness, InterceptTimeout="12")
    most = min(QUESTIONS, harness.stack.runtime.part(question_client)._limit._per_account)
    conversations = [(harness.open(), harness.new_person()) for _ in range(most)]
    newcomers = {conversation.session.fetch().sid: newcomer for conversation, newcomer in conversations}
    barrier = threading.Barrier(most + 1)

    def answer(asked):
        barrier.wait(PATIENCE_SECONDS)
        return 200 if swap(harness, asked, newcomers[asked.form["interactionSessionSid"]]) else 500

    intercept.answer = answer
    forms = [(newcomer, *inbound(harness, "message", conversation)) for conversation, newcomer in conversations]
    with ThreadPoolExecutor(most + WAITING + 4) as pool:
        first = [pool.submit(answer_to, harness, form, url) for _, form, url in forms]
        intercept.wait(most)
        repeats = [pool.submit(harness.post, form, url=url) for _, form, url in forms[: WAITING + 4]]
        barrier.wait(PATIENCE_SECONDS)
        answers = [one.result(60) for one in first]
        again = [one.result(60) for one in repeats]
    assert all(newcomer in twiml for (newcomer, _, _), twiml in zip(forms, answers, strict=True))
    assert {one.status_code for one in again} <= {200, 503}
    assert all(one.text == twiml for one, twiml in zip(again, answers, strict=False) if one.ok)
    assert len(intercept.asked) == most


@pytest.mark.parametrize("kind", ["message", "voice"])
@pytest.mark.parametrize("reply", [200, 403])
def test_two_processes_ask_once(harness, stack, second, intercept, kind, reply):
    intercept.answer = lambda asked: reply
    ports = (stack.port, second[0]) * 4
    for n in range(1, 6):
        conversation = harness.open()
        form, url = inbound(harness, kind, conversation)
        found = together([partial(deliver, url, port, form) for port in ports])
        assert {one.status_code for one in found} == {200}
        assert len({one.text for one in found}) == 1 and len(intercept.asked) == n
        assert (conversation.bob in found[0].text) == (reply == 200)


@pytest.mark.parametrize("kind", ["message", "voice"])
@pytest.mark.parametrize("policy", ["continue", "block"])
def test_who_asks_is_killed(harness, stack, second, intercept, kind, policy):
    """The carrier's next webhook waits until the question's time is over, then follows the Service's policy."""
    port, process = second
    configure(harness, OnInterceptFailure=policy, InterceptTimeout="0.5")
    gate = intercept.answer = HeldAnswer(403 if policy == "continue" else 200)
    conversation, after = harness.open(), last_event(harness)
    form, url = inbound(harness, kind, conversation)
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(deliver, url, port, form)
        intercept.wait(1)
        kill(process)
        assert isinstance(lost.exception(60), OSError)
    found = [deliver(url, stack.port, form) for _ in range(2)]
    gate.open()
    assert [one.status_code for one in found] == [200, 200]
    assert found[0].text == found[1].text
    assert (conversation.bob in found[0].text) == (policy == "continue")
    assert len(intercept.asked) == 1
    (interaction,) = conversation.session.interactions.list()
    assert (interaction.outbound_participant_sid is None) == (policy == "block")
    happened = [kind for kind, _, _ in kinds(harness, after) if not kind.startswith(("session", "participant"))]
    ending = {"continue": [], "block": [f"{'call' if kind == 'voice' else 'message'}.blocked"]}
    assert happened == ["interaction.created", "interaction.updated", *ending[policy]]


def test_who_asks_is_killed_and_nobody_comes_again(stack, second, app, monkeypatch):
    """A job in another process ends the question, and the outbox sends the text once. The test has its own Service."""
    port, process = second
    harness = WebhookHarness(stack, numbers=2)
    configure(harness, InterceptCallbackUrl=app.url, InterceptTimeout="0.5")
    gate = app.answer = HeldAnswer(403)
    conversation = harness.open()
    form, url = inbound(harness, "message", conversation)
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(deliver, url, port, form)
        app.wait(1)
        kill(process)
        assert isinstance(lost.exception(60), OSError)
    gate.open()
    monkeypatch.setattr(recurring, "runtime", lambda: stack.runtime)
    monkeypatch.setattr(stack.runtime.store, "clock", lambda: int(time.time() * 1000) + 30_000)
    recurring.end_questions()
    for _ in range(2):
        recurring.send()
        assert harness.stack.runtime.part(outbox.OutboxWorker).wait(60)
    assert "<Message" not in deliver(url, stack.port, form).text
    assert [body for _, body in harness.inbox(conversation.bob)] == [form["Body"]]
    assert len(app.asked) == 1


def test_who_asks_about_a_stranger_is_killed(harness, stack, second, stranger):
    port, process = second
    configure(harness, InterceptTimeout="0.5")
    gate = stranger.answer = HeldAnswer((200, "<Response/>"))
    form = harness.message_form(harness.new_person(), harness.pool[0], "hello", sid=new("SM"))
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(deliver, harness.url(), port, form)
        stranger.wait(1)
        kill(process)
        assert isinstance(lost.exception(60), OSError)
    after = last_event(harness)
    found = [deliver(harness.url(), stack.port, form).text for _ in range(2)]
    gate.open()
    assert found[0] == found[1] and "not in use for you" in found[0]
    assert kinds(harness, after) == [("inbound.refused", "out-of-session", 80913)]
    assert len(stranger.asked) == 1
