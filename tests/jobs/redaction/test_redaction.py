"""Texts are emptied at the carrier when they are over and their time has come; phones keep them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from jobs import recurring
from tests.jobs.redaction.shredder import AFTER, PAST, Shredder
from tests.proxy.webhooks.faulty import carrier_with
from tests.proxy.webhooks.scene import Talk
from tests.relay.app_questions.app import App
from tests.support.stack import ACCOUNT, TOKEN

# Slow: plays the whole life of many texts at the carrier.
pytestmark = pytest.mark.slow


DAY = 86_400


def test_a_relayed_text(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.text(talk, "meet me at noon")
    assert shredder.states(talk) == ("pending", "pending")
    shredder.work(0, AFTER - 1)
    assert shredder.texts() == ["meet me at noon"] * 2 and shredder.states(talk) == ("pending", "pending")
    shredder.work(2)
    assert shredder.texts() == [""] * 2 and shredder.states(talk) == ("redacted", "redacted")
    assert shredder.codes(talk) == (None, None) and shredder.left() == []
    assert shredder.scene.inbox(talk.bob) == [(talk.bobs, "meet me at noon")]
    told = {(e["leg"], e["interaction"]) for e in shredder.events("message.redacted")}
    assert told == {(leg, shredder.one(talk).sid) for leg in ("inbound", "outbound")}
    (data,) = [one["data"] for one in shredder.shown(talk)]
    assert data == '{"body":"meet me at noon"}'


def test_nobody_asked_for_it(shredder: Shredder) -> None:
    talk = shredder.scene.open()
    shredder.text(talk, "meet me at noon")
    shredder.work(DAY)
    assert shredder.texts() == ["meet me at noon"] * 2
    assert shredder.states(talk) == (None, None) and shredder.left() == []


def test_who_does_not_ask_pays_nothing(shredder: Shredder) -> None:
    """Commands of the store, those within scripts included."""
    client: Any = shredder.store.client

    def cost() -> dict[str, int]:
        talk = shredder.scene.open()
        form = shredder.scene.form(talk.alice, talk.alices, "hello")
        client.config_resetstat()
        assert shredder.scene.post(form).status_code == 200
        ran = client.info("commandstats")
        return {name.removeprefix("cmdstat_"): found["calls"] for name, found in ran.items()}

    _, plain = cost(), cost()
    shredder.ask_for_it()
    # The first webhook behind a change takes it up.
    _, asked = cost(), cost()
    more = {name: asked[name] - plain.get(name, 0) for name in asked if asked[name] != plain.get(name, 0)}
    assert more == {"hset": 1, "zadd": 1}


def test_not_before_it_is_over(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.silence()
    shredder.text(talk, "hello")
    (sid,) = shredder.sent(talk.bob)
    one = shredder.one(talk).sid
    for status in ("queued", "sending", "sent"):
        shredder.tell(one, sid, status)
        shredder.work(PAST)
        assert shredder.states(talk) == ("redacted", None)
    assert shredder.texts() == ["", "hello"]
    shredder.tell(one, sid, "delivered")
    assert shredder.states(talk) == ("redacted", "pending")
    shredder.work(AFTER - 1)
    assert shredder.texts() == ["", "hello"]
    shredder.work(2)
    assert shredder.texts() == ["", ""] and shredder.states(talk) == ("redacted", "redacted")
    shredder.tell(one, sid, "delivered")
    shredder.tell(one, sid, "read")
    assert shredder.left() == [] and len(shredder.events("message.redacted")) == 2


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_what_was_not_delivered_is_at_the_carrier_as_well(shredder: Shredder, status: str) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.silence()
    shredder.text(talk, "hello")
    shredder.tell(shredder.one(talk).sid, next(iter(shredder.sent(talk.bob))), status)
    shredder.work(PAST)
    assert shredder.texts() == ["", ""]


def test_what_the_app_sends(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    talk.session.participants(talk.bob_sid).message_interactions.create(body="your code is 1234")
    shredder.send()
    assert shredder.states(talk) == (None, "pending")
    shredder.work(PAST)
    assert shredder.texts() == [""] and shredder.states(talk) == (None, "redacted")


def test_what_the_outbox_found_delivered(shredder: Shredder) -> None:
    """In doubt, then in the carrier's list, and over already."""
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.silence()
    shredder.fault(("rest:messages", "accept-then-reset"), method="POST", count=1)
    talk.session.participants(talk.bob_sid).message_interactions.create(body="hello")
    shredder.send()
    assert shredder.states(talk) == (None, None)
    shredder.clock.advance(16)
    shredder.send()
    assert shredder.states(talk) == (None, "pending")
    shredder.work(PAST)
    assert shredder.texts() == [""] and shredder.states(talk) == (None, "redacted")


