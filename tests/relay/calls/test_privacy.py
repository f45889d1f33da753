"""What of a call is never kept or told: who the carrier says the caller is, where they are, who forwarded them."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from common.sids import new
from tests.privacy import at_rest
from tests.privacy.spellings import Search
from tests.privacy.witness import Log, Monitor, logging_at_debug
from tests.proxy.webhooks.scene import Talk
from tests.proxy.webhooks.telephony import act, advance, call, plan
from tests.relay.calls.stage import Form, Stage

NAME, FORWARDED, CITY, ZIP = "Ophelia Quackenbush", "+16465550777", "XANADUVILLE", "00999"
SIDE_FIELDS = {"CallerName": NAME, "ForwardedFrom": FORWARDED, "CallToken": f"token of {NAME}", "StirVerstat": "TN-A"}


@contextmanager
def app_of_the_customer(answer: str) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """Answers TwiML to everything; its URL, and the forms that it was sent."""
    seen: list[dict[str, list[str]]] = []

    def serve(request: Request) -> Response:
        seen.append(parse_qs(request.get_data(as_text=True)))
        return Response(answer, content_type="text/xml")

    server = make_server("127.0.0.1", 0, Request.application(serve), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", seen
    server.shutdown()
    thread.join()
    server.server_close()


def full(form: Form) -> Form:
    return {**form, **SIDE_FIELDS}


def conversation(scene: Stage) -> list[Talk]:
    """Calls of every kind, each with all that the carrier may add."""
    told = {"caller_name": NAME, "forwarded_from": FORWARDED}
    talk, closed = scene.open(), scene.open()
    closed.session.update(status="closed")
    for what in ("answer", "busy", "fail", "voicemail"):
        plan(scene, talk.bob, what, name=NAME)
        call(scene, talk.alice, talk.alices, **told)
        if what in ("answer", "voicemail"):
            advance(scene, 3)
            act(scene, talk.alice, "hangup")
    call(scene, closed.alice, closed.alices, **told)
    call(scene, scene.person(), talk.alices, **told)
    call(scene, "Anonymous", talk.alices, **told)
    forms(scene, talk)
    plan(scene, talk.bob, "answer")
    scene.place(talk)
    scene.settle()
    act(scene, talk.alice, "hangup")
    return [talk, closed]


def forms(scene: Stage, talk: Talk) -> None:
    """By hand, with cities: each of our addresses, genuine and forged."""
    form = full(scene.voice_form(talk.alice, talk.alices))
    for status in ("ringing", "in-progress"):
        assert scene.post({**form, "CallStatus": status}, scene.url("voice")).status_code == 200
    assert scene.post(form, scene.url("voice"), signature="x").status_code == 403
    sid = next(one["sid"] for one in scene.interactions(talk) if one["inbound_resource_sid"] == form["CallSid"])
    child = full(scene.child_form(talk, "completed", new("CA")))
    for purpose, fields in (
        ("status", child), ("whisper", child), ("placed", child), ("connect", child),
        ("ended", full(scene.action_form(form, "no-answer", child["CallSid"]))),
    ):  # fmt: skip
        assert scene.post(fields, scene.address(purpose, sid)).status_code == 200
        assert scene.post(fields, scene.address(purpose, sid), signature="x").status_code == 403
    stranger = full(scene.voice_form(scene.person(), talk.alices))
    assert scene.post(stranger, scene.url("voice")).status_code == 200


class Ours(Log):
    """Not the test's own requests to the phones."""

    def emit(self, record: logging.LogRecord) -> None:
        if "/sim/" not in record.getMessage():
            super().emit(record)


@pytest.fixture
def watched() -> Iterator[Ours]:
    with logging_at_debug() as outer:
        logging.getLogger().removeHandler(outer)
        found = Ours()
        logging.getLogger().addHandler(found)
        try:
            yield found
        finally:
            logging.getLogger().removeHandler(found)


