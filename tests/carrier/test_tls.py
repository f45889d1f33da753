"""Requests to the carrier carry its token: they go to nobody whose certificate does not hold."""

from __future__ import annotations

import json

import pytest

from carrier.client import Carrier
from common.errors import CarrierError
from common.model import Account
from tests.callbacks.http.authority import Authority
from tests.callbacks.http.conftest import Receive
from tests.callbacks.http.conftest import authority as authority
from tests.callbacks.http.conftest import receive as receive
from tests.callbacks.http.receiver import Connection, Receiver
from tests.support.stack import ACCOUNT, TOKEN

NUMBER = {"sid": "PN" + "1" * 32, "phone_number": "+15105550000", "friendly_name": "", "capabilities": {}}


def a_number(connection: Connection) -> None:
    connection.receiver.requests.append(connection.made.recv(65_536))
    connection.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    connection.write(json.dumps(NUMBER).encode())


def ask(port: int) -> str:
    carrier = Carrier(Account(ACCOUNT, TOKEN, ACCOUNT, TOKEN), f"https://localhost:{port}")
    return carrier.number("PN" + "1" * 32).phone_number


def refused(receiver: Receiver) -> None:
    with pytest.raises(CarrierError) as error:
        ask(receiver.port)
    assert receiver.connections and not receiver.requests
    assert TOKEN not in str(error.value)


@pytest.fixture
def known(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority is known to this process."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.ca_file)


def test_a_certificate_that_holds(receive: Receive, authority: Authority, known: None) -> None:
    """Without this test, the tests below would prove nothing."""
    receiver = receive(a_number, authority.context("localhost"))
    assert ask(receiver.port) == "+15105550000"
    assert b"\r\nAuthorization: Basic " in receiver.requests[0]


def test_an_authority_that_nobody_knows(receive: Receive, authority: Authority) -> None:
    refused(receive(a_number, authority.context("localhost")))


def test_another_name(receive: Receive, authority: Authority, known: None) -> None:
    refused(receive(a_number, authority.context("other.example")))


def test_one_that_has_ended(receive: Receive, authority: Authority, known: None) -> None:
    refused(receive(a_number, authority.context("localhost", expired=True)))
