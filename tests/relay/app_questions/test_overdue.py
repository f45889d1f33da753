"""Who asks the app dies, and the carrier never comes again: a job ends the question by the Service's rule."""

from __future__ import annotations

import pytest

from carrier.client import Carrier, CarrierMessage
from carrier.inbound import Inbound
from jobs import recurring
from jobs.reconciling import missed
from outbox import run as outbox
from relay.inbound import decide
from services.snapshot import read_snapshot
from storage import keys
from tests.proxy.webhooks.scene import Scene, sign
from tests.relay.app_questions.service import answer_to, api, configure, inbound, kinds, last_event

#: Behind the carrier's last try (15 s, Twilio's webhook timeout), and behind the question's own time.
OVER = 21
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
OPEN = ("questions", "question_ends")


class Killed(BaseException):
    """What no handler of ours catches, like kill -9."""


@pytest.fixture
def dying(scene, monkeypatch):
    """Webhooks to a process that dies with the app's answer in hand."""
    monkeypatch.setattr(recurring, "runtime", lambda: scene.stack.runtime)
    rt = scene.stack.runtime

    def deliver(form, url):
        def die(edge):
            if edge == "asked":
                raise Killed

        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(rt, "failpoint", die)
            headers = {"X-Twilio-Signature": sign(url, list(form.items()))}
            path = url.removeprefix(scene.stack.url)
            scene.stack.app.test_client().post(path, data=form, headers=headers)

    yield deliver
    rt.store.client.delete(*(keys.service(name, scene.sid) for name in OPEN))


def send(scene):
    for _ in range(3):
        recurring.send()
        assert scene.stack.runtime.part(outbox.OutboxWorker).wait(30)
        scene.clock.advance(1)
    scene.sim("GET", "/settle")


def held(scene):
    client = scene.stack.runtime.store.client
    return [client.exists(keys.service(name, scene.sid)) for name in OPEN]


def test_without_the_job_it_is_lost(scene, intercept, dying):
    """The negative control: the same death, and nobody who ends the question."""
    talk = scene.open()
    dying(*inbound(scene, "message", talk))
    scene.clock.advance(3600)
    send(scene)
    assert scene.inbox(talk.bob) == []
    (one,) = talk.session.interactions.list()
    assert one.outbound_participant_sid is None
    assert held(scene) == [1, 1]


def test_continue_sends_it_by_the_outbox_once(scene, intercept, dying):
    """As if the app had not answered; a webhook that comes after it gets the same answer."""
    talk = scene.open()
    form, url = inbound(scene, "message", talk)
    dying(form, url)
    recurring.end_questions()
    send(scene)
    assert scene.inbox(talk.bob) == [], "the carrier may still come again"
    scene.clock.advance(OVER)
    recurring.end_questions()
    recurring.end_questions()
    send(scene)
    assert [answer_to(scene, form, url) for _ in range(2)] == [EMPTY] * 2
    send(scene)
    assert scene.inbox(talk.bob) == [(talk.bobs, "see you at noon")]
    assert len(intercept.asked) == 1
    (one,) = talk.session.interactions.list()
    assert one.outbound_resource_status == "delivered"
    assert held(scene) == [0, 0]


def test_a_webhook_that_comes_before_the_job_gets_the_reply(scene, intercept, dying):
    talk = scene.open()
    form, url = inbound(scene, "message", talk)
    dying(form, url)
    scene.clock.advance(4)
    twiml = answer_to(scene, form, url)
    assert talk.bob in twiml
    scene.clock.advance(OVER)
    recurring.end_questions()
    send(scene)
    assert answer_to(scene, form, url) == twiml
    assert scene.inbox(talk.bob) == []
    assert held(scene) == [0, 0]


def test_block_stops_it(scene, intercept, dying):
    configure(scene, OnInterceptFailure="block")
    talk, after = scene.open(), last_event(scene)
    form, url = inbound(scene, "message", talk)
    dying(form, url)
    scene.clock.advance(OVER)
    recurring.end_questions()
    send(scene)
    assert answer_to(scene, form, url) == EMPTY
    assert scene.inbox(talk.bob) == []
    assert [(kind, reason) for kind, reason, _ in kinds(scene, after) if kind == "message.blocked"] == [
        ("message.blocked", "intercept-failed")
    ]


