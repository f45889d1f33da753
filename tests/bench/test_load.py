"""A benchmark counts only correct answers: a refusal is faster than the real work, and would look like speed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import forms, load
from bench.rounds import Target

COUNT = 40
RELAYED = b'<Response><Message to="+12125550100">hello</Message></Response>'


class Answers(BaseHTTPRequestHandler):
    """A server that relays every second text, and refuses the others with 200 and no message."""

    protocol_version = "HTTP/1.1"
    lock, seen = threading.Lock(), 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            Answers.seen += 1
            body = RELAYED if Answers.seen % 2 else b"<Response/>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def target() -> Iterator[Target]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Target("127.0.0.1", server.server_port)
    server.shutdown()
    server.server_close()


def supply() -> list[bytes]:
    people = [forms.Sender("+12125550100", "+14155550100"), forms.Sender("+12125550101", "+14155550100")]
    return forms.webhooks(forms.Paths("/message", "/voice"), people, COUNT)


def test_an_answer_without_the_work_is_a_failure(target: Target) -> None:
    did = load.own(target, supply(), 30, forms.RELAYED)
    assert (did.done, did.failed) == (COUNT // 2, COUNT // 2)


def test_any_good_status_counts_where_nothing_is_expected(target: Target) -> None:
    did = load.own(target, supply(), 30)
    assert (did.done, did.failed) == (COUNT, 0)


def test_no_text_is_said_twice() -> None:
    """The loop detector would take a sender who repeats a text for a machine."""
    texts = [request.partition(b"Body=")[2].partition(b"&")[0] for request in supply()]
    assert len(set(texts)) > COUNT * 0.9
