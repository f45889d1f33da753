"""Requests to the carrier carry its token: they go to nobody whose certificate does not hold."""

from __future__ import annotations

import pytest

from carrier.client import Carrier
from common.errors import CarrierError
from common.model import Account
from tests.callbacks.http.authority import Authority
from tests.callbacks.http.conftest import Receive
from tests.callbacks.http.conftest import authority as authority
from tests.callbacks.http.conftest import receive as receive
from tests.callbacks.http.receiver import answering
from tests.support.stack import ACCOUNT, TOKEN

BODY = b'{"sid": "PN1", "phone_number": "+15105550000", "friendly_name": "", "capabilities": {}}'


def ask(port: int) -> None:
    Carrier(Account(ACCOUNT, TOKEN, ACCOUNT, TOKEN), f"https://localhost:{port}").number("PN" + "1" * 32)


def test_an_authority_that_nobody_knows(receive: Receive, authority: Authority) -> None:
    receiver = receive(answering("200 OK", BODY), authority.context("localhost"))
    with pytest.raises(CarrierError) as error:
        ask(receiver.port)
    assert receiver.connections and not receiver.requests
    assert TOKEN not in str(error.value)


def test_another_name(receive: Receive, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority is known to this process: what is refused is the name."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority.ca_file)
    receiver = receive(answering("200 OK", BODY), authority.context("other.example"))
    with pytest.raises(CarrierError):
        ask(receiver.port)
    assert receiver.connections and not receiver.requests