def test_a_partner_who_came_meanwhile_gets_it(scene, intercept, dying):
    talk = scene.open()
    dying(*inbound(scene, "message", talk))
    talk.session.participants(talk.bob_sid).delete()
    carol = scene.person()
    joined = talk.session.participants.create(identifier=carol)
    scene.clock.advance(OVER)
    recurring.end_questions()
    send(scene)
    assert scene.inbox(carol) == [(joined.proxy_identifier, "see you at noon")]
    assert scene.inbox(talk.bob) == []


def test_a_stranger_is_refused(scene, stranger, dying):
    """The neutral refusal, which nobody hears any more."""
    form, after = scene.form(scene.person(), scene.pool[0], "hello"), last_event(scene)
    dying(form, scene.url())
    scene.clock.advance(OVER)
    recurring.end_questions()
    assert kinds(scene, after)[-1] == ("inbound.refused", "out-of-session", 80913)
    assert answer_to(scene, form, scene.url()) == EMPTY
    assert held(scene) == [0, 0]


def test_a_session_that_the_app_ordered_gets_the_text(scene, stranger, dying):
    """Who asked died behind opening it: the text goes on into it, as its webhook would have."""
    alice, bob = scene.person(), scene.person()
    stranger.answer = lambda asked: (200, f'{{"participantIdentifier": "{bob}"}}')
    dying(scene.form(alice, scene.pool[0], "hello"), scene.url())
    scene.clock.advance(OVER)
    recurring.end_questions()
    send(scene)
    assert [body for _, body in scene.inbox(bob)] == ["hello"]


@pytest.mark.parametrize("policy", ["continue", "block"])
def test_of_a_call_nobody_is_on_the_line(scene, intercept, dying, policy):
    """Nobody is rung, and nothing keeps the Session open."""
    configure(scene, OnInterceptFailure=policy)
    talk = scene.open()
    dying(*inbound(scene, "voice", talk))
    scene.clock.advance(OVER)
    recurring.end_questions()
    (one,) = talk.session.interactions.list()
    assert one.outbound_participant_sid is None
    answer = scene.stack.runtime.store.service("get_session", scene.sid, {"session": talk.session.fetch().sid})
    assert not answer["session"].get("live")
    assert held(scene) == [0, 0]


def test_what_was_missed_looks_at_it_as_not_answered(scene, intercept, dying, monkeypatch):
    """The comparison with the carrier's list ends it as well, if it comes before the job."""
    talk = scene.open()
    recurring.find_missed()
    form, url = inbound(scene, "message", talk)
    dying(form, url)
    scene.clock.advance(missed.SETTLE_SECONDS + 4)
    listed = [CarrierMessage(
        sid=form["MessageSid"], status="received", code=None, direction="inbound", sender=talk.alice, to=talk.alices,
        body=form["Body"], at_ms=(scene.clock() - missed.SETTLE_SECONDS * 1000) // 1000 * 1000, media=0,
    )]  # fmt: skip
    monkeypatch.setattr(Carrier, "messages_between", lambda self, since, until, most: listed)
    recurring.find_missed()
    recurring.find_missed()
    recurring.end_questions()
    send(scene)
    assert scene.inbox(talk.bob) == [(talk.bobs, "see you at noon")]
    late = [row["d"] for row in scene.events() if row["t"] == "inbound.late" and row["d"]["sid"] == form["MessageSid"]]
    assert [one["reason"] for one in late] == ["unsent"]


def test_a_late_accept_that_dies(scene, intercept, dying, monkeypatch):
    """The worker accepts what no webhook brought, and dies while it asks."""
    talk, rt = scene.open(), scene.stack.runtime

    def die(edge):
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(rt, "failpoint", die)
        at = scene.clock() // 1000 * 1000 + 1000
        late = Inbound("message", "SM" + "e" * 32, talk.alice, talk.alices, body="hello", late_at_ms=at)
        decide(rt, read_snapshot(rt, scene.sid), late)
    scene.clock.advance(OVER)
    recurring.end_questions()
    send(scene)
    assert scene.inbox(talk.bob) == [(talk.bobs, "hello")]


def test_a_deleted_service_takes_its_questions_along(scene, app, dying):
    other = Scene(scene.stack, scene.clock, numbers=2)
    configure(other, InterceptCallbackUrl=app.url)
    dying(*inbound(other, "message", other.open()))
    assert held(other) == [1, 1]
    api(other, "DELETE", f"/proxy/v1/Services/{other.sid}", 204)
    assert held(other) == [0, 0]
