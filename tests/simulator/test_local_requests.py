"""The simulator's control has no credentials: it takes requests of this machine's programs only, not of web pages."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from simulator.server import Handle

EVIL = (
    {"Host": "rebound.example"}, {"Host": "rebound.example:{port}"}, {"Host": "127.0.0.1.rebound.example"},
    {"Host": "[::1"}, {"Origin": "https://shop.example"}, {"Origin": "null"}, {"Origin": ""},
    {"Origin": "http://127.0.0.1:1"}, {"Origin": "http://localhost:{port}"},
)  # fmt: skip
GOOD: tuple[dict[str, str], ...] = (
    {},
    {"Host": "localhost:{port}"},
    {"Host": "127.0.0.1"},
    {"Host": "[::1]:{port}"},
    {"Origin": "{url}"},
)


def status(carrier: Handle, method: str, path: str, headers: dict[str, str]) -> int:
    where = urlsplit(carrier.url)
    assert where.hostname and where.port
    line = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
    given = {name: value.format(port=where.port, url=carrier.url) for name, value in headers.items()}
    line.putrequest(method, path, skip_host="Host" in given)
    for name, value in given.items():
        line.putheader(name, value)
    line.endheaders()
    found = line.getresponse().status
    line.close()
    return found


@pytest.mark.parametrize("headers", EVIL)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sim/numbers"), ("DELETE", "/sim/inbox"), ("POST", "/sim/reset")]
)
def test_what_a_web_page_can_send(carrier: Handle, method: str, path: str, headers: dict[str, str]) -> None:
    assert status(carrier, method, path, headers) == 403


@pytest.mark.parametrize("headers", GOOD)
def test_what_a_program_sends(carrier: Handle, headers: dict[str, str]) -> None:
    assert status(carrier, "GET", "/sim/numbers", headers) == 200
