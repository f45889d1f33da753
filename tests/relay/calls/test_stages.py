"""Each stage of a call has an answer of its own: repeats get the same bytes and change nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from common.sids import new
from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, bridged, call, plan
from tests.relay.calls.stage import Form, Stage
from tests.relay.calls.tables import words
from tests.support.stack import ACCOUNT


@contextmanager
def answering(twiml: str) -> Iterator[str]:
    """A customer's app that has one answer to all calls; its URL."""
    app = Request.application(lambda request: Response(twiml, content_type="text/xml"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def again(scene: Stage, form: Form, url: str, first: bytes) -> None:
    before = scene.writes()
    answer = scene.post(form, url)
    assert (answer.status_code, answer.content) == (200, first)
    assert scene.writes() == before


def twilio_path(scene: Stage) -> str:
    return f"{scene.stack.url}/v1/Accounts/{ACCOUNT}/Proxy/{scene.sid}/Webhooks/Call"


def test_a_call_and_a_refusal_again_and_again(scene: Stage, talk: Talk) -> None:
    url = scene.url("voice")
    for form in (scene.voice_form(talk.alice, talk.alices), scene.voice_form(scene.person(), talk.alices)):
        first = scene.post(form, url).content
        for _ in range(3):
            again(scene, form, url, first)
    assert len(scene.interactions(talk)) == 1


def test_twenty_at_once(scene: Stage, talk: Talk) -> None:
    form, n = scene.voice_form(talk.alice, talk.alices), scene.writes()[1]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: scene.post(form, scene.url("voice")), range(20)))
    assert len({answer.content for answer in answers}) == 1 and b"<Dial" in answers[0].content
    assert len(scene.interactions(talk)) == 1 and scene.writes()[1] == n + 1


def test_every_stage_of_one_call(scene: Stage, talk: Talk) -> None:
    """Answer, whisper, its key, the Dial's end: four answers, each its own, before and after the Session is closed."""
    scene.arrange(Whisper="true")
    form, sid = scene.come_in(talk)
    child = new("CA")
    asked = scene.child_form(talk, "in-progress", child, form["CallSid"])
    del asked["ParentCallSid"], asked["CallbackSource"]
    stages = [
        (form, scene.url("voice")),
        (asked, scene.address("whisper", sid)),
        ({**asked, "Digits": "1"}, scene.address("whisper", sid)),
        ({**asked, "Digits": "2"}, scene.address("whisper", sid)),
        (scene.action_form(form, "completed", child), scene.address("ended", sid)),
    ]
    first = [scene.post(*stage).content for stage in stages]
    assert len(set(first)) == len(stages)
    assert b"<Gather" in first[1] and first[2].endswith(b"<Response/>") and words("no_answer")[0].encode() in first[4]
    for change in (lambda: None, lambda: talk.session.update(status="closed")):
        change()
        for (fields, url), answer in zip(stages, first, strict=True):
            again(scene, fields, url, answer)


def test_the_stages_of_a_placed_call(scene: Stage, talk: Talk) -> None:
    plan(scene, talk.bob, "manual")
    one = scene.place(talk).json()
    scene.settle()
    form = scene.voice_form(talk.bobs, talk.bob, "in-progress", one["inbound_resource_sid"])
    form["Direction"] = "outbound-api"
    url = scene.address("connect", one["sid"])
    first = scene.post(form, url).content
    assert b"<Dial" in first
    again(scene, form, url, first)
    ended = scene.action_form(form, "busy", new("CA")), scene.address("ended", one["sid"])
    last = scene.post(*ended).content
    assert words("busy")[0].encode() in last and b"<Dial" not in last
    again(scene, *ended, last)
    talk.session.update(status="closed")
    again(scene, form, url, first)
    again(scene, *ended, last)


def test_a_connect_that_comes_after_the_end(scene: Stage, talk: Talk) -> None:
    """Nobody is rung for a call that is over, and what had ended stays ended."""
    plan(scene, talk.bob, "busy")
    one = scene.place(talk).json()
    scene.settle()
    ended = scene.interaction(talk)
    sid = ended["inbound_resource_sid"]
    answer = scene.tell(one["sid"], scene.voice_form(talk.bobs, talk.bob, "in-progress", sid), "connect")
    assert b"<Dial" not in answer.content and b"<Hangup" in answer.content
    assert scene.interaction(talk) == ended and not scene.live(talk)


