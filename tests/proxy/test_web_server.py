"""The web server of the Procfile, asked in ways that no client uses: borders of requests, methods, files, redirects."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.jobs.processes.test_waiting import Web, until
from tests.support import stores
from tests.support.stack import ACCOUNT, SECRET_KEY, TOKEN

# Slow: starts a web server of its own.
pytestmark = pytest.mark.slow

STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")


@pytest.fixture(scope="module")
def web(valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    stores.empty(valkey_url)
    folder = tmp_path_factory.mktemp("web")
    one = Web(environment(valkey_url, folder), folder / "web.log")
    assert until(one.answers)
    yield one
    one.end()
    stores.empty(valkey_url)


def environment(valkey_url: str, folder: Path) -> dict[str, str]:
    """Of the web process. `folder`: for its database."""
    return {
        "REDIS_URL": valkey_url, "DATABASE_URL": f"sqlite:///{folder}/maskline.sqlite3", "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_URL": "http://127.0.0.1:1", "PUBLIC_URL": "https://mask.shop.example",
        "SECRET_KEY": SECRET_KEY, "FLASK_DEBUG": "1", **stores.queues(valkey_url),
    }  # fmt: skip


def exchange(web: Web, data: bytes) -> SimpleNamespace:
    """All that the server says until it closes the connection, or until nothing came for two seconds."""
    heard = b""
    with closing(socket.create_connection(("127.0.0.1", web.port), timeout=2)) as line:
        line.sendall(data)
        try:
            while part := line.recv(65_536):
                heard += part
        except (TimeoutError, ConnectionResetError):
            pass
    return SimpleNamespace(statuses=[int(each) for each in STATUS.findall(heard)], text=heard)


def request(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: mask", *headers, "", ""]).encode()


NEXT = request("GET", "/healthz", "Connection: close")
FORM = "Content-Type: application/x-www-form-urlencoded"


def test_the_length_of_a_body_is_never_read_in_two_ways(web: Web) -> None:
    """Whoever stands in front of us must not see another border than we do: then a body could hold a hidden request."""
    post = "POST", "/proxy/v1/Services", FORM
    chunks = b"0\r\n\r\n"
    # The usual ways first: both requests of a connection are answered.
    assert exchange(web, request(*post, "Content-Length: 3") + b"a=1" + NEXT).statuses == [401, 200]
    assert exchange(web, request(*post, "Transfer-Encoding: chunked") + chunks + NEXT).statuses == [401, 200]
    # With both, chunks count or the request is refused: what follows them is never taken for a part of the body.
    both = request(*post, "Content-Length: 60", "Transfer-Encoding: chunked") + chunks + NEXT
    assert exchange(web, both).statuses in ([401, 200], [401], [400])
    for headers in (
        ("Content-Length: 3", "Content-Length: 4"),
        ("Content-Length: +3",),
        ("Content-Length: 3, 4",),
        ("Content-Length : 3",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: xchunked",),
    ):
        assert exchange(web, request(*post, *headers) + b"a=1" + NEXT).statuses in ([400], [501], []), headers


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK", "PROPFIND"])
def test_methods_that_no_view_has(web: Web, method: str) -> None:
    for path in ("/proxy/v1/Services", "/healthz", "/webhooks/x/message"):
        found = exchange(web, request(method, path, "X-Echo: canary", "Connection: close"))
        assert set(found.statuses) <= {400, 404, 405}
        assert b"canary" not in found.text


@pytest.mark.parametrize(
    "path", ["/", "/.git/config", "/.env", "/wsgi.py", "/proxy/", "/static/", "/media/", "/../.env", "/var/", "/docs"]
)
def test_no_file_and_no_list_of_files_is_served(web: Web, path: str) -> None:
    found = exchange(web, request("GET", path, "Connection: close"))
    assert set(found.statuses) <= {400, 404}
    assert b"application/json" in found.text or found.statuses == [400]


def test_unencrypted_requests_are_never_sent_on_to_https(web: Web) -> None:
    """A program with http:// in its settings must fail, and not send its token in clear each time before it."""
    for path in ("/proxy/v1/Services", "/healthz", "/webhooks/x/message", "/"):
        for method in ("GET", "POST"):
            found = exchange(web, request(method, path, "Content-Length: 0", "Connection: close"))
            assert found.statuses and not 300 <= found.statuses[0] < 400
            assert b"\r\nlocation:" not in found.text.lower()


def test_debugging_cannot_be_switched_on_from_outside(web: Web) -> None:
    """FLASK_DEBUG is set in this process, as a leftover of somebody's shell."""
    for path in ("/console", "/?__debugger__=yes&cmd=resource&f=debugger.js", "/proxy/v1/Services?PageSize=x"):
        found = exchange(web, request("GET", path, "Connection: close"))
        assert set(found.statuses) <= {401, 404}
        assert b"Traceback" not in found.text and b"debugger" not in found.text.lower()
