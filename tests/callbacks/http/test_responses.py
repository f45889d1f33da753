"""Good and bad responses of a receiver, over plain HTTP/1.1."""

from __future__ import annotations

import gzip

import pytest

from callbacks.http.http_client import HttpClient
from callbacks.http.response import FailureKind, RequestFailed, Response
from tests.callbacks.http.receiver import answering, repeating, saying, trickling

# Slow: waits for receivers that send byte by byte, send too much, or hang.
pytestmark = pytest.mark.slow


ACCOUNT = "AC" + "0" * 32
MOST = 1000
#: Enough time to connect on a busy machine; the receivers below would need much longer to answer.
SHORT = 1.5
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def client():
    """Allows one request at a time: if a slot is not released, the next request fails."""
    return HttpClient(allow_private=True, max_body_bytes=MOST, per_account=1)


def post(client, receiver, path="/hook?x=1", *, body=b"a=1&b=2", headers=None, deadline_seconds=20.0, **more):
    url = f"http://127.0.0.1:{receiver.port}{path}"
    return client.post(ACCOUNT, url, body=body, headers=headers or {}, deadline_seconds=deadline_seconds, **more)


def fails(client, receiver, **more):
    with pytest.raises(RequestFailed) as error:
        post(client, receiver, **more)
    return error.value.kind


def test_what_is_sent(client, receive):
    receiver = receive(answering("200 OK", b"<Response/>", "Content-Type: text/xml; charset=utf-8"))
    own = {"Content-Type": "text/plain", "host": "evil.example", "Content-Length": "1", "Connection": "keep-alive"}
    answer = post(client, receiver, headers=own)
    assert answer == Response(200, "text/xml; charset=utf-8", b"<Response/>")
    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST /hook?x=1 HTTP/1.1"
    assert dict(line.split(": ") for line in lines) == {
        "Host": f"127.0.0.1:{receiver.port}", "Content-Type": "text/plain", "Content-Length": "7",
        "Connection": "close", "Accept-Encoding": "identity", "Accept": "*/*", "User-Agent": "Maskline",
    }  # fmt: skip
    assert body == b"a=1&b=2"


@pytest.mark.parametrize(
    "header", [("X", "a\r\nY: b"), ("X\r\nY", "a"), ("X", "a\nb"), ("", "a"), ("X", "\u20ac"), ("X ", "a")]
)
def test_a_header_cannot_carry_another(client, receive, header):
    receiver = receive(answering())
    with pytest.raises(ValueError, match="a header has characters"):
        post(client, receiver, headers=dict([header]))
    assert receiver.connections == 0


@pytest.mark.parametrize(
    "status", ["201 Created", "204 No Content", "304 Not Modified", "403 Forbidden", "404 X", "500", "599 ?"]
)
def test_every_status_is_an_answer(client, receive, status):
    assert post(client, receive(saying(f"HTTP/1.1 {status}\r\n\r\n".encode()))) == Response(int(status[:3]), "", b"")


@pytest.mark.parametrize(
    "data",
    [
        OK + b"Content-Length: 5\r\n\r\nhello and more",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n",
        OK + b"\r\nhello",
        b"HTTP/1.0 200 OK\r\n\r\nhello",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 P\r\n\r\n"
        + OK
        + b"Content-Length: 5\r\n\r\nhello",
    ],
    ids=["length", "chunked", "until the end", "1.0", "100", "103 and 102"],
)
def test_ways_to_say_hello(client, receive, data):
    assert post(client, receive(saying(data))) == Response(200, "", b"hello")


@pytest.mark.parametrize("length", [MOST, MOST + 1])
@pytest.mark.parametrize("chunked", [False, True])
def test_the_largest_body(client, receive, length, chunked):
    body = b"x" * length
    pieces = b"".join(b"1\r\nx\r\n" for _ in body) + b"0\r\n\r\n"
    head = b"Transfer-Encoding: chunked\r\n\r\n" if chunked else f"Content-Length: {length}\r\n\r\n".encode()
    receiver = receive(saying(OK + head + (pieces if chunked else body)))
    if length == MOST:
        assert post(client, receiver).body == body
    else:
        assert fails(client, receiver) == FailureKind.TOO_BIG


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (OK + b"Content-Length: 9999999999\r\n\r\n", b"x" * 10_000),
        (OK + b"\r\n", b"x" * 10_000),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"x" * 9000 + b"\r\nx\r\n"),
        (OK, b"X-Header: " + b"x" * 1000 + b"\r\n"),
        (OK + b"X-Header: ", b"x" * 10_000),
        (b"HTTP/1.1 200 ", b"x" * 10_000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["length", "until the end", "chunks", "chunk names", "headers", "a header", "status", "continue", "hints"],
)
def test_what_never_ends(client, receive, head, piece):
    receiver = receive(repeating(head, piece))
    assert fails(client, receiver) == FailureKind.TOO_BIG
    assert receiver.cut.wait(60)


def test_a_length_is_believed(client, receive):
    assert fails(client, receive(saying(OK + b"Content-Length: 1001\r\n\r\nhello"))) == FailureKind.TOO_BIG


def test_too_many_headers(client, receive):
    assert fails(client, receive(repeating(OK, b"X: y\r\n"))) == FailureKind.BROKEN