@pytest.mark.parametrize("path", [lambda scene: scene.url("voice"), twilio_path], ids=["ours", "Twilio's"])
def test_a_redirect_to_us_is_a_stage_of_its_own(scene: Stage, talk: Talk, path) -> None:
    """First `ringing`; what somebody's TwiML sends here later is `in-progress`, and a call of its own to the callee."""
    form = scene.voice_form(talk.alice, talk.alices)
    moved = {**form, "CallStatus": "in-progress"}
    first = scene.post(form, path(scene)).content
    second = scene.post(moved, path(scene)).content
    assert b"<Dial" in first and b"<Dial" in second and first != second
    assert len(scene.interactions(talk)) == 2
    again(scene, form, path(scene), first)
    again(scene, moved, path(scene), second)
    again(scene, form, scene.url("voice"), first)
    again(scene, moved, twilio_path(scene), second)


def test_refused_first_and_then_sent_to_us(scene: Stage, talk: Talk) -> None:
    """What is refused while it rings is no answer to what comes later; nor is an end an answer."""
    stranger = scene.person()
    form = scene.voice_form(stranger, talk.alices)
    neutral = scene.post(form, scene.url("voice")).content
    session = scene.open()
    session.session.participants(session.bob_sid).delete()
    joined = session.session.participants.create(identifier=stranger, proxy_identifier=talk.alices)
    assert joined.proxy_identifier == talk.alices
    moved = scene.post({**form, "CallStatus": "in-progress"}, twilio_path(scene)).content
    assert b"<Dial" in moved and moved != neutral


def test_a_live_call_is_sent_to_us_by_the_customer(scene: Stage, talk: Talk) -> None:
    """By REST, in the middle of the talk, as programs do; the callee is rung anew, the first bridge has ended."""
    sid = call(scene, talk.alice, talk.alices)
    advance(scene, 10)
    scene.client.calls(sid).update(url=twilio_path(scene), method="POST")
    scene.settle()
    (posted,) = scene.posted("voice-redirect")
    assert (posted["params"]["CallStatus"], posted["status"]) == ("in-progress", 200)
    assert bridged(scene, talk.bob) == [talk.bobs, talk.bobs]
    advance(scene, 4)
    act(scene, talk.alice, "hangup")
    found = scene.interactions(talk)
    assert sorted(one["data"] for one in found) == ['{"duration":"10"}', '{"duration":"4"}']
    assert {one["outbound_resource_status"] for one in found} == {"completed"}
    assert not scene.live(talk)


def test_a_customers_own_webhook_redirects_to_twilios_path(scene: Stage, talk: Talk) -> None:
    """The number is the customer's again, who says something first: our first request is `in-progress`."""
    number = next(n for n in scene.client.incoming_phone_numbers.list() if n.phone_number == talk.alices)
    say = f"<Response><Say>Welcome.</Say><Redirect>{twilio_path(scene)}</Redirect></Response>"
    with answering(say) as url:
        ours = number.voice_url
        number.update(voice_url=url)
        try:
            call(scene, talk.alice, talk.alices)
        finally:
            number.update(voice_url=ours)
    assert scene.sentences(talk.alice) == ["Welcome."]
    assert bridged(scene, talk.alice) == [talk.alices] and scene.rings(talk.bob) == [talk.bobs]
    (posted,) = scene.posted("voice-redirect")
    assert (posted["params"]["CallStatus"], posted["status"]) == ("in-progress", 200)
    act(scene, talk.bob, "hangup")
    assert scene.interaction(talk)["outbound_resource_status"] == "completed"


def test_webhooks_that_are_doubled_or_lost(scene: Stage, talk: Talk) -> None:
    """By the carrier itself, at every stage; each thing happens once."""
    scene.arrange(Whisper="true")
    scene.sim("POST", "/faults", webhook_copies=2)
    call(scene, talk.alice, talk.alices)
    act(scene, talk.bob, "keys", keys="1")
    advance(scene, 5)
    act(scene, talk.bob, "hangup")
    for kind in ("voice", "whisper", "voice-action", "call-status"):
        copies = scene.posted(kind)
        assert {one["copy"] for one in copies} == {1, 2} and {one["status"] for one in copies} == {200}
    one = scene.interaction(talk)
    assert (one["outbound_resource_status"], one["data"]) == ("completed", '{"duration":"5"}')
    assert scene.rings(talk.bob) == [talk.bobs]


def test_a_lost_answer_is_asked_for_again(scene: Stage, talk: Talk) -> None:
    scene.sim("POST", "/faults", lose_answers=2)
    call(scene, talk.alice, talk.alices)
    assert [bool(one["failure"]) for one in scene.posted("voice")] == [True, True, False]
    assert scene.rings(talk.bob) == [talk.bobs] and len(scene.interactions(talk)) == 1
