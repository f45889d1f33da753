"""Changes at one process are used by another: two web processes of the Procfile, and unmodified SDKs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from common.sids import new
from tests.relay.app_questions.web import Deployment, deployed
from tests.support import stores
from tests.support.stack import free_port

# Slow: starts two web processes.
pytestmark = pytest.mark.slow


ROUNDS = 20
ANN, BOB = "+14155559001", "+14155559002"


@pytest.fixture(scope="module")
def processes(valkey_url: str) -> Iterator[tuple[Client, Client]]:
    """Two clients, one for each process."""
    stores.empty(valkey_url)
    with deployed(valkey_url) as found:
        yield found.sdk(), _second(found)
    stores.empty(valkey_url)


def _second(found: Deployment) -> Client:
    port, client = free_port(), found.sdk()
    found.start(port)
    client.proxy.base_url = f"http://127.0.0.1:{port}/proxy"
    return client


def test_a_service_deleted_and_made_again(processes):
    first, second = processes
    name = new("again-")
    for _ in range(ROUNDS):
        made = first.proxy.v1.services.create(unique_name=name)
        assert second.proxy.v1.services(name).sessions.create().service_sid == made.sid
        assert first.proxy.v1.services(made.sid).delete() is True
        with pytest.raises(TwilioRestException) as refused:
            second.proxy.v1.services(name).sessions.create()
        assert refused.value.status == 404


def test_a_service_under_another_name(processes):
    first, second = processes
    names = [new("one-"), new("two-")]
    services = [first.proxy.v1.services.create(unique_name=name) for name in names]
    for _ in range(ROUNDS):
        # The two Services exchange their names, with the help of a third name.
        services[0] = services[0].update(unique_name=new("between-"))
        services[1] = services[1].update(unique_name=names[0])
        services[0] = services[0].update(unique_name=names[1])
        services.reverse()
        for name, service in zip(names, services, strict=True):
            for client in (first, second):
                assert client.proxy.v1.services(name).sessions.create().service_sid == service.sid


def test_two_participants_right_after_an_update(processes):
    """A ride app does this, and it uses real numbers whenever it gets 80206."""
    first, second = processes
    made = first.proxy.v1.services.create(unique_name=new("rides-"))
    owned = [one for one in first.incoming_phone_numbers.list() if one.phone_number.startswith("+1212")]
    first.proxy.v1.services(made.sid).phone_numbers.create(sid=owned[0].sid)

    def join(client: Client, session: str, phone: str) -> Any:
        return client.proxy.v1.services(made.sid).sessions(session).participants.create(identifier=phone)

    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            first.proxy.v1.services(made.sid).update(geo_match_level="area-code")
            second.proxy.v1.services(made.sid).update(geo_match_level="country")
            session = first.proxy.v1.services(made.sid).sessions.create()
            asked = [(first, session.sid, ANN), (second, session.sid, BOB)]
            people = list(pool.map(lambda one: join(*one), asked))
            assert [person.proxy_identifier for person in people] == [owned[0].phone_number] * 2
            session.delete()