@pytest.mark.parametrize(
    ("head", "data"),
    [
        (b"", OK + b"Content-Length: 0\r\n" + b"X: y\r\n" * 500),
        (OK + b"X: ", b"x" * 3000 + b"\r\n\r\n"),
        (OK + b"Content-Length: 900\r\n\r\n", b"x" * 900),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 500 + b"0\r\n\r\n"),
        (OK + b"\r\n", b"x" * 900),
    ],
    ids=["head", "header", "length", "chunks", "until the end"],
)
def test_a_trickle_is_cut(client, receive, head, data):
    """Without the deadline, each response would end correctly."""
    receiver = receive(trickling(head, data))
    assert fails(client, receiver, deadline_seconds=SHORT) == FailureKind.TIMEOUT
    assert receiver.cut.wait(60)


def test_a_receiver_that_does_not_read(client, receive):
    receiver = receive(lambda connection: connection.receiver.stopped.wait(60))
    assert fails(client, receiver, body=b"x" * 30_000_000, deadline_seconds=SHORT) == FailureKind.TIMEOUT


def test_a_receiver_that_reads_slowly(client, receive):
    """No single write waits for long, and without the deadline the request would succeed after some seconds."""
    receiver = receive(lambda connection: connection.sip())
    body = b"x" * 40_000_000 + b"end"
    assert fails(client, receiver, body=body, deadline_seconds=SHORT) == FailureKind.TIMEOUT
    assert receiver.cut.wait(60)


def test_a_receiver_that_says_nothing(client, receive):
    receiver = receive(lambda connection: connection.wait_for_the_end() or connection.receiver.cut.set())
    assert fails(client, receiver, deadline_seconds=SHORT) == FailureKind.TIMEOUT
    assert receiver.cut.wait(60)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello\r\n\r\n", b"HTTP/2 200 OK\r\n\r\n", b"HTTP/1.1 20x OK\r\n\r\n", b"HTTP/1.1 99 OK\r\n\r\n",
        OK + b"Content-Length: 10\r\n\r\nhello", OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", b"\x16\x03\x01\x00\x00",
    ],
)  # fmt: skip
def test_broken(client, receive, data):
    assert fails(client, receive(saying(data))) == FailureKind.BROKEN


@pytest.mark.parametrize(
    "header", ["Content-Encoding: gzip", "Content-Encoding: br, gzip", "Transfer-Encoding: gzip, chunked"]
)
def test_nothing_is_unpacked(client, receive, header):
    bomb = gzip.compress(b"\0" * 50_000_000)
    receiver = receive(answering("403 Forbidden", bomb[:900], "Content-Type: text/xml", header))
    assert post(client, receiver) == Response(403, "", b"")


@pytest.mark.parametrize(
    "behave",
    [
        trickling(b"HTTP/1.1 403 Forbidden\r\n\r\n", b"x" * 3000),
        repeating(b"HTTP/1.1 403 Forbidden\r\n\r\n", b"x" * 10_000),
        saying(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nhello"),
        answering("403 Forbidden", b"no"),
    ],
    ids=["slow", "endless", "broken", "whole"],
)
def test_a_status_alone(client, receive, behave):
    """A refusal must not be lost because of the body that follows it."""
    receiver = receive(behave)
    assert post(client, receiver, read_body=False) == Response(403, "", b"")
    # The slow receiver has sent much less than the largest allowed body.
    assert receiver.trickled < MOST - 100


def test_the_next_address(network, receive):
    """The first address refuses, the second times out, the third answers; and no address may use all the time."""
    receiver = receive(answering())
    network.failures = {"93.184.216.34": ConnectionRefusedError(), "93.184.216.35": TimeoutError()}
    found = ["93.184.216.34", "93.184.216.35", "127.0.0.1"]
    client = HttpClient(allow_private=True, resolve=lambda *_: found)
    url = f"http://shop.example:{receiver.port}/"
    assert client.post(ACCOUNT, url, body=b"", headers={}, deadline_seconds=20).status == 200
    assert [address for address, _ in network.tries] == found
    assert network.shares[0] <= 20 / 3
    assert network.shares[1] <= 20 / 2


@pytest.mark.parametrize(
    ("error", "kind"), [(ConnectionRefusedError(), FailureKind.CONNECT), (TimeoutError(), FailureKind.TIMEOUT)]
)
def test_no_address_left(network, error, kind):
    network.failures = {f"93.184.216.{last}": error for last in range(9)}
    client = HttpClient(resolve=lambda *_: list(network.failures), per_account=1)
    for _ in range(2):
        with pytest.raises(RequestFailed) as failed:
            client.post(ACCOUNT, "https://shop.example/", body=b"", headers={}, deadline_seconds=20)
        assert failed.value.kind == kind
    assert len(network.tries) == 8


def test_the_limit_is_released_after_every_end(client, receive):
    for behave in (answering("500"), saying(b""), repeating(OK, b"x" * 10_000), answering("204 No Content")):
        for _ in range(3):
            receiver = receive(behave)
            try:
                post(client, receiver)
            except RequestFailed as error:
                assert error.kind != FailureKind.BUSY