def test_what_only_a_look_found(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.silence()
    shredder.text(talk, "hello")
    shredder.look(31)
    assert shredder.states(talk) == ("pending", "pending")
    shredder.work(PAST)
    assert shredder.texts() == ["", ""]


def test_what_stays_sent_for_ever(shredder: Shredder) -> None:
    """Many networks give no receipt: after half a day nobody asks any more, and it counts as over."""
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.silence()
    shredder.text(talk, "hello")
    (sid,) = shredder.sent(talk.bob)
    shredder.tell(shredder.one(talk).sid, sid, "sent")
    doc = requests.get(
        f"{shredder.scene.stack.carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
        auth=(ACCOUNT, TOKEN), timeout=30,
    ).json()  # fmt: skip

    def unfinished(method: str, path: str) -> dict[str, Any] | None:
        return {**doc, "status": "sent"} if method == "GET" and path.endswith(f"{sid}.json") else None

    with carrier_with(shredder.scene.stack, unfinished):
        shredder.look(*[3600] * 11)
        assert shredder.states(talk)[1] is None and shredder.watched() == 1
        shredder.look(DAY)
    assert shredder.watched() == 0 and shredder.states(talk)[1] == "pending"
    assert shredder.events("interaction.updated")[-1]["outbound"]["redaction"] == "pending"
    shredder.work(PAST)
    assert shredder.texts() == ["", ""]


def test_asked_of_the_app_first(shredder: Shredder) -> None:
    """Nobody answers there: it goes on, or nowhere."""
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.scene.set(InterceptCallbackUrl="http://127.0.0.1:1/", OutOfSessionCallbackUrl="http://127.0.0.1:1/")
    shredder.text(talk, "hello")
    assert shredder.states(talk) == ("pending", "pending")
    shredder.scene.text(shredder.scene.person(), talk.alices, "anybody there?")
    shredder.work(PAST)
    assert shredder.states(talk) == ("redacted", "redacted") and shredder.left() == []
    assert [text for way, text in shredder.copies() if way == "inbound"] == ["", ""]


def test_a_session_that_the_app_makes_when_it_is_asked(shredder: Shredder) -> None:
    """The Interaction is made behind the question, and shows what becomes of the text that came before it."""
    shredder.ask_for_it()
    app, who, owner = App(), shredder.scene.person(), shredder.scene.person()
    app.answer = lambda asked: (200, json.dumps({"participantIdentifier": owner}), {"Content-Type": "application/json"})
    shredder.scene.set(OutOfSessionCallbackUrl=f"{app.url}/lost")
    shredder.scene.text(who, shredder.scene.pool[0], "still for sale?")
    app.stop()
    (made,) = shredder.scene.service.sessions.list()
    talk = Talk(shredder.scene.service.sessions(made.sid), who, owner, "", "", "")
    assert shredder.states(talk) == ("pending", "pending")
    shredder.work(PAST)
    assert shredder.states(talk) == ("redacted", "redacted") and set(shredder.texts()) == {""}


def test_a_message_that_was_taken_for_another(shredder: Shredder) -> None:
    """What a look found gives way to what the carrier names, and that one is emptied as well."""
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.silence()
    shredder.text(talk, "hello")
    shredder.look(31)
    found = shredder.left()
    named = shredder.scene.client.messages.create(to=talk.bob, from_=talk.bobs, body="hello").sid
    shredder.tell(shredder.one(talk).sid, str(named), "delivered")
    assert sorted(shredder.left()) == sorted([*found, str(named)])
    shredder.work(PAST)
    assert shredder.states(talk) == ("redacted", "redacted") and set(shredder.texts()) == {""}


@pytest.mark.parametrize("known", [True, False])
def test_whose_webhook_never_came(shredder: Shredder, known: bool) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    recurring.find_missed()
    shredder.fault(("message", "drop"), ("fallback", "drop"))
    sender = talk.alice if known else shredder.scene.person()
    shredder.scene.sim("POST", "/text?wait=1", **{"from": sender, "to": talk.alices, "body": "hello"})
    shredder.mend()
    shredder.clock.advance(200)
    recurring.find_missed()
    assert len(shredder.left()) == 1
    shredder.send()
    shredder.work(PAST)
    assert shredder.left() == [] and set(shredder.texts()) == {""}


def test_calls_have_no_text(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.scene.sim("POST", "/call?wait=1", **{"from": talk.alice, "to": talk.alices, "talk": 1})
    (one,) = shredder.shown(talk)
    assert (one["type"], one["inbound_redaction"], one["outbound_redaction"]) == ("voice", None, None)
    talk.session.delete()
    assert shredder.left() == []


def test_what_waits_names_nobody(shredder: Shredder) -> None:
    shredder.ask_for_it()
    talk = shredder.scene.open()
    shredder.text(talk, "a secret")
    client: Any = shredder.store.client
    for key in client.keys("{" + shredder.scene.sid + "}:redact*"):
        value = client.hgetall(key) if client.type(key) == b"hash" else client.zrange(key, 0, -1)
        assert not any(word in str(value) for word in (talk.alice[1:], talk.bob[1:], "secret"))
