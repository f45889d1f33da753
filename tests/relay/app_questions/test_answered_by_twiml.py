"""The app answers TwiML: we recognise it by its content, and the carrier runs it as if it came from the app."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.privacy import at_rest
from tests.privacy.spellings import Search
from tests.relay.app_questions.service import answer_to, api, call_form, last_event
from tests.support.stack import ACCOUNT
from tests.support.telephones import act, advance, bridged, call, let_take_calls, said

# Slow: plays every form in which an app may answer TwiML.
pytestmark = pytest.mark.slow


DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
BOM = "\ufeff"


def ring(harness, **more):
    return answer_to(harness, call_form(harness.new_person(), harness.pool[0], **more), harness.url("voice"))


def verbs(twiml):
    return list(ElementTree.fromstring(twiml).iter())


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": kind}
        for kind in ("text/html; charset=utf-8", "application/xml", "text/plain", "application/json")
    ]
    + [{}],
)
@pytest.mark.parametrize("before", ["", DECLARED, BOM, f"{BOM}\n{DECLARED}", f"\r\n\t {DECLARED}\n", "<!-- x -->"])
def test_it_is_known_by_its_content(harness, stranger, headers, before):
    stranger.answer = lambda asked: (200, f"{before}<Response><Say>¿mañana?</Say></Response>\n\n", headers)
    assert ring(harness) == f"{DECLARED}<Response><Say>¿mañana?</Say></Response>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('<?xml version="1.0" encoding="ISO-8859-1"?><Response><Say>mañana</Say></Response>'.encode("latin-1"), ""),
        ("<Response><Say>mañana</Say></Response>".encode("latin-1"), "text/xml; charset=ISO-8859-1"),
        ("<Response><Say>mañana</Say></Response>".encode("utf-16"), "text/xml"),
        ("<Response><Say>mañana</Say></Response>".encode("utf-16-le"), 'text/xml; charset="utf-16le"'),
    ],
)
def test_it_is_read_in_its_charset(harness, stranger, body, kind):
    stranger.answer = lambda asked: (200, body, {"Content-Type": kind})
    assert ring(harness) == f"{DECLARED}<Response><Say>mañana</Say></Response>"


def test_what_it_says_arrives_unchanged(harness, stranger):
    body = (
        '<Response><Message to="+15105550000">a &lt;b&gt; &amp; "c"\n🙂 d</Message><Reject reason="busy"/>'
        '<Dial callerId="+13125550000"><Number sendDigits="1w2">+15105550000</Number><Sip>sip:a@b.example</Sip></Dial>'
        '<Gather input="speech dtmf" numDigits="1" hints="a, b" action="https://x.example/a?b=1&amp;c=2"/>'
        "<Play digits=\"12\"/><Play/></Response>"
    )  # fmt: skip
    stranger.answer = lambda asked: (200, body)
    wanted = [(e.tag, e.attrib, e.text) for e in ElementTree.fromstring(body).iter()]
    assert [(e.tag, e.attrib, e.text) for e in verbs(ring(harness))] == wanted


URLS = (
    ('<Gather action="gathered"/>', "Gather", "action", "{base}/hooks/gathered"),
    ('<Gather action="/gathered?x=1"/>', "Gather", "action", "{base}/gathered?x=1"),
    ('<Gather action="../up"/>', "Gather", "action", "{base}/up"),
    ('<Gather action="?again=1"/>', "Gather", "action", "{base}/hooks/lost?again=1"),
    ('<Gather action="//cdn.example/g"/>', "Gather", "action", "http://cdn.example/g"),
    ('<Gather action="https://x.example/g"/>', "Gather", "action", "https://x.example/g"),
    ('<Gather action=" gathered "/>', "Gather", "action", "{base}/hooks/gathered"),
    ("<Gather/>", "Gather", "action", "{base}/hooks/lost"),
    ('<Gather action=""/>', "Gather", "action", "{base}/hooks/lost"),
    ("<Record/>", "Record", "action", "{base}/hooks/lost"),
    ("<Redirect>next</Redirect>", "Redirect", None, "{base}/hooks/next"),
    ("<Redirect>\n  /next?a=1&amp;b=2\n</Redirect>", "Redirect", None, "{base}/next?a=1&b=2"),
    ("<Redirect/>", "Redirect", None, "{base}/hooks/lost"),
    ("<Play>hold.mp3</Play>", "Play", None, "{base}/hooks/hold.mp3"),
    ("<Gather><Play>/menu.mp3</Play></Gather>", "Play", None, "{base}/menu.mp3"),
    ("<Message><Body>x</Body><Media>/p.jpg</Media></Message>", "Media", None, "{base}/p.jpg"),
    ('<Dial><Number url="/whisper">+15105550000</Number></Dial>', "Number", "url", "{base}/whisper"),
    ('<Dial><Number statusCallback="/s">+1</Number></Dial>', "Number", "statusCallback", "{base}/s"),
    ('<Dial action="done"/>', "Dial", "action", "{base}/hooks/done"),
    ('<Dial recordingStatusCallback="/r"/>', "Dial", "recordingStatusCallback", "{base}/r"),
    ('<Record action="/a" transcribeCallback="/t"/>', "Record", "transcribeCallback", "{base}/t"),
    ('<Gather partialResultCallback="/p"/>', "Gather", "partialResultCallback", "{base}/p"),
    ('<Enqueue waitUrl="/w">q</Enqueue>', "Enqueue", "waitUrl", "{base}/w"),
    ('<Dial><Conference waitUrl="/w" statusCallback="/s">c</Conference></Dial>', "Conference", "waitUrl", "{base}/w"),
    ('<Start><Stream url="wss://x.example/s"/></Start>', "Stream", "url", "wss://x.example/s"),
    ('<Connect><X statusCallbackUrl="/s"/></Connect>', "X", "statusCallbackUrl", "{base}/s"),
    ('<Message statusCallback="/s">x</Message>', "Message", "statusCallback", "{base}/s"),
    ('<Gather action="http://[bad"/>', "Gather", "action", "http://[bad"),
)  # fmt: skip


@pytest.mark.parametrize(("verb", "tag", "name", "wanted"), URLS, ids=[url[0] for url in URLS])
def test_its_urls_are_relative_to_the_app(harness, stranger, verb, tag, name, wanted):
    stranger.answer = lambda asked: (200, f"<Response>{verb}</Response>")
    (found,) = (element for element in verbs(ring(harness)) if element.tag == tag)
    assert (found.get(name) if name else found.text) == wanted.format(base=stranger.url)


def test_methods_and_events_are_no_urls(harness, stranger):
    verb = '<Number statusCallbackMethod="GET" statusCallbackEvent="answered" byoc="BY1">+1</Number>'
    stranger.answer = lambda asked: (200, f"<Response><Dial>{verb}</Dial></Response>")
    assert f"<Dial>{verb}</Dial>" in ring(harness)


def test_a_message_is_answered_by_the_app(harness, stranger):
    stranger.answer = lambda asked: (200, "<Response><Message>from the app</Message></Response>", {})
    who = harness.new_person()
    harness.text(who, harness.pool[0], "hello")
    assert harness.inbox(who) == [(harness.pool[0], "from the app")]


def test_a_caller_hears_the_app(harness, stranger):
    stranger.answer = lambda asked: (200, "<Response><Say>from the app</Say></Response>", {"Content-Type": "text/html"})
    who, after = harness.new_person(), last_event(harness)
    call(harness, who, harness.pool[0])
    assert said(harness, who) == ["from the app"]
    assert [row["t"] for row in harness.events(after)] == ["inbound.answered"]


def test_a_menu_opens_the_session_and_comes_back_to_us(harness, stranger):
    """The caller chooses in the app's menu; the app opens the Session and redirects the call to our path for calls."""
    who, owner = harness.new_person(), harness.new_person()
    let_take_calls(harness, owner)
    steps = []

    def answer(asked):
        steps.append(asked.path)
        if asked.path == "/hooks/lost":
            return 200, '<Response><Gather numDigits="1" action="chosen"><Say>Press 7</Say></Gather></Response>'
        assert asked.form["Digits"] == "7" and asked.form["CallStatus"] == "in-progress"
        session = harness.stack.sdk().proxy.v1.services(harness.sid).sessions.create(mode="voice-only")
        session.participants.create(identifier=asked.form["From"], proxy_identifier=asked.form["To"])
        session.participants.create(identifier=owner)
        path = f"/v1/Accounts/{ACCOUNT}/Proxy/{harness.sid}/Webhooks/Call"
        return 200, f'<Response><Redirect method="POST">{harness.stack.url}{path}</Redirect></Response>'

    stranger.answer = answer
    call(harness, who, harness.pool[0])
    assert said(harness, who) == ["Press 7"]
    act(harness, who, "keys", keys="7")
    assert steps == ["/hooks/lost", "/hooks/chosen"]
    assert len(bridged(harness, owner)) == 1 and len(bridged(harness, who)) == 1
    assert bridged(harness, owner)[0] in harness.pool
    (session,) = [s for s in harness.service.sessions.list() if s.mode == "voice-only" and s.status == "in-progress"]
    (interaction,) = session.interactions.list()
    assert (interaction.type, interaction.outbound_resource_status) == ("voice", "initiated")
    act(harness, owner, "hangup")
    assert interaction.fetch().outbound_resource_status == "completed"


