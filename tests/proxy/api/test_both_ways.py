"""A request that opens a Session has the same answer, byte for byte, on the event loop and by Flask."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from common.sids import new
from common.store_memory import StoreMemory
from proxy.api import unknown_fields
from proxy.edge import api_operations
from services import api_keys
from services.api_limits import Limiter
from storage.store import StoreUnavailable
from tests.proxy.api.bad_fields import NEW_SESSION_FIELDS
from tests.support.both_ways import Answer, answer, both_ways
from tests.support.fixtures import clock, stack
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.webhooks import Clock, WebhookHarness

FORM = "application/x-www-form-urlencoded"


__all__ = ["clock", "stack"]


@pytest.fixture(scope="module")
def harness(stack: Stack, clock: Clock) -> WebhookHarness:
    return WebhookHarness(stack, clock, numbers=3)


@pytest.fixture(autouse=True)
def known_memory(harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first request of each second would ask in a thread."""
    monkeypatch.setattr(harness.stack.runtime.part(StoreMemory), "_asked", inf)


def post(harness: WebhookHarness, form: Any, **more: Any) -> requests.Response:
    headers = {"Content-Type": FORM, **more.pop("headers", {})}
    url = f"{harness.stack.url}/proxy/v1/Services/{more.pop('service', harness.sid)}/Sessions{more.pop('query', '')}"
    body = form if isinstance(form, bytes) else urlencode(form, doseq=True)
    return requests.post(url, body, headers=headers, auth=more.pop("auth", (ACCOUNT, TOKEN)), timeout=30)


def person(harness: WebhookHarness, **more: Any) -> str:
    return json.dumps({"Identifier": harness.new_person(), **more})


def people(harness: WebhookHarness) -> list[str]:
    return [person(harness, FriendlyName="Rider"), person(harness, friendly_name="Drivér", language="es-mx")]


OPENED: dict[str, Any] = {
    "nothing but a form": lambda h: {"Ttl": "5"},
    "two people": lambda h: {"Participants": people(h)},
    "all fields": lambda h: {
        "Participants": people(h), "UniqueName": new("a ride "), "Ttl": "3600", "DateExpiry": "2090-01-31T12:00:00Z",
        "Mode": "message-only", "Status": "in-progress", "FailOnParticipantConflict": "false",
    },
    "a name that is not ASCII": lambda h: {"UniqueName": new("Grüße 👋 ")},
    "a spelling of one's own": lambda h: {"Participants": person(h, Identifier=f"+1 (510) 555-{h.new_person()[-4:]}")},
    "unknown fields": lambda h: {"Tll": "5", "more": "x", "Participants": [person(h, Nickname="x", Langage="es")]},
    "a chosen number": lambda h: {"Participants": person(h, ProxyIdentifier=h.pool[0])},
    "a person in another country": lambda h: {
        "Participants": person(h, ProxyIdentifier=h.pool[1], Identifier=f"+44791112{h.new_person()[-4:]}")
    },
}  # fmt: skip


@pytest.mark.parametrize("case", OPENED)
def test_what_is_opened(harness: WebhookHarness, case: str) -> None:
    def send() -> list[Answer]:
        form = OPENED[case](harness)
        response = post(harness, form)
        assert response.status_code == 201, response.text
        # A unique name of the test's own differs between the two.
        return [answer(response, **({"NAME": json.dumps(form["UniqueName"])[1:-1]} if "UniqueName" in form else {}))]

    both_ways(harness, send, by_loop=True, path="/proxy/")


BAD = [(name, kind) for name, kinds in NEW_SESSION_FIELDS.items() for kind in kinds]


@pytest.mark.parametrize(("name", "kind"), BAD)
def test_a_bad_field(harness: WebhookHarness, name: str, kind: str) -> None:
    both_ways(harness, lambda: [answer(post(harness, {name: NEW_SESSION_FIELDS[name][kind]}))], by_loop=False)


