"""Our own links to files: what they contain, how long they work, and which file they open."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from media.links import sign
from tests.media.cleaning.samples import CANARY, jpeg, leaks, opened
from tests.outbox.attachments.harness import CHECK, LOST, AttachmentsHarness
from tests.support.outbox import DOUBT, LOOK
from tests.support.webhooks import Conversation

# Slow: sends and cleans a file for each test, then waits until its link expires.
pytestmark = pytest.mark.slow


HOUR = 3600


def url_of(harness: AttachmentsHarness, conversation: Conversation) -> str:
    """Returns the link that the carrier was just given for a picture."""
    harness.send_files(conversation, jpeg(), body="look")
    harness.run_all_jobs()
    return harness.urls(conversation.bob)[-1]


def test_a_link_names_nobody(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    url = url_of(harness, conversation)
    assert re.fullmatch(rf"{harness.webhooks.stack.url}/media/[\w-]{{22}}/[0-9]{{10}}/[\w-]{{24}}", url)
    for each in (
        harness.webhooks.sid,
        conversation.alice[1:],
        conversation.bob[1:],
        conversation.alices[1:],
        conversation.bobs[1:],
    ):
        assert each not in url


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_said_of_a_file(harness: AttachmentsHarness, method: str) -> None:
    answer = requests.request(method, url_of(harness, harness.outbox.open()), timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"] == 'inline; filename="media.jpg"'
    assert int(answer.headers["Content-Length"]) > 100
    assert bool(answer.content) == (method == "GET")
    if answer.content:
        assert opened(answer.content).format == "JPEG" and not leaks(answer.content, CANARY)


def test_forged_and_ended_look_alike(harness: AttachmentsHarness) -> None:
    url = url_of(harness, harness.outbox.open())
    base, file, expires, token = url.rsplit("/", 3)
    later = str(int(expires) + HOUR)
    proof = harness.rt.index.proof
    forged = [
        f"{base}/{file}/{expires}/{token[:-1]}x", f"{base}/{file}/{later}/{token}", f"{base}/{file}/{expires}/x",
        f"{base}/{'x' * 22}/{expires}/{token}", harness.webhooks.stack.url + sign(proof, "x" * 22, int(expires)),
        f"{base}/{file}/0{expires}/{token}", f"{base}/{file}/{expires}/{proof('status', file, expires)}",
    ]  # fmt: skip
    answers = [requests.get(each, timeout=30) for each in forged]
    harness.clock.advance(HOUR + 1)
    answers.append(requests.get(url, timeout=30))
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    for method in ("POST", "PUT", "DELETE"):
        assert requests.request(method, url, timeout=30).status_code == 405


def test_another_place_in_the_store_does_not_open(harness: AttachmentsHarness) -> None:
    """Somebody who can write to the store cannot swap the files of two people."""
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg())
    harness.send_files(conversation, jpeg())
    harness.run_job()
    (one, other), client = [name for name in harness.stored_files() if name != "all"], harness.rt.store.client
    found: Any = client.get(f"{{ring}}:file:{one}")
    client.set(f"{{ring}}:file:{other}", found)
    ends = harness.clock.now // 1000 + HOUR
    got = [
        requests.get(harness.webhooks.stack.url + sign(harness.rt.index.proof, file, ends), timeout=30)
        for file in (one, other)
    ]
    assert [answer.status_code for answer in got] == [200, 404]


def test_a_file_stays_until_the_message_is_over(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    url = url_of(harness, conversation)
    harness.run_job(CHECK, 60, 600)
    assert requests.get(url, timeout=30).status_code == 200
    (one,) = conversation.session.interactions.list()
    harness.outbox.post_status(one.sid, one.outbound_resource_sid, "delivered")
    harness.run_job(HOUR)
    assert requests.get(url, timeout=30).status_code == 404
    assert harness.stored_files() == {} and harness.waiting() == []


@pytest.mark.parametrize("status", ["delivered", "undelivered", "failed"])
def test_it_goes_with_the_end_of_the_message(harness: AttachmentsHarness, status: str) -> None:
    conversation = harness.outbox.open()
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    url = url_of(harness, conversation)
    (one,) = conversation.session.interactions.list()
    harness.outbox.post_status(one.sid, one.outbound_resource_sid, status)
    harness.run_job(CHECK)
    assert requests.get(url, timeout=30).status_code == 404 and harness.stored_files() == {}


@pytest.mark.parametrize("how", ["interaction", "session", "service"])
def test_it_goes_with_what_is_deleted(harness: AttachmentsHarness, how: str) -> None:
    conversation = harness.outbox.open()
    harness.send_files(conversation, jpeg(), body="look")
    harness.run_job()
    assert harness.stored_files()
    if how == "interaction":
        conversation.session.interactions(conversation.session.interactions.list()[0].sid).delete()
    elif how == "session":
        conversation.session.delete()
    else:
        harness.webhooks.service.delete()
    harness.run_job()
    assert harness.stored_files() == {} and harness.waiting() == []
    harness.outbox.run_job(1)
    assert harness.received(conversation.bob) == []


def test_a_message_that_waits_longer_than_its_files(harness: AttachmentsHarness) -> None:
    """The files are fetched again, the message keeps its place in line, and its sender gets one notice."""
    conversation = harness.outbox.open()
    harness.outbox.fault("429")
    harness.send_files(conversation, jpeg(), b"nothing", body="look")
    harness.run_job()
    harness.outbox.run_job(1)
    harness.clock.advance(HOUR + 100)
    for file in [name for name in harness.stored_files() if name != "all"]:
        harness.rt.store.client.delete(f"{{ring}}:file:{file}")
    harness.outbox.clear_faults()
    harness.outbox.run_job(LOOK)
    assert harness.received(conversation.bob) == [] and harness.outbox.received(conversation.alice) in ([], [LOST])
    harness.run_all_jobs()
    ((body, (shown,)),) = harness.received(conversation.bob)
    assert body == "look" and not leaks(shown, CANARY)
    assert harness.outbox.received(conversation.alice) == [LOST]
    assert len(conversation.session.interactions.list()) == 2 and harness.outbox.keys_left() == []


def test_each_try_gives_the_carrier_a_whole_hour(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.outbox.fault("429", count=1)
    harness.send_files(conversation, jpeg(), body="look")
    harness.run_job()
    harness.outbox.run_job()
    harness.clock.advance(HOUR - 60)
    harness.outbox.run_job(1)
    (url,) = harness.urls(conversation.bob)
    assert int(url.split("/")[-2]) >= harness.clock.now // 1000 + HOUR - 10
    harness.clock.advance(HOUR - 60)
    assert requests.get(url, timeout=30).status_code == 200


def test_a_picture_in_doubt_is_found_and_not_sent_twice(harness: AttachmentsHarness) -> None:
    conversation = harness.outbox.open()
    harness.webhooks.sim("POST", "/faults", drop_status_callbacks=True)
    harness.outbox.fault("accept-then-reset", count=1)
    harness.send_files(conversation, jpeg())
    harness.run_job()
    harness.outbox.run_job(1)
    assert harness.outbox.states() == ["in_doubt"]
    harness.outbox.run_job(LOOK, DOUBT, 1)
    assert len(harness.received(conversation.bob)) == 1 and harness.outbox.keys_left() == []
