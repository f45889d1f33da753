"""Receivers, a certificate authority for them, and a network that records each connection."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import pytest

from tests.callbacks.http.authority import Authority
from tests.callbacks.http.network import Network
from tests.callbacks.http.receiver import Behave, Receiver

Receive = Callable[..., Receiver]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def receive() -> Iterator[Receive]:
    started: list[Receiver] = []

    def start(behave: Behave, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Receiver:
        started.append(Receiver(behave, context, host))
        return started[-1]

    yield start
    for receiver in started:
        receiver.stop()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    found = Network()
    found.install(monkeypatch)
    return found
