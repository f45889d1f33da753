"""Each stage of a call has its own answer: repeated webhooks get the same bytes and change nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from common.sids import new
from tests.relay.calls.tables import words
from tests.support.calls import CallsHarness, Form
from tests.support.stack import ACCOUNT
from tests.support.telephones import act, advance, bridged, call, plan
from tests.support.webhooks import Conversation


@contextmanager
def answering(twiml: str) -> Iterator[str]:
    """A customer's app that gives the same answer to all calls. Yields its URL."""
    app = Request.application(lambda request: Response(twiml, content_type="text/xml"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def again(harness: CallsHarness, form: Form, url: str, first: bytes) -> None:
    before = harness.writes()
    answer = harness.post(form, url)
    assert (answer.status_code, answer.content) == (200, first)
    assert harness.writes() == before


def twilio_path(harness: CallsHarness) -> str:
    return f"{harness.stack.url}/v1/Accounts/{ACCOUNT}/Proxy/{harness.sid}/Webhooks/Call"


def test_a_call_and_a_refusal_again_and_again(harness: CallsHarness, conversation: Conversation) -> None:
    url = harness.url("voice")
    for form in (
        harness.voice_form(conversation.alice, conversation.alices),
        harness.voice_form(harness.new_person(), conversation.alices),
    ):
        first = harness.post(form, url).content
        for _ in range(3):
            again(harness, form, url, first)
    assert len(harness.interactions(conversation)) == 1


def test_twenty_at_once(harness: CallsHarness, conversation: Conversation) -> None:
    form, n = harness.voice_form(conversation.alice, conversation.alices), harness.writes()[1]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: harness.post(form, harness.url("voice")), range(20)))
    assert len({answer.content for answer in answers}) == 1 and b"<Dial" in answers[0].content
    assert len(harness.interactions(conversation)) == 1 and harness.writes()[1] == n + 1


def test_every_stage_of_one_call(harness: CallsHarness, conversation: Conversation) -> None:
    """Answer, whisper, keys, Dial's end: each has its own answer, the same before and after the Session is closed."""
    harness.set_for_this_test(Whisper="true")
    form, sid = harness.start_inbound_call(conversation)
    child = new("CA")
    asked = harness.child_form(conversation, "in-progress", child, form["CallSid"])
    del asked["ParentCallSid"], asked["CallbackSource"]
    stages = [
        (form, harness.url("voice")),
        (asked, harness.webhook_url("whisper", sid)),
        ({**asked, "Digits": "1"}, harness.webhook_url("whisper", sid)),
        ({**asked, "Digits": "2"}, harness.webhook_url("whisper", sid)),
        (harness.action_form(form, "completed", child), harness.webhook_url("ended", sid)),
    ]
    first = [harness.post(*stage).content for stage in stages]
    assert len(set(first)) == len(stages)
    assert b"<Gather" in first[1] and first[2].endswith(b"<Response/>") and words("no_answer")[0].encode() in first[4]
    for change in (lambda: None, lambda: conversation.session.update(status="closed")):
        change()
        for (fields, url), answer in zip(stages, first, strict=True):
            again(harness, fields, url, answer)


def test_the_stages_of_a_placed_call(harness: CallsHarness, conversation: Conversation) -> None:
    plan(harness, conversation.bob, "manual")
    one = harness.order_call(conversation).json()
    harness.settle()
    form = harness.voice_form(conversation.bobs, conversation.bob, "in-progress", one["inbound_resource_sid"])
    form["Direction"] = "outbound-api"
    url = harness.webhook_url("connect", one["sid"])
    first = harness.post(form, url).content
    assert b"<Dial" in first
    again(harness, form, url, first)
    ended = harness.action_form(form, "busy", new("CA")), harness.webhook_url("ended", one["sid"])
    last = harness.post(*ended).content
    assert words("busy")[0].encode() in last and b"<Dial" not in last
    again(harness, *ended, last)
    conversation.session.update(status="closed")
    again(harness, form, url, first)
    again(harness, *ended, last)


def test_a_connect_that_comes_after_the_end(harness: CallsHarness, conversation: Conversation) -> None:
    """No phone rings for a call that is over, and the Interaction does not change."""
    plan(harness, conversation.bob, "busy")
    one = harness.order_call(conversation).json()
    harness.settle()
    ended = harness.interaction(conversation)
    sid = ended["inbound_resource_sid"]
    answer = harness.post_status(
        one["sid"], harness.voice_form(conversation.bobs, conversation.bob, "in-progress", sid), "connect"
    )
    assert b"<Dial" not in answer.content and b"<Hangup" in answer.content
    assert harness.interaction(conversation) == ended and not harness.has_live_call(conversation)