def test_nothing_of_it_is_kept_or_logged(scene: Stage, valkey_url: str, watched: Ours) -> None:
    watched.skipped_port = int(scene.stack.url.rpartition(":")[2])
    client = scene.stack.runtime.store.client
    monitor = Monitor(valkey_url)
    scene.arrange(Whisper="false")
    people = {phone for talk in conversation(scene) for phone in (talk.alice, talk.bob)}
    commands = monitor.end(client)
    search = Search([FORWARDED, *people], [NAME, CITY, "Anonymous"])
    kept = at_rest.store(client)
    assert any(":interaction:" in key for key in kept) and any(":events" in key for key in kept)
    assert search.all(kept) == []
    assert commands.upper().count(b"EVALSHA") > 30 and search.all({"commands": commands}) == []
    assert "maskline" in str(watched.names) or watched.text
    assert search.all({"log": watched.text.encode()}) == []
    assert ZIP not in str(scene.events())


def test_the_search_finds_what_is_planted(scene: Stage, watched: Ours) -> None:
    """Else it would prove nothing."""
    search = Search([FORWARDED], [NAME, CITY])
    scene.stack.runtime.store.client.set("planted", f"{CITY} {FORWARDED}")
    logging.getLogger("maskline").info("a call of %s", NAME)
    try:
        assert search.all(at_rest.store(scene.stack.runtime.store.client))
        assert search.all({"log": watched.text.encode()})
    finally:
        scene.stack.runtime.store.client.delete("planted")


def test_the_customers_app_is_not_told_either(scene: Stage) -> None:
    """Of an out-of-session call it is told the carrier's places, as Proxy tells them, but no name and no forwarder."""
    with app_of_the_customer("<Response><Say>Hello.</Say></Response>") as (url, seen):
        scene.arrange(OutOfSessionCallbackUrl=url)
        stranger = full(scene.voice_form(scene.person(), scene.pool[0]))
        answer = scene.post(stranger, scene.url("voice"))
        assert "Hello." in answer.text
    (form,) = seen
    assert form["FromCity"] == [CITY] and form["CallSid"] == [stranger["CallSid"]]
    assert not set(SIDE_FIELDS) & set(form)
    assert Search([FORWARDED], [NAME]).all({"form": str(form).encode()}) == []


def test_in_what_we_answer_a_number_stands_in_one_place(scene: Stage) -> None:
    """The callee's inside Number, with the caller id of the pool; nobody's in an address."""
    talks = conversation(scene)
    met = {talk.alice: talk.bob for talk in talks} | {talk.bob: talk.alice for talk in talks}
    dialled = 0
    for one in scene.posted():
        root = ElementTree.fromstring(one["response"]) if one["response"] else ElementTree.Element("Response")
        for dial in root.iter("Dial"):
            (number,) = list(dial)
            assert dial.attrib["callerId"] in scene.pool and (number.text or "") in met
            number.text, dialled = "", dialled + 1
            del dial.attrib["callerId"]
        left = ElementTree.tostring(root, encoding="unicode") + one["url"]
        assert not [phone for phone in (*met, FORWARDED) if phone[1:] in left]
        assert not re.search(r"%2B|\+1", left)
    assert dialled >= 5


def test_a_forwarded_call_is_matched_by_who_called(scene: Stage, talk: Talk) -> None:
    """And who it was forwarded by never is, though they are a participant themselves."""
    plan(scene, talk.bob, "manual")
    call(scene, talk.alice, talk.alices, forwarded_from=scene.open().alice)
    assert scene.rings(talk.bob) == [talk.bobs]
    stranger = scene.person()
    call(scene, stranger, talk.alices, forwarded_from=talk.alice)
    assert len(scene.interactions(talk)) == 1 and len(scene.sentences(stranger)) == 1


def test_api_answers_hold_no_number(scene: Stage) -> None:
    talk = scene.open()
    answer: Any = scene.place(talk)
    assert not [phone for phone in (talk.alice, talk.bob, talk.alices, talk.bobs) if phone[1:] in answer.text]
