"""The edge in a real web server, before a plain application: bodies, threads, health, the stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from proxy.edge.server import THREADS
from proxy.flask_setup import BODY_LIMIT
from tests.support.stack import free_port

ROOT = Path(__file__).parents[3]
OPTIONS = "--interface rsgi --http 1 --no-ws --workers 1 --no-access-log --workers-kill-timeout 10"


class Web:
    def __init__(self, gate: Path, log: Path, application: str = "tests.proxy.edge.plain_app:edge") -> None:
        self.gate, self.log = gate, log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "granian", *OPTIONS.split(), "--port", str(self.port)]
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, application], cwd=ROOT, stdout=out, stderr=out,
                env={**os.environ, "GATE": str(gate)}, start_new_session=True,
            )  # fmt: skip
        self.wait()

    def wait(self) -> None:
        for _ in range(300):
            assert self.process.poll() is None, self.log.read_text()
            try:
                requests.get(f"{self.url}/healthz", timeout=5)
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the web server does not answer")

    def raw(self, text: bytes, *later: bytes, end: bool = False) -> bytes:
        """Sends exactly these bytes, the later ones after a pause. Returns all that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(text)
            for more in later:
                time.sleep(0.3)
                line.sendall(more)
            if end:
                line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b""))

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("edge")
    found = Web(folder / "gate", folder / "log")
    yield found
    found.stop()


@pytest.fixture
def web(shared: Web) -> Iterator[Web]:
    shared.gate.unlink(missing_ok=True)
    yield shared
    shared.gate.touch()


def test_the_application_gets_the_request(web: Web) -> None:
    answer = requests.post(
        f"{web.url}/caf%C3%A9/a%2Fb?x=%20y", {"a": "b" * 500}, headers={"X-Own": "1", "X_Own": "2"}, timeout=10
    )
    told = answer.json()
    # The bytes of the path as characters, as WSGI wants them.
    assert told["PATH_INFO"].encode("latin-1").decode() == "/café/a/b" and told["QUERY_STRING"] == "x=%20y"
    assert (told["REQUEST_METHOD"], told["REMOTE_ADDR"], told["body"]) == ("POST", "127.0.0.1", 502)
    assert (told["CONTENT_TYPE"], told["CONTENT_LENGTH"]) == ("application/x-www-form-urlencoded", "502")
    # A name with "_" would be taken for the one with "-": it is left out.
    assert told["HTTP_X_OWN"] == "1"


def test_a_header_that_comes_twice_is_one(web: Web) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n"
    assert b'"HTTP_X_FORWARDED_FOR": "192.0.2.1,192.0.2.2"' in web.raw(head + b"Connection: close\r\n\r\n")


def test_a_body_that_comes_later_than_its_head(web: Web) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\n"
    assert b'"body": 6' in web.raw(head, b"abc", b"def")
    chunked = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b'"body": 6' in web.raw(chunked, b"3\r\nabc\r\n", b"3\r\ndef\r\n0\r\n\r\n")


def test_a_body_that_ends_early_is_not_given_to_the_application(web: Web) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n"
    assert b"200 OK" not in web.raw(head, b"abc", end=True)
    assert requests.get(f"{web.url}/", timeout=10).status_code == 200


def test_of_a_body_that_is_too_long_no_more_is_read(web: Web) -> None:
    whole = requests.post(f"{web.url}/", b"x" * BODY_LIMIT, timeout=10)
    assert whole.json()["body"] == BODY_LIMIT
    # By its own word: nothing is read. In chunks: one byte more, so that the application sees that it is too long.
    assert requests.post(f"{web.url}/", b"x" * (BODY_LIMIT + 1), timeout=10).json()["body"] == 0
    chunks = iter([b"x" * 30_000] * 5)
    assert requests.post(f"{web.url}/", chunks, timeout=10).json()["body"] == BODY_LIMIT + 1


def test_answers_of_every_kind(web: Web) -> None:
    empty = requests.get(f"{web.url}/empty", timeout=10)
    assert (empty.status_code, empty.content) == (204, b"")
    head = requests.head(f"{web.url}/", timeout=10)
    assert head.status_code == 200 and head.content == b"" and int(head.headers["Content-Length"]) > 50
    assert requests.get(f"{web.url}/fail", timeout=10).status_code == 500
    text = web.log.read_text()
    assert "ValueError outside of Flask" in text and "a secret of the request" not in text


def test_health_is_answered_beside_a_full_pool(web: Web) -> None:
    answers: list[int] = []

    def block() -> None:
        answers.append(requests.get(f"{web.url}/block", timeout=60).status_code)

    waiting = [threading.Thread(target=block) for _ in range(THREADS + 8)]
    for thread in waiting:
        thread.start()
    # A request that needs a thread is not answered: the pool is full.
    with pytest.raises(requests.Timeout):
        while True:
            requests.get(f"{web.url}/", timeout=1)
    for path in ("/healthz", "/readyz"):
        assert requests.get(f"{web.url}{path}", timeout=10).status_code == 200
    assert answers == []
    web.gate.touch()
    for thread in waiting:
        thread.join(60)
    assert answers == [200] * len(waiting)


def test_a_stop_waits_for_requests_in_progress(tmp_path: Path) -> None:
    web, answers = Web(tmp_path / "gate", tmp_path / "log"), list[int]()
    try:
        request = threading.Thread(
            target=lambda: answers.append(requests.get(f"{web.url}/block", timeout=60).status_code)
        )
        request.start()
        time.sleep(0.5)
        web.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert web.process.poll() is None and answers == []
        web.gate.touch()
        request.join(60)
        assert answers == [200]
        assert web.process.wait(30) == 0
    finally:
        web.stop()
