"""Many slow senders hold no threads: webhooks, the API and health checks are answered meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from common.sids import new
from tests.proxy.edge.slow_senders import KINDS, SlowSenders
from tests.relay.app_questions.web import LINE, Deployment
from tests.support.stack import ACCOUNT, TOKEN, free_port
from tests.support.webhooks import WebhookHarness

# Slow: starts the web server of the Procfile, and waits until slow requests have had their time.
pytestmark = pytest.mark.slow

#: More than three times the threads of the one web process.
COUNT = 110
#: The line of the Procfile as it was before there was an edge.
WITHOUT_EDGE = LINE.replace("--interface rsgi", "--interface wsgi --blocking-threads 32").replace(
    "rsgi:app", "wsgi:app"
)


@pytest.fixture(scope="module")
def deployment(valkey_url: str) -> Iterator[Deployment]:
    found = Deployment(valkey_url)
    found.start(found.port)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def webhooks(deployment: Deployment) -> WebhookHarness:
    return WebhookHarness(deployment, numbers=2)  # type: ignore[arg-type]


@pytest.fixture(params=KINDS)
def slow(request: pytest.FixtureRequest, deployment: Deployment) -> Iterator[SlowSenders]:
    found = SlowSenders(deployment.port, request.param, COUNT)
    yield found
    found.stop()


def health(port: int, seconds: float) -> int:
    return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=seconds).status_code


def test_everybody_else_is_answered(deployment: Deployment, webhooks: WebhookHarness, slow: SlowSenders) -> None:
    """The slow ones get 408 or are closed: bodies after ten seconds, heads after thirty."""
    assert health(deployment.port, 20) == 200
    talk = webhooks.open()
    answer = webhooks.post(webhooks.message_form(talk.alice, talk.alices, "I am outside"))
    assert answer.status_code == 200 and "I am outside</Message>" in answer.text
    assert slow.open == COUNT, "the slow ones were gone before the others were answered"
    assert slow.wait_until_closed(90)
    assert all(answer[:12] in (b"", b"HTTP/1.1 408") for answer in slow.answers)
    assert health(deployment.port, 20) == 200


def test_without_the_edge_nobody_is_answered(deployment: Deployment) -> None:
    """The same senders and the same application, without what reads the bodies: the fault that the edge mends."""
    port = free_port()
    process = deployment.start(port, WITHOUT_EDGE)
    slow = SlowSenders(port, "body", COUNT)
    try:
        with pytest.raises(requests.Timeout):
            health(port, 5)
        assert slow.open == COUNT
    finally:
        slow.stop()
        process.terminate()


def test_what_is_refused_by_its_head_is_refused_without_its_body(deployment: Deployment) -> None:
    length = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "1000"}
    cases = [
        (f"/webhooks/{new('KS')}/message/token", {}, 403),
        (f"/webhooks/{new('KS')}/message/token", {"X-Twilio-Signature": "not a signature"}, 403),
        ("/proxy/v1/Services", {"Content-Length": "70000"}, 413),
    ]
    for path, more, status in cases:
        session = requests.Session()
        request = requests.Request("POST", f"{deployment.url}{path}", headers={**length, **more}, auth=(ACCOUNT, TOKEN))
        prepared = request.prepare()
        prepared.headers.update({**length, **more})
        # No byte of the body is sent.
        assert session.send(prepared, timeout=5).status_code == status, path