def test_a_redirect_at_once_comes_back_too(harness, stranger):
    """The app redirects at once, so the second webhook also says that the call is ringing."""
    who, owner = harness.new_person(), harness.new_person()
    let_take_calls(harness, owner)

    def answer(asked):
        session = harness.stack.sdk().proxy.v1.services(harness.sid).sessions.create()
        session.participants.create(identifier=asked.form["From"], proxy_identifier=asked.form["To"])
        session.participants.create(identifier=owner)
        return 200, f"<Response><Redirect>{harness.url('voice')}</Redirect></Response>"

    stranger.answer = answer
    call(harness, who, harness.pool[0])
    assert len(stranger.asked) == 1 and len(bridged(harness, owner)) == 1


def test_a_caller_who_chooses_nothing_is_let_go(harness, stranger):
    stranger.answer = lambda asked: (200, '<Response><Gather timeout="5"/><Say>goodbye</Say></Response>')
    who = harness.new_person()
    call(harness, who, harness.pool[0])
    advance(harness, 6)
    assert said(harness, who) == ["goodbye"]


def test_an_intercept_is_asked_about_the_call_that_comes_back(harness, stranger):
    """The call first got an out-of-session answer. When it comes back, it has a Session and gets another answer."""
    form = call_form(harness.new_person(), harness.pool[0])
    stranger.answer = lambda asked: (200, "<Response><Say>menu</Say></Response>")
    first = answer_to(harness, form, harness.url("voice"))
    api(harness, "POST", f"/proxy/v1/Services/{harness.sid}", InterceptCallbackUrl=f"{stranger.url}/intercept")
    session = harness.service.sessions(harness.service.sessions.create().sid)
    session.participants.create(identifier=form["From"], proxy_identifier=harness.pool[0])
    owner = harness.new_person()
    session.participants.create(identifier=owner)
    again = {**form, "CallStatus": "in-progress"}
    second = answer_to(harness, again, harness.url("voice"))
    assert owner in second and owner not in first
    assert answer_to(harness, again, harness.url("voice")) == second
    assert [asked.path for asked in stranger.asked] == ["/hooks/lost", "/intercept"]


def test_what_the_app_says_is_kept_sealed(harness, stranger):
    secret, word = "+12025557391", "violet walrus at noon"
    stranger.answer = lambda asked: (
        200,
        f'<Response><Dial>{secret}</Dial><Message to="{secret}">{word}</Message></Response>',
    )
    forms = [(call_form(harness.new_person(), harness.pool[0]), harness.url("voice")),
             (harness.message_form(harness.new_person(), harness.pool[0], "hello"), harness.url())]  # fmt: skip
    answers = [answer_to(harness, *each) for each in forms]
    assert all(secret in answer and word in answer for answer in answers)
    client = harness.stack.runtime.store.client
    kept = at_rest.store(client)
    assert [name for name in kept if f"{{{harness.sid}}}:seen:" in name]
    assert Search((secret, *(form["From"] for form, _ in forms)), (word,)).all(kept) == []
    assert [answer_to(harness, *each) for each in forms] == answers
    assert len(stranger.asked) == 2
