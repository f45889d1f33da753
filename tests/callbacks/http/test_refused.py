"""What the client must never connect to: the corpus, names whose address changes, redirects, proxies."""

from __future__ import annotations

from itertools import cycle

import pytest

from callbacks.http.http_client import HttpClient
from callbacks.http.response import FailureKind, RequestFailed
from tests.callbacks.http.corpus import CASES
from tests.callbacks.http.receiver import answering

# Slow: tries the whole corpus of addresses, and counts the connections.
pytestmark = pytest.mark.slow


PUBLIC, PRIVATE = "93.184.216.34", "127.0.0.1"
ACCOUNT = "AC" + "0" * 32
PORTS = (443, 8443)


def post(client, url, **more):
    return client.post(ACCOUNT, url, body=b"a=1", headers={}, **{"deadline_seconds": 20.0, **more})


def kind_of(client, url):
    with pytest.raises(RequestFailed) as error:
        post(client, url)
    return error.value.kind


def test_the_corpus_is_large():
    assert len({case.url for case in CASES}) == len(CASES) >= 120


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.url))
def test_nobody_is_connected_to(case, network):
    asked = []

    def resolve(host, port):
        asked.append(host)
        return case.addresses

    assert kind_of(HttpClient(resolve=resolve), case.url) == case.kind
    assert network.tries == []
    assert len(asked) == (case.kind != "refused_url")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1"])
def test_listeners_see_nothing(host, network, receive):
    """The same listener is reached when private addresses are allowed, so the check is what refused the others."""
    receiver = receive(answering(), host=host)
    literal = f"[{host}]" if ":" in host else host
    for url in (f"https://{literal}:{receiver.port}/", f"http://{literal}:{receiver.port}/", f"https://{literal}/"):
        assert kind_of(HttpClient(), url) == FailureKind.REFUSED_URL
    assert kind_of(HttpClient(resolve=lambda *_: [host]), "https://shop.example/") == FailureKind.PRIVATE_ADDRESS
    assert (receiver.connections, network.tries) == (0, [])
    assert post(HttpClient(allow_private=True), f"http://{literal}:{receiver.port}/").status == 200
    assert receiver.connections == 1


def test_rebinding(network):
    """A name that is public one time and private the next, a thousand times."""
    answers = cycle([[PUBLIC], [PRIVATE]])
    client = HttpClient(resolve=lambda *_: next(answers))
    kinds = [kind_of(client, "https://shop.example/") for _ in range(1000)]
    assert kinds == [FailureKind.CONNECT, FailureKind.PRIVATE_ADDRESS] * 500
    assert set(network.tries) == {(PUBLIC, 443)}


def test_looked_up_once(network):
    """There is no second look-up: the connection goes to the address that was checked."""
    answers = iter([[PUBLIC]])
    client = HttpClient(resolve=lambda *_: next(answers, [PRIVATE]))
    assert kind_of(client, "https://shop.example:8443/") == FailureKind.CONNECT
    assert network.tries == [(PUBLIC, 8443)]
    assert next(answers, None) is None


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "200 OK"]
)
def test_redirects_are_answers(status, network, receive):
    inside = receive(answering())
    where = f"http://127.0.0.1:{inside.port}/"
    receiver = receive(answering(status, b"moved", f"Location: {where}", f"Refresh: 0; url={where}"))
    answer = post(HttpClient(allow_private=True), f"http://127.0.0.1:{receiver.port}/")
    assert (answer.status, answer.body) == (int(status[:3]), b"moved")
    assert network.tries == [("127.0.0.1", receiver.port)]
    assert inside.connections == 0


def test_the_environment_has_no_say(network, receive, monkeypatch, tmp_path):
    proxy = receive(answering())
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    receiver = receive(answering())
    assert post(HttpClient(allow_private=True), f"http://127.0.0.1:{receiver.port}/").status == 200
    assert kind_of(HttpClient(resolve=lambda *_: [PUBLIC]), "https://shop.example/") == FailureKind.CONNECT
    assert proxy.connections == 0
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("error", [OSError("no"), UnicodeError("no"), RuntimeError("no")])
def test_a_look_up_that_fails(error, network):
    def resolve(host, port):
        raise error

    assert kind_of(HttpClient(resolve=resolve), "https://shop.example/") == FailureKind.UNRESOLVABLE
    assert network.tries == []


def test_the_real_look_up(network):
    """The system's own look-up, for the one name that every system knows; test_namespace looks up the other names."""
    with pytest.raises(RequestFailed):
        post(HttpClient(allow_private=True), "http://localhost:9/")
    assert network.tries
    assert {address for address, _ in network.tries} <= {"127.0.0.1", "::1"}