REFUSED: dict[str, Any] = {
    "no UTF-8": {"form": b"UniqueName=%ff"},
    "too many fields": {"form": b"&".join([b"a=1"] * 201)},
    "NUL": {"form": b"UniqueName=a%00"},
    "a field twice": {"form": {"Ttl": ["1", "2"]}},
    "no JSON": {"form": {"Participants": "+15551234567"}},
    "a participant without a number": {"form": {"Participants": '{"FriendlyName": "x"}'}},
    "an impossible number": {"form": {"Participants": '{"Identifier": "+1415555"}'}},
    "a key twice": {"form": {"Participants": '{"Identifier": "+14155550100", "identifier": "+14155550100"}'}},
    "three people": {"form": {"Participants": [f'{{"Identifier": "+1415555010{n}"}}' for n in range(3)]}},
    "the same person twice": {"form": {"Participants": ['{"Identifier": "+14155550101"}'] * 2}},
    "a closed Session with people": {"form": {"Participants": '{"Identifier": "+14155550101"}', "Status": "closed"}},
    "an unknown proxy number": {
        "form": {"Participants": json.dumps({"Identifier": "+14155550101", "ProxyIdentifierSid": "PN" + "0" * 32})}
    },
    "the past": {"form": {"DateExpiry": "2001-01-01T00:00:00Z"}},
    "unknown fields beside a mistake": {"form": {"Tll": "5", "Ttl": "x", "Participants": ['{"Name": "x"}']}},
    "an unknown Service": {"service": "KS" + "0" * 32},
    "a name of no Service": {"service": "nobody"},
    "JSON": {"headers": {"Content-Type": "application/json"}},
    "no type": {"headers": {"Content-Type": ""}},
    "no credentials": {"auth": None},
    "a wrong token": {"auth": (ACCOUNT, "wrong")},
    "another account": {"auth": ("AC" + "9" * 32, TOKEN)},
    "an unknown key": {"auth": ("SK" + "9" * 32, TOKEN)},
    "no Basic": {"auth": None, "headers": {"Authorization": "Bearer x"}},
    "no base64": {"auth": None, "headers": {"Authorization": "Basic é%"}},
    "no user": {"auth": ("", TOKEN)},
    "an Idempotency-Key that is none": {"headers": {"Idempotency-Key": "a b"}},
    "a body that is too long": {"form": b"a=" + b"x" * 70_000},
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(harness: WebhookHarness, case: str) -> None:
    def send() -> list[Answer]:
        more = dict(REFUSED[case])
        response = post(harness, more.pop("form", {"Ttl": "5"}), **more)
        assert response.status_code >= 400, response.text
        return [answer(response)]

    both_ways(harness, send, by_loop=False)


def test_what_flask_answers_alone(harness: WebhookHarness) -> None:
    def send() -> list[Answer]:
        name = harness.service.fetch().unique_name
        others: list[dict[str, Any]] = [
            {"service": name}, {"query": "?x=1"}, {"service": harness.sid.upper().replace("KS", "KS", 1)},
            {"headers": {"Idempotency-Key": new("")}},
        ]  # fmt: skip
        return [answer(post(harness, {"Ttl": "5"}, **more)) for more in others]

    both_ways(harness, send, by_loop=False)


def test_keys_of_each_role(harness: WebhookHarness) -> None:
    keys = [api_keys.add_key(harness.stack.runtime, ACCOUNT, role, role) for role in api_keys.ROLES]
    both_ways(harness, lambda: [answer(post(harness, {"Ttl": "5"}, auth=keys[0]))], by_loop=True, path="/proxy/")
    both_ways(harness, lambda: [answer(post(harness, {"Ttl": "5"}, auth=keys[1]))], by_loop=False)


def test_the_limit_of_the_api_and_its_headers(harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first request takes tokens in a thread; those after it are answered on the loop, until none is left."""
    runtime, clock = harness.stack.runtime, harness.clock
    assert clock is not None
    settings = replace(runtime.settings, api_writes_per_second=20, api_burst_seconds=1)
    monkeypatch.setattr(runtime, "settings", settings)
    monkeypatch.setitem(runtime._parts, Limiter, Limiter(runtime))

    def send() -> list[Answer]:
        clock.advance(10)
        # Without the bodies, which have the time.
        return [answer(post(harness, {"Ttl": "5", "Tll": "1"}))._replace(body="") for _ in range(22)]

    both_ways(harness, send, by_loop=False)
    clock.advance(10)
    got = [post(harness, {"Ttl": "5"}) for _ in range(21)]
    assert [each.status_code for each in got] == [201] * 20 + [429]
    assert [each.headers["X-RateLimit-Remaining"] for each in got] == [*map(str, range(19, -1, -1)), "0"]
    clock.advance(10)
    post(harness, {"Ttl": "5"})
    before = harness.stack.edge.flask_answers()
    second = post(harness, {"Ttl": "5", "Tll": "1"})
    assert harness.stack.edge.flask_answers() == before
    assert second.headers["X-RateLimit-Remaining"] == "18" and "Tll" in second.headers[unknown_fields.HEADER]


def test_a_change_of_the_service_holds_for_the_next_session(harness: WebhookHarness) -> None:
    """Also for what no function of the store decides, and if this process still has the former Service."""
    form = {"Participants": '{"Identifier": "+447400123456"}'}
    for countries, status, code in (("US", 400, 21408), ("", 400, 80203), ("GB", 400, 80203), ("US", 400, 21408)):
        post(harness, {"Ttl": "5"})
        changed = harness.set_fields(AllowedCountries=countries)
        assert (changed.status_code, changed.json()["allowed_countries"]) == (200, countries or None)
        found = post(harness, form)
        assert (found.status_code, found.json()["code"]) == (status, code)
    harness.set_fields(AllowedCountries="", DefaultTtl="77")
    assert post(harness, {"UniqueName": new("")}).json()["ttl"] == 77


def test_a_session_is_opened_once_if_the_answer_of_the_store_is_lost(
    harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error comes after the Session was opened: Flask says it and does not open another one."""
    operations = harness.stack.edge._edge._operations
    assert operations is not None
    run = operations._store.run

    async def lost(script: str, key: str, args: dict[str, Any]) -> Any:
        await run(script, key, args)
        raise StoreUnavailable("the answer was lost")

    before = len(harness.service.sessions.list())
    post(harness, {"Ttl": "5"})
    monkeypatch.setattr(operations._store, "run", lost)
    response = post(harness, {"Ttl": "5"})
    assert (response.status_code, response.json()["code"]) == (503, 20503)
    assert len(harness.service.sessions.list()) == before + 2


def test_a_service_that_is_gone(harness: WebhookHarness, clock: Clock) -> None:
    other = WebhookHarness(harness.stack, clock)
    assert post(other, {"Ttl": "5"}).status_code == 201
    assert other.service.delete()
    for form in ({"Ttl": "5"}, {"Participants": ['{"Identifier": "+14155550101"}'] * 3}):
        assert post(other, form).json()["code"] == 20404


def test_a_larger_form_is_read_in_a_thread(harness: WebhookHarness) -> None:
    before = harness.stack.edge.flask_answers()
    form = {"Ttl": "5", "more": "x" * api_operations.PLAIN_FORM}
    assert post(harness, form).status_code == 201
    assert harness.stack.edge.flask_answers() == before + 1


def test_the_first_request_of_a_second_asks_in_a_thread_how_full_the_store_is(
    harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = harness.stack.runtime.part(StoreMemory)
    monkeypatch.setattr(memory, "_asked", -inf)
    before = harness.stack.edge.flask_answers()
    assert post(harness, {"Ttl": "5"}).status_code == 201
    assert harness.stack.edge.flask_answers() == before + 1 and memory.known() is not None
