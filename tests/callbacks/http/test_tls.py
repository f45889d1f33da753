"""Real TLS with the tests' own authority: the connection goes to the checked address, the certificate fits the name."""

from __future__ import annotations

import ssl
import traceback
import warnings

import pytest

from callbacks.http.http_client import HttpClient
from callbacks.http.response import FailureKind, RequestFailed
from tests.callbacks.http.receiver import answering, saying

ACCOUNT = "AC" + "0" * 32
NAME, PUBLIC, PUBLIC_6 = "shop.example", "93.184.216.34", "2606:4700::1111"
URL = f"https://{NAME}/hook/canary?key=canary"


@pytest.fixture
def client(authority):
    return HttpClient(ca_file=authority.ca_file, resolve=lambda *_: [PUBLIC], per_account=1)


def post(client, url=URL, **more):
    return client.post(ACCOUNT, url, body=b"a=1", headers={}, **{"deadline_seconds": 20.0, **more})


def fails(client, url=URL, **more):
    with pytest.raises(RequestFailed) as error:
        post(client, url, **more)
    return error.value


def test_a_name(client, network, receive, authority):
    context, names = authority.context(NAME), []
    context.sni_callback = lambda _, name, __: names.append(name)
    receiver = receive(answering("200 OK", b"hello"), context)
    network.lead(PUBLIC, receiver.port)
    answer = post(client, "https://Shop.Example:8443/")
    assert (answer.status, answer.body) == (200, b"hello")
    assert names == [NAME]
    assert b"\r\nHost: shop.example:8443\r\n" in receiver.requests[0]
    assert network.tries == [(PUBLIC, 8443)]


def test_a_name_in_another_script(client, network, receive, authority):
    receiver = receive(answering(), authority.context("xn--bcher-kva.example"))
    network.lead(PUBLIC, receiver.port)
    assert post(client, "https://bücher.example/").status == 200
    assert b"\r\nHost: xn--bcher-kva.example\r\n" in receiver.requests[0]


@pytest.mark.parametrize(("address", "listener"), [(PUBLIC, "127.0.0.1"), (PUBLIC_6, "::1")])
def test_an_address(address, listener, client, network, receive, authority):
    receiver = receive(answering(), authority.context(address), listener)
    network.lead(address, receiver.port)
    host = f"[{address}]" if ":" in address else address
    assert post(client, f"https://{host}/").status == 200
    assert f"\r\nHost: {host}\r\n".encode() in receiver.requests[0]
    assert network.tries == [(address, 443)]


@pytest.mark.parametrize(
    ("names", "expired"),
    [
        (("other.example",), False),
        ((PUBLIC,), False),
        (("example",), False),
        (("*.shop.example",), False),
        ((NAME,), True),
    ],
)
def test_a_certificate_that_does_not_hold(names, expired, client, network, receive, authority):
    receiver = receive(answering(), authority.context(*names, expired=expired))
    network.lead(PUBLIC, receiver.port)
    assert fails(client).kind == FailureKind.TLS
    assert receiver.requests == []


def test_an_authority_that_nobody_knows(network, receive, authority):
    receiver = receive(answering(), authority.context(NAME))
    network.lead(PUBLIC, receiver.port)
    assert fails(HttpClient(resolve=lambda *_: [PUBLIC])).kind == FailureKind.TLS
    assert receiver.requests == []


def test_development_checks_certificates_too(network, receive, authority):
    receiver = receive(answering(), authority.context(NAME))
    url = f"https://localhost:{receiver.port}/"
    assert fails(HttpClient(allow_private=True, ca_file=authority.ca_file), url).kind == FailureKind.TLS
    receiver = receive(answering(), authority.context("localhost"))
    url = f"https://localhost:{receiver.port}/"
    client = HttpClient(allow_private=True, ca_file=authority.ca_file, resolve=lambda *_: ["127.0.0.1"])
    assert post(client, url).status == 200


