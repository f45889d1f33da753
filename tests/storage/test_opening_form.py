"""A new Session in its short form: the same document as without it, in events and in answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.model import Service
from common.runtime import Runtime
from common.sids import new
from services import services
from sessions import sessions
from storage import keys
from storage.opening_form import FIELDS, PERSON, unfold
from storage.short_form import unfold_event
from tests.sessions.real_runtime import ACCOUNT, build, put_number, us_numbers

ANN = {"identifier": "+1 202 555 0101", "friendly_name": "Ann", "language": "fr", "time_zone": "Europe/Paris"}
BOB = {"identifier": "+12025550102"}
FAR = 4_000_000_000_000


@pytest.fixture
def rt(valkey_url: str) -> Runtime:
    return build(valkey_url)


@pytest.fixture
def service(rt: Runtime) -> Service:
    service = services.create_service(rt, ACCOUNT, {"unique_name": new("opening-")})
    for number in us_numbers(2):
        put_number(rt, service, number)
    return service


@pytest.mark.parametrize("people", [[], [BOB], [ANN, BOB]])
@pytest.mark.parametrize("fields", [{}, {"unique_name": "a ride", "expiry_ms": FAR, "mode": "message-only", "ttl": 5}])
def test_as_the_session_is_read_later(
    rt: Runtime, service: Service, people: list[dict[str, Any]], fields: dict[str, Any]
) -> None:
    opened = sessions.open_session(rt, service, fields, people)
    assert opened == sessions.get_session(rt, service, opened.sid)
    assert len(opened.participants) == len(people)


def test_the_event_has_the_document_that_is_stored(rt: Runtime, service: Service) -> None:
    opened = sessions.open_session(rt, service, {"unique_name": "a ride"}, [ANN, BOB])
    client: Any = rt.store.client
    ((_, entry),) = client.xrevrange(keys.events(service.sid), count=1)
    event = unfold_event(entry)
    stored = rt.store.service("get_session", service.sid, {"session": opened.sid})["session"]
    assert event[b"s"] == opened.sid.encode()
    assert json.loads(event[b"d"]) == stored


def test_a_repeated_call_tells_of_the_changes_since(rt: Runtime, service: Service) -> None:
    opened = sessions.open_session(rt, service, {}, [BOB])
    args = {"sid": opened.sid, "people": [], "mode": "voice-only", "status": "open", "most": 0}
    row = rt.store.service("open_session", service.sid, args)["opened"]
    assert row[0] == opened.sid and len(row[5]) == 1
    sessions.update_session(rt, service, opened.sid, {"status": "closed"})
    assert rt.store.service("open_session", service.sid, args)["session"]["status"] == "closed"


def test_what_is_not_set_is_left_out() -> None:
    person = dict(zip(PERSON, ["KP1", "w", "A", "+1", "PN1", False, "fr"], strict=False))
    found = unfold(["KC1", 7, "voice-only", "open", 0, [list(person.values())]])
    del person["name"]
    assert found["people"] == [{**person, "created": 7, "place": 1}]
    assert not {"expiry", "unique_name", "name_hash"} & set(found) and set(FIELDS[:6]) <= set(found)
