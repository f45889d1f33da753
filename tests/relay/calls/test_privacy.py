"""What we never store or tell about a call: the caller's name and place, and the number that forwarded the call."""

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
from storage import keys
from tests.privacy import at_rest
from tests.privacy.spellings import Search
from tests.privacy.witness import Log, Monitor, logging_at_debug
from tests.support.calls import CallsHarness, Form
from tests.support.telephones import act, advance, call, plan
from tests.support.webhooks import Conversation

NAME, FORWARDED, CITY, ZIP = "Ophelia Quackenbush", "+16465550777", "XANADUVILLE", "00999"
SIDE_FIELDS = {"CallerName": NAME, "ForwardedFrom": FORWARDED, "CallToken": f"token of {NAME}", "StirVerstat": "TN-A"}


@contextmanager
def app_of_the_customer(answer: str) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """A customer's app that answers every request with this TwiML. Yields its URL and the forms that it gets."""
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


def conversation(harness: CallsHarness) -> list[Conversation]:
    """Makes calls of every kind, with the caller's name and the forwarding number."""
    told = {"caller_name": NAME, "forwarded_from": FORWARDED}
    conversation, closed = harness.open(), harness.open()
    closed.session.update(status="closed")
    for what in ("answer", "busy", "fail", "voicemail"):
        plan(harness, conversation.bob, what, name=NAME)
        call(harness, conversation.alice, conversation.alices, **told)
        if what in ("answer", "voicemail"):
            advance(harness, 3)
            act(harness, conversation.alice, "hangup")
    call(harness, closed.alice, closed.alices, **told)
    call(harness, harness.new_person(), conversation.alices, **told)
    call(harness, "Anonymous", conversation.alices, **told)
    forms(harness, conversation)
    plan(harness, conversation.bob, "answer")
    harness.order_call(conversation)
    harness.settle()
    act(harness, conversation.alice, "hangup")
    return [conversation, closed]


def forms(harness: CallsHarness, conversation: Conversation) -> None:
    """Posts forms with cities to each of our URLs, with genuine and forged signatures."""
    form = full(harness.voice_form(conversation.alice, conversation.alices))
    for status in ("ringing", "in-progress"):
        assert harness.post({**form, "CallStatus": status}, harness.url("voice")).status_code == 200
    assert harness.post(form, harness.url("voice"), signature="x").status_code == 403
    sid = next(
        one["sid"] for one in harness.interactions(conversation) if one["inbound_resource_sid"] == form["CallSid"]
    )
    child = full(harness.child_form(conversation, "completed", new("CA")))
    for purpose, fields in (
        ("status", child), ("whisper", child), ("placed", child), ("connect", child),
        ("ended", full(harness.action_form(form, "no-answer", child["CallSid"]))),
    ):  # fmt: skip
        assert harness.post(fields, harness.webhook_url(purpose, sid)).status_code == 200
        assert harness.post(fields, harness.webhook_url(purpose, sid), signature="x").status_code == 403
    stranger = full(harness.voice_form(harness.new_person(), conversation.alices))
    assert harness.post(stranger, harness.url("voice")).status_code == 200


class Ours(Log):
    """A log without the test's own requests to the phones."""

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


def test_nothing_of_it_is_kept_or_logged(harness: CallsHarness, watched: Ours) -> None:
    watched.skipped_port = int(harness.stack.url.rpartition(":")[2])
    store = harness.stack.runtime.store
    client, node = store.client, store.servers.holding(keys.service("service", harness.sid))
    port = node.connection_pool.connection_kwargs["port"]
    monitor = Monitor(f"redis://127.0.0.1:{port}")
    harness.set_for_this_test(Whisper="false")
    people = {phone for conversation in conversation(harness) for phone in (conversation.alice, conversation.bob)}
    commands = monitor.end(node)
    search = Search([FORWARDED, *people], [NAME, CITY, "Anonymous"])
    kept = at_rest.store(client)
    assert any(":interaction:" in key for key in kept) and any(":events" in key for key in kept)
    assert search.all(kept) == []
    assert commands.upper().count(b"FCALL") > 30 and search.all({"commands": commands}) == []
    assert "maskline" in str(watched.names) or watched.text
    assert search.all({"log": watched.text.encode()}) == []
    assert ZIP not in str(harness.events())


def test_the_search_finds_what_is_planted(harness: CallsHarness, watched: Ours) -> None:
    """The search finds planted data; otherwise an empty result would prove nothing."""
    search = Search([FORWARDED], [NAME, CITY])
    harness.stack.runtime.store.client.set("planted", f"{CITY} {FORWARDED}")
    logging.getLogger("maskline").info("a call of %s", NAME)
    try:
        assert search.all(at_rest.store(harness.stack.runtime.store.client))
        assert search.all({"log": watched.text.encode()})
    finally:
        harness.stack.runtime.store.client.delete("planted")


def test_the_customers_app_is_not_told_either(harness: CallsHarness) -> None:
    """For an out-of-session call the app gets the cities, as in Proxy, but no name and no forwarding number."""
    with app_of_the_customer("<Response><Say>Hello.</Say></Response>") as (url, seen):
        harness.set_for_this_test(OutOfSessionCallbackUrl=url)
        stranger = full(harness.voice_form(harness.new_person(), harness.pool[0]))
        answer = harness.post(stranger, harness.url("voice"))
        assert "Hello." in answer.text
    (form,) = seen
    assert form["FromCity"] == [CITY] and form["CallSid"] == [stranger["CallSid"]]
    assert not set(SIDE_FIELDS) & set(form)
    assert Search([FORWARDED], [NAME]).all({"form": str(form).encode()}) == []


def test_in_what_we_answer_a_number_stands_in_one_place(harness: CallsHarness) -> None:
    """Only the callee's number is in our TwiML, inside Number, with a caller id from the pool. URLs have no number."""
    conversations = conversation(harness)
    met = {conversation.alice: conversation.bob for conversation in conversations} | {
        conversation.bob: conversation.alice for conversation in conversations
    }
    dialled = 0
    for one in harness.carrier_requests():
        root = ElementTree.fromstring(one["response"]) if one["response"] else ElementTree.Element("Response")
        for dial in root.iter("Dial"):
            (number,) = list(dial)
            assert dial.attrib["callerId"] in harness.pool and (number.text or "") in met
            number.text, dialled = "", dialled + 1
            del dial.attrib["callerId"]
        left = ElementTree.tostring(root, encoding="unicode") + one["url"]
        assert not [phone for phone in (*met, FORWARDED) if phone[1:] in left]
        assert not re.search(r"%2B|\+1", left)
    assert dialled >= 5


def test_a_forwarded_call_is_matched_by_who_called(harness: CallsHarness, conversation: Conversation) -> None:
    """The number that forwarded the call is never matched, even if it belongs to a Participant."""
    plan(harness, conversation.bob, "manual")
    call(harness, conversation.alice, conversation.alices, forwarded_from=harness.open().alice)
    assert harness.rings(conversation.bob) == [conversation.bobs]
    stranger = harness.new_person()
    call(harness, stranger, conversation.alices, forwarded_from=conversation.alice)
    assert len(harness.interactions(conversation)) == 1 and len(harness.heard_sentences(stranger)) == 1


def test_api_answers_hold_no_number(harness: CallsHarness) -> None:
    conversation = harness.open()
    answer: Any = harness.order_call(conversation)
    assert not [
        phone
        for phone in (conversation.alice, conversation.bob, conversation.alices, conversation.bobs)
        if phone[1:] in answer.text
    ]
