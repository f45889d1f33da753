"""Our own links: what they say, how long they last, and what stands behind them."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from media.links import sign
from tests.media.cleaning.samples import CANARY, jpeg, leaks, opened
from tests.outbox.attachments.studio import CHECK, LOST, Studio
from tests.outbox.messages.office import DOUBT, LOOK
from tests.proxy.webhooks.scene import Talk

# Slow: sends and cleans a file for each test, then waits until its link ends.
pytestmark = pytest.mark.slow


HOUR = 3600


def url_of(studio: Studio, talk: Talk) -> str:
    """The link of a picture that the carrier was just given."""
    studio.snap(talk, jpeg(), body="look")
    studio.deliver()
    return studio.urls(talk.bob)[-1]


def test_a_link_names_nobody(studio: Studio) -> None:
    talk = studio.open()
    url = url_of(studio, talk)
    assert re.fullmatch(rf"{studio.scene.stack.url}/media/[\w-]{{22}}/[0-9]{{10}}/[\w-]{{24}}", url)
    for each in (studio.scene.sid, talk.alice[1:], talk.bob[1:], talk.alices[1:], talk.bobs[1:]):
        assert each not in url


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_said_of_a_file(studio: Studio, method: str) -> None:
    answer = requests.request(method, url_of(studio, studio.open()), timeout=30)
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


def test_forged_and_ended_look_alike(studio: Studio) -> None:
    url = url_of(studio, studio.open())
    base, file, expires, token = url.rsplit("/", 3)
    later = str(int(expires) + HOUR)
    proof = studio.rt.index.proof
    forged = [
        f"{base}/{file}/{expires}/{token[:-1]}x", f"{base}/{file}/{later}/{token}", f"{base}/{file}/{expires}/x",
        f"{base}/{'x' * 22}/{expires}/{token}", studio.scene.stack.url + sign(proof, "x" * 22, int(expires)),
        f"{base}/{file}/0{expires}/{token}", f"{base}/{file}/{expires}/{proof('status', file, expires)}",
    ]  # fmt: skip
    answers = [requests.get(each, timeout=30) for each in forged]
    studio.clock.advance(HOUR + 1)
    answers.append(requests.get(url, timeout=30))
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    for method in ("POST", "PUT", "DELETE"):
        assert requests.request(method, url, timeout=30).status_code == 405


def test_another_place_in_the_store_does_not_open(studio: Studio) -> None:
    """Who may write there cannot swap two people's files."""
    talk = studio.open()
    studio.snap(talk, jpeg())
    studio.snap(talk, jpeg())
    studio.wash()
    (one, other), client = [name for name in studio.kept() if name != "all"], studio.rt.store.client
    found: Any = client.get(f"{{ring}}:file:{one}")
    client.set(f"{{ring}}:file:{other}", found)
    ends = studio.clock.now // 1000 + HOUR
    got = [
        requests.get(studio.scene.stack.url + sign(studio.rt.index.proof, file, ends), timeout=30)
        for file in (one, other)
    ]
    assert [answer.status_code for answer in got] == [200, 404]


def test_a_file_stays_until_the_message_is_over(studio: Studio) -> None:
    talk = studio.open()
    studio.scene.sim("POST", "/faults", drop_status_callbacks=True)
    url = url_of(studio, talk)
    studio.wash(CHECK, 60, 600)
    assert requests.get(url, timeout=30).status_code == 200
    (one,) = talk.session.interactions.list()
    studio.tell(one.sid, one.outbound_resource_sid, "delivered")
    studio.wash(HOUR)
    assert requests.get(url, timeout=30).status_code == 404
    assert studio.kept() == {} and studio.attached() == []


@pytest.mark.parametrize("status", ["delivered", "undelivered", "failed"])
def test_it_goes_with_the_end_of_the_message(studio: Studio, status: str) -> None:
    talk = studio.open()
    studio.scene.sim("POST", "/faults", drop_status_callbacks=True)
    url = url_of(studio, talk)
    (one,) = talk.session.interactions.list()
    studio.tell(one.sid, one.outbound_resource_sid, status)
    studio.wash(CHECK)
    assert requests.get(url, timeout=30).status_code == 404 and studio.kept() == {}


@pytest.mark.parametrize("how", ["interaction", "session", "service"])
def test_it_goes_with_what_is_deleted(studio: Studio, how: str) -> None:
    talk = studio.open()
    studio.snap(talk, jpeg(), body="look")
    studio.wash()
    assert studio.kept()
    if how == "interaction":
        talk.session.interactions(talk.session.interactions.list()[0].sid).delete()
    elif how == "session":
        talk.session.delete()
    else:
        studio.scene.service.delete()
    studio.wash()
    assert studio.kept() == {} and studio.attached() == []
    studio.work(1)
    assert studio.got(talk.bob) == []


def test_a_message_that_waits_longer_than_its_files(studio: Studio) -> None:
    """They are had once more, in their place in line, and nobody is told twice of what was lost."""
    talk = studio.open()
    studio.fault("429")
    studio.snap(talk, jpeg(), b"nothing", body="look")
    studio.wash()
    studio.work(1)
    studio.clock.advance(HOUR + 100)
    for file in [name for name in studio.kept() if name != "all"]:
        studio.rt.store.client.delete(f"{{ring}}:file:{file}")
    studio.mend()
    studio.work(LOOK)
    assert studio.got(talk.bob) == [] and studio.told(talk.alice) in ([], [LOST])
    studio.deliver()
    ((body, (shown,)),) = studio.got(talk.bob)
    assert body == "look" and not leaks(shown, CANARY)
    assert studio.told(talk.alice) == [LOST]
    assert len(talk.session.interactions.list()) == 2 and studio.left() == []


def test_each_try_gives_the_carrier_a_whole_hour(studio: Studio) -> None:
    talk = studio.open()
    studio.fault("429", count=1)
    studio.snap(talk, jpeg(), body="look")
    studio.wash()
    studio.work()
    studio.clock.advance(HOUR - 60)
    studio.work(1)
    (url,) = studio.urls(talk.bob)
    assert int(url.split("/")[-2]) >= studio.clock.now // 1000 + HOUR - 10
    studio.clock.advance(HOUR - 60)
    assert requests.get(url, timeout=30).status_code == 200


def test_a_picture_in_doubt_is_found_and_not_sent_twice(studio: Studio) -> None:
    talk = studio.open()
    studio.scene.sim("POST", "/faults", drop_status_callbacks=True)
    studio.fault("accept-then-reset", count=1)
    studio.snap(talk, jpeg())
    studio.wash()
    studio.work(1)
    assert studio.states() == ["in_doubt"]
    studio.work(LOOK, DOUBT, 1)
    assert len(studio.got(talk.bob)) == 1 and studio.left() == []
