"""New secrets for the signatures of Standard Webhooks: made by the API or a command, with an overlap."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from standardwebhooks import Webhook, WebhookVerificationError

from common.sids import new
from services.api_keys import add_key
from tests.callbacks.deliveries.test_api import run
from tests.support.deliveries import DeliveriesHarness
from tests.support.stack import ACCOUNT

__all__ = ["run"]
HOUR = 3600


def path(harness: DeliveriesHarness) -> str:
    return f"/events/v1/Services/{harness.sid}/Secret"


def shown(harness: DeliveriesHarness) -> dict[str, Any]:
    found: dict[str, Any] = harness.request("GET", path(harness))
    return found


def renewed(harness: DeliveriesHarness, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = harness.request("POST", path(harness), 201, data=fields)
    return found


def advance(harness: DeliveriesHarness, seconds: float) -> None:
    assert harness.webhooks.clock
    harness.webhooks.clock.advance(seconds)


def accepted(harness: DeliveriesHarness, *secrets: str) -> list[bool]:
    """Sends an event; which of the secrets does a receiver's library accept?"""
    harness.webhooks.service.sessions.create(unique_name=new("one-more-"))
    harness.run_job()
    told = harness.receiver.at("/events")[-1]
    return [_fits(secret, told) for secret in secrets]


def _fits(secret: str, told: Any) -> bool:
    # The library also refuses a timestamp that is not now; the harness sends with the machine's time.
    try:
        Webhook(secret).verify(told.body.decode(), told.headers)
    except WebhookVerificationError:
        return False
    return True


@pytest.fixture
def told(harness: DeliveriesHarness) -> DeliveriesHarness:
    harness.subscribe()
    return harness


def test_both_sign_until_the_former_ends(told: DeliveriesHarness) -> None:
    first = shown(told)
    assert first["former"] == [] and first["date_created"] is None
    second = renewed(told, OverlapHours=2)
    assert second["secret"] != first["secret"]
    assert [one["secret"] for one in second["former"]] == [first["secret"]]
    assert accepted(told, first["secret"], second["secret"]) == [True, True]
    signatures = told.receiver.at("/events")[-1].headers["webhook-signature"].split()
    assert len(signatures) == 2
    advance(told, 2 * HOUR - 1)
    assert accepted(told, first["secret"], second["secret"]) == [True, True]
    advance(told, 1)
    assert accepted(told, first["secret"], second["secret"]) == [False, True]
    assert shown(told) == {**second, "former": []}


def test_a_day_by_default_and_at_once_after_a_leak(told: DeliveriesHarness) -> None:
    first, second = shown(told)["secret"], renewed(told)["secret"]
    advance(told, 24 * HOUR - 1)
    assert accepted(told, first, second) == [True, True]
    advance(told, 1)
    third = renewed(told, OverlapHours=0)
    assert third["former"] == []
    assert accepted(told, first, second, third["secret"]) == [False, False, True]


def test_three_at_most_and_an_end_is_never_put_off(told: DeliveriesHarness) -> None:
    first, second = shown(told)["secret"], renewed(told, OverlapHours=1)["secret"]
    third = renewed(told, OverlapHours=100)
    ends = {one["secret"]: one["date_ends"] for one in third["former"]}
    assert ends[first] < ends[second]
    refused = told.request("POST", path(told), 409)
    assert "wait until one ends" in refused["message"]
    assert accepted(told, first, second, third["secret"]) == [True, True, True]
    advance(told, HOUR)
    assert accepted(told, first, second, third["secret"]) == [False, True, True]
    renewed(told)


def test_questions_and_form_callbacks_have_both_signatures(told: DeliveriesHarness) -> None:
    renewed(told)
    told.set_fields(InterceptCallbackUrl=f"{told.receiver.url}/intercept")
    conversation = told.open()
    told.webhooks.post(told.webhooks.message_form(conversation.alice, conversation.alices, "hello"))
    told.run_job()
    for place in ("/intercept", "/callback"):
        assert len(told.receiver.at(place)[0].headers["webhook-signature"].split()) == 2, place


@pytest.mark.parametrize("hours", ["-1", "169", "x", "1.5"])
def test_a_bad_overlap_changes_nothing(told: DeliveriesHarness, hours: str) -> None:
    before = shown(told)
    assert "OverlapHours" in told.request("POST", path(told), 400, data={"OverlapHours": hours})["message"]
    assert shown(told) == before


def test_a_reading_key_makes_none(told: DeliveriesHarness) -> None:
    before = shown(told)
    told.request("POST", path(told), 403, auth=add_key(told.rt, ACCOUNT, "read-only", ""))
    assert shown(told) == before


def test_a_request_that_is_repeated_makes_one(told: DeliveriesHarness) -> None:
    headers = {"Idempotency-Key": new("key-")}
    url = f"{told.webhooks.stack.url}{path(told)}"
    answers = [requests.post(url, auth=told.auth, headers=headers, timeout=30).json() for _ in range(2)]
    assert answers[0] == answers[1] == shown(told)


def test_two_at_the_same_time_lose_neither(told: DeliveriesHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another request makes a secret between our reading and our writing: ours is refused."""
    whole, done = told.rt.store.service, list[dict[str, Any]]()

    def later(script: str, sid: str, args: dict[str, Any]) -> Any:
        if script == "set_webhook_secrets" and not done:
            done.append({})
            done[0] = renewed(told)
        return whole(script, sid, args)

    monkeypatch.setattr(told.rt.store, "service", later)
    assert "same time" in told.request("POST", path(told), 409)["message"]
    assert shown(told) == done[0]


def test_an_operator_makes_one_and_no_secret_lies_in_clear(told: DeliveriesHarness, run: Any) -> None:
    first = shown(told)["secret"]
    done = run("new-secret", told.sid, "--overlap", "3")
    assert done.exit_code == 0
    second = done.output.splitlines()[0]
    assert accepted(told, first, second) == [True, True]
    client = told.rt.store.client
    lying = b"".join(client.dump(key) or b"" for key in client.scan_iter(f"{{{told.sid}}}*"))
    assert second.removeprefix("whsec_").encode() not in lying
    assert run("secret", told.sid).output.strip() == second