@pytest.mark.parametrize("path", [lambda harness: harness.url("voice"), twilio_path], ids=["ours", "Twilio's"])
def test_a_redirect_to_us_is_a_stage_of_its_own(harness: CallsHarness, conversation: Conversation, path) -> None:
    """The first webhook is `ringing`. A later redirect to us is `in-progress`, and makes a new call to the callee."""
    form = harness.voice_form(conversation.alice, conversation.alices)
    moved = {**form, "CallStatus": "in-progress"}
    harness.hold_call(form)
    first = harness.post(form, path(harness)).content
    second = harness.post(moved, path(harness)).content
    assert b"<Dial" in first and b"<Dial" in second and first != second
    assert len(harness.interactions(conversation)) == 2
    again(harness, form, path(harness), first)
    again(harness, moved, path(harness), second)
    again(harness, form, harness.url("voice"), first)
    again(harness, moved, twilio_path(harness), second)


def test_refused_first_and_then_sent_to_us(harness: CallsHarness, conversation: Conversation) -> None:
    """A refusal while the call rings is not repeated when the same call comes back later."""
    stranger = harness.new_person()
    form = harness.voice_form(stranger, conversation.alices)
    harness.hold_call(form)
    neutral = harness.post(form, harness.url("voice")).content
    session = harness.open()
    session.session.participants(session.bob_sid).delete()
    joined = session.session.participants.create(identifier=stranger, proxy_identifier=conversation.alices)
    assert joined.proxy_identifier == conversation.alices
    moved = harness.post({**form, "CallStatus": "in-progress"}, twilio_path(harness)).content
    assert b"<Dial" in moved and moved != neutral


def test_a_live_call_is_sent_to_us_by_the_customer(harness: CallsHarness, conversation: Conversation) -> None:
    """An app redirects a live call to us by REST: the first bridge ends, and the callee's phone rings again."""
    sid = call(harness, conversation.alice, conversation.alices)
    advance(harness, 10)
    harness.client.calls(sid).update(url=twilio_path(harness), method="POST")
    harness.settle()
    (posted,) = harness.carrier_requests("voice-redirect")
    assert (posted["params"]["CallStatus"], posted["status"]) == ("in-progress", 200)
    assert bridged(harness, conversation.bob) == [conversation.bobs, conversation.bobs]
    advance(harness, 4)
    act(harness, conversation.alice, "hangup")
    found = harness.interactions(conversation)
    assert sorted(one["data"] for one in found) == ['{"duration":"10"}', '{"duration":"4"}']
    assert {one["outbound_resource_status"] for one in found} == {"completed"}
    assert not harness.has_live_call(conversation)


def test_a_customers_own_webhook_redirects_to_twilios_path(harness: CallsHarness, conversation: Conversation) -> None:
    """The number's webhook is the customer's, which says something first, so our first request is `in-progress`."""
    number = next(n for n in harness.client.incoming_phone_numbers.list() if n.phone_number == conversation.alices)
    say = f"<Response><Say>Welcome.</Say><Redirect>{twilio_path(harness)}</Redirect></Response>"
    with answering(say) as url:
        ours = number.voice_url
        number.update(voice_url=url)
        try:
            call(harness, conversation.alice, conversation.alices)
        finally:
            number.update(voice_url=ours)
    assert harness.heard_sentences(conversation.alice) == ["Welcome."]
    assert bridged(harness, conversation.alice) == [conversation.alices] and harness.rings(conversation.bob) == [
        conversation.bobs
    ]
    (posted,) = harness.carrier_requests("voice-redirect")
    assert (posted["params"]["CallStatus"], posted["status"]) == ("in-progress", 200)
    act(harness, conversation.bob, "hangup")
    assert harness.interaction(conversation)["outbound_resource_status"] == "completed"


def test_webhooks_that_are_doubled_or_lost(harness: CallsHarness, conversation: Conversation) -> None:
    """The carrier sends every webhook twice, at every stage; each thing happens once."""
    harness.set_for_this_test(Whisper="true")
    harness.sim("POST", "/faults", webhook_copies=2)
    call(harness, conversation.alice, conversation.alices)
    act(harness, conversation.bob, "keys", keys="1")
    advance(harness, 5)
    act(harness, conversation.bob, "hangup")
    for kind in ("voice", "whisper", "voice-action", "call-status"):
        copies = harness.carrier_requests(kind)
        assert {one["copy"] for one in copies} == {1, 2} and {one["status"] for one in copies} == {200}
    one = harness.interaction(conversation)
    assert (one["outbound_resource_status"], one["data"]) == ("completed", '{"duration":"5"}')
    assert harness.rings(conversation.bob) == [conversation.bobs]


def test_a_lost_answer_is_asked_for_again(harness: CallsHarness, conversation: Conversation) -> None:
    harness.sim("POST", "/faults", lose_answers=2)
    call(harness, conversation.alice, conversation.alices)
    assert [bool(one["failure"]) for one in harness.carrier_requests("voice")] == [True, True, False]
    assert harness.rings(conversation.bob) == [conversation.bobs] and len(harness.interactions(conversation)) == 1
