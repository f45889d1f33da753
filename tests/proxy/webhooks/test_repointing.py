"""`flask numbers repoint`: after a change of PUBLIC_URL every number points here again; it can be run several times."""

from __future__ import annotations

import json
from typing import Any

import pytest

from common.sids import new
from pool.drift import check_drift
from pool.numbers import return_drained_numbers
from tests.proxy.webhooks.test_numbers import sid_of, state
from tests.support.faulty_carrier import carrier_with
from tests.support.stack import ACCOUNT
from tests.support.webhooks import WebhookHarness

BEFORE = "https://before.example/sms"


@pytest.fixture
def harness(stack: Any) -> WebhookHarness:
    return WebhookHarness(stack, numbers=3)


def run(harness: WebhookHarness, *words: str, code: int = 0) -> list[dict[str, Any]]:
    done = harness.stack.app.test_cli_runner().invoke(args=["numbers", "repoint", *words, "--json"])
    assert done.exit_code == code, done.output
    return list(json.loads(done.stdout))


def add(harness: WebhookHarness, before: str) -> str:
    """Adds a number to the pool; before that, its texts went to `before`."""
    number = harness.new_number()
    harness.client.incoming_phone_numbers(sid_of(harness, number)).update(sms_url=before)
    harness.service.phone_numbers.create(phone_number=number)
    return number


def outcomes(found: list[dict[str, Any]]) -> list[str]:
    return [row["outcome"] for row in found]


def test_a_former_public_url_is_replaced_and_nothing_else(harness: WebhookHarness) -> None:
    right = [state(harness, number) for number in harness.pool]
    for number in harness.pool[:2]:
        client = harness.client.incoming_phone_numbers(sid_of(harness, number))
        client.update(sms_url=f"https://old.example/webhooks/{harness.sid}/message", voice_url="https://old.example/v")
    found = run(harness, harness.sid)
    assert [row["sid"] for row in found] == [sid_of(harness, number) for number in harness.pool]
    assert {row["service"] for row in found} == {harness.sid}
    assert outcomes(found) == ["repointed", "repointed", "unchanged"]
    assert [state(harness, number) for number in harness.pool] == right
    assert outcomes(run(harness, harness.sid)) == ["unchanged"] * 3
    assert check_drift(harness.stack.runtime, harness.sid) == []


@pytest.mark.parametrize(
    "field, value", [("sms_application_sid", "AP" + "1" * 32), ("trunk_sid", "TK" + "2" * 32), ("sms_method", "GET")]
)
def test_what_stands_beside_the_right_urls_is_mended_too(harness: WebhookHarness, field: str, value: str) -> None:
    """The carrier prefers an application or a trunk to our URLs, and our webhooks refuse GET."""
    rt, number = harness.stack.runtime, harness.pool[0]
    right, sid = state(harness, number), sid_of(harness, number)
    harness.client.incoming_phone_numbers(sid).update(**{field: value})
    assert check_drift(rt, harness.sid) == [sid]
    assert outcomes(run(harness, harness.sid)) == ["repointed", "unchanged", "unchanged"]
    assert state(harness, number) == right
    assert check_drift(rt, harness.sid) == []


def test_a_number_that_drains_is_mended_too_and_given_back_as_it_was(harness: WebhookHarness) -> None:
    number = add(harness, BEFORE)
    conversation = harness.service.sessions.create(unique_name=new("talk-"))
    people = harness.service.sessions(conversation.sid).participants
    people.create(identifier=harness.new_person(), proxy_identifier=number)
    sid = sid_of(harness, number)
    harness.service.phone_numbers(sid).delete()
    harness.client.incoming_phone_numbers(sid).update(sms_url="https://old.example/x")
    (row,) = (row for row in run(harness, harness.sid) if row["sid"] == sid)
    assert row["outcome"] == "repointed"
    harness.service.sessions(conversation.sid).delete()
    return_drained_numbers(harness.stack.runtime, ACCOUNT)
    assert state(harness, number)["sms_url"] == BEFORE


def test_what_fails_is_said_by_sid_and_stops_no_other(harness: WebhookHarness) -> None:
    first = sid_of(harness, harness.pool[0])
    gone = {"code": 20404, "message": f"{harness.pool[0]} was not found", "status": 404}
    plan = {first: gone}

    def fail(method: str, path: str) -> Any:
        return next((body for sid, body in plan.items() if sid in path), None)

    with carrier_with(harness.stack, fail):
        found = run(harness, harness.sid, code=1)
        assert outcomes(found) == ["failed", "unchanged", "unchanged"]
        assert found[0]["reason"] == "the carrier's account no longer has this number"
    with carrier_with(harness.stack, lambda method, path: "before" if first in path else None):
        found = run(harness, harness.sid, code=1)
    assert found[0]["reason"] == "the carrier answered 500, code 20500"
    assert harness.pool[0] not in json.dumps(found)


def test_a_number_that_leaves_the_pool_meanwhile_keeps_what_it_had_before(harness: WebhookHarness) -> None:
    number = add(harness, BEFORE)
    sid = sid_of(harness, number)
    harness.client.incoming_phone_numbers(sid).update(sms_url="https://old.example/x")
    left: list[str] = []

    def leave(method: str, path: str) -> None:
        if sid in path and not left:
            left.append(path)
            harness.service.phone_numbers(sid).delete()

    with carrier_with(harness.stack, leave):
        (row,) = (row for row in run(harness, harness.sid) if row["sid"] == sid)
    assert row["outcome"] == "released"
    assert state(harness, number)["sms_url"] == BEFORE


def test_all_services_or_one_by_name_and_never_by_accident(harness: WebhookHarness) -> None:
    other = WebhookHarness(harness.stack, numbers=1)
    found = run(harness, "--all")
    assert {harness.sid, other.sid} <= {row["service"] for row in found}
    name = harness.service.fetch().unique_name
    assert len(run(harness, name)) == 3
    runner = harness.stack.app.test_cli_runner()
    for words in ([], [harness.sid, "--all"], ["--al"]):
        assert runner.invoke(args=["numbers", "repoint", *words]).exit_code == 2
    table = runner.invoke(args=["numbers", "repoint", harness.sid]).stdout.splitlines()
    assert table[0].split() == ["SID", "Service", "Outcome", "Reason"] and len(table) == 4