def test_a_receiver_that_knows_old_versions_alone(client, network, receive, authority):
    context = authority.context(NAME)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    receiver = receive(answering(), context)
    network.lead(PUBLIC, receiver.port)
    assert fails(client).kind == FailureKind.TLS
    assert receiver.requests == []
    # It is the version: the same receiver is reached with a newer one.
    newer = authority.context(NAME)
    newer.minimum_version = newer.maximum_version = ssl.TLSVersion.TLSv1_2
    network.lead(PUBLIC, receive(answering(), newer).port)
    assert post(client).status == 200


@pytest.mark.parametrize(
    ("ciphers", "good"),
    [
        ("ECDHE-ECDSA-AES128-GCM-SHA256", True),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", True),
        ("ECDHE-ECDSA-AES128-SHA", False),
        ("ECDHE-ECDSA-NULL-SHA", False),
        ("AECDH-AES128-SHA", False),
    ],
)
def test_a_receiver_that_has_one_cipher_alone(ciphers, good, client, network, receive, authority):
    context = authority.context(NAME)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    receiver = receive(answering(), context)
    network.lead(PUBLIC, receiver.port)
    if good:
        assert post(client).status == 200
    else:
        assert fails(client).kind == FailureKind.TLS
        assert receiver.requests == []


def test_no_tls_at_all(client, network, receive):
    receiver = receive(lambda connection: connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    network.lead(PUBLIC, receiver.port)
    assert fails(client).kind == FailureKind.TLS


def test_a_handshake_that_is_hung_up(client, network, receive):
    receiver = receive(lambda connection: None)
    network.lead(PUBLIC, receiver.port)
    assert fails(client).kind == FailureKind.TLS


def test_a_handshake_that_never_comes(client, network, receive):
    receiver = receive(lambda connection: connection.wait_for_the_end() or connection.receiver.cut.set())
    network.lead(PUBLIC, receiver.port)
    assert fails(client, deadline_seconds=1.5).kind == FailureKind.TIMEOUT
    assert receiver.cut.wait(60)


def test_a_handshake_that_trickles(client, network, receive):
    """A record of 4,096 bytes comes byte by byte: it takes longer than the deadline, but no single read times out."""
    receiver = receive(lambda connection: connection.trickle(b"\x16\x03\x03\x10\x00" + b"\x02\x00\x0f\xfc" * 1024))
    network.lead(PUBLIC, receiver.port)
    assert fails(client, deadline_seconds=1.5).kind == FailureKind.TIMEOUT
    assert receiver.cut.wait(60)


def test_a_trickle_in_records(client, network, receive, authority):
    def behave(connection):
        connection.read()
        connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
        connection.trickle(b"x" * 2000)

    receiver = receive(behave, authority.context(NAME))
    network.lead(PUBLIC, receiver.port)
    assert fails(client, deadline_seconds=1.5).kind == FailureKind.TIMEOUT
    assert receiver.cut.wait(60)


def test_an_error_tells_no_secrets(client, network, receive, authority, caplog):
    caplog.set_level("DEBUG")
    errors = [fails(client)]
    for behave, context in [
        (answering(), authority.context("canary.example")),
        (saying(b"HTTP/1.1 200 canary\r\nContent-Length: 9\r\n\r\n"), authority.context(NAME)),
        (saying(b"canary\r\n\r\n"), authority.context(NAME)),
        (answering("200 OK", b"canary" * 20_000), authority.context(NAME)),
    ]:
        network.lead(PUBLIC, receive(behave, context).port)
        errors.append(fails(client))
    errors.append(fails(client, URL.replace("https", "http")))
    kinds = [
        FailureKind.CONNECT,
        FailureKind.TLS,
        FailureKind.BROKEN,
        FailureKind.BROKEN,
        FailureKind.TOO_BIG,
        FailureKind.REFUSED_URL,
    ]
    assert [str(error) for error in errors] == kinds
    for error in errors:
        assert "canary" not in "".join(traceback.format_exception(error))
    assert "canary" not in caplog.text
