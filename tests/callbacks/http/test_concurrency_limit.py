"""A slow receiver holds up only its own account."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from callbacks.http.http_client import HttpClient
from callbacks.http.response import FailureKind, RequestFailed
from tests.callbacks.http.receiver import answering

SLOW, OTHER = "AC" + "a" * 32, "AC" + "b" * 32


class Held:
    """A receiver that does not answer until the test sets `go`."""

    def __init__(self, receive) -> None:
        self.go = Event()
        self.receiver = receive(self._behave)

    def _behave(self, connection) -> None:
        connection.read()
        self.go.wait(60)
        connection.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture
def held(receive):
    found = Held(receive)
    yield found
    found.go.set()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(16) as found:
        yield found


def post(client, account, receiver, **more):
    url = f"http://127.0.0.1:{receiver.port}/"
    return client.post(account, url, body=b"", headers={}, **{"deadline_seconds": 60.0, **more}).status


def is_busy(client, account, receiver):
    try:
        post(client, account, receiver)
    except RequestFailed as error:
        return error.kind == FailureKind.BUSY
    return False


def until(condition: Callable[[], bool]) -> None:
    tick = Event()
    while not condition():
        tick.wait(0.01)


def test_each_account_has_its_own(held, receive, pool):
    client, quick = HttpClient(allow_private=True, per_account=3, total=8), receive(answering())
    waiting = [pool.submit(post, client, SLOW, held.receiver) for _ in range(3)]
    until(lambda: len(held.receiver.requests) == 3)
    for _ in range(5):
        assert is_busy(client, SLOW, quick)
        assert post(client, OTHER, quick) == 200
    assert quick.connections == 5
    held.go.set()
    assert [each.result(60) for each in waiting] == [200] * 3
    assert post(client, SLOW, quick) == 200


def test_all_together(held, receive, pool):
    client, quick = HttpClient(allow_private=True, per_account=3, total=4), receive(answering())
    waiting = [pool.submit(post, client, f"AC{index}", held.receiver) for index in range(4)]
    until(lambda: len(held.receiver.requests) == 4)
    assert is_busy(client, OTHER, quick)
    held.go.set()
    assert [each.result(60) for each in waiting] == [200] * 4
    assert post(client, OTHER, quick) == 200


def test_a_look_up_that_hangs_still_counts(receive):
    """A look-up cannot be stopped, so its account has to wait and does not start more and more threads."""
    go, quick, asked = Event(), receive(answering()), []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        if host == "slow.example":
            go.wait(60)
        return ["127.0.0.1"]

    client = HttpClient(allow_private=True, resolve=resolve, per_account=2)

    def ask(account: str, host: str) -> int:
        url = f"http://{host}:{quick.port}/"
        return client.post(
            account, url, body=b"", headers={}, deadline_seconds=0.2 if host == "slow.example" else 60
        ).status

    for kind in (FailureKind.TIMEOUT, FailureKind.TIMEOUT, FailureKind.BUSY, FailureKind.BUSY):
        with pytest.raises(RequestFailed) as error:
            ask(SLOW, "slow.example")
        assert error.value.kind == kind
    assert asked == ["slow.example"] * 2
    assert ask(OTHER, "quick.example") == 200
    go.set()
    until(lambda: not is_busy(client, SLOW, quick))
    assert ask(SLOW, "quick.example") == 200
