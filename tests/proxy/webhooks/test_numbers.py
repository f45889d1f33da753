"""A number gets our webhooks when it joins a pool; when it leaves, its old settings are restored exactly."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from common.sids import new
from erasure.services import settle_claims
from pool import numbers
from pool.drift import check_drift
from storage import keys
from tests.support.faulty_carrier import carrier_with, changes
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.webhooks import WebhookHarness

RETRIES = "#rc=5&rp=all&ct=2000&rt=4000"
BEFORE = {
    "sms_url": "https://user:pass@old.example/sms?x=1&y=%20#rc=2", "sms_method": "GET",
    "sms_fallback_url": "https://old.example/sms-fallback", "sms_fallback_method": "GET",
    "voice_url": "https://old.example/voice", "voice_method": "GET",
    "voice_fallback_url": "https://old.example/voice-fallback", "voice_fallback_method": "GET",
    "status_callback": "https://old.example/status", "status_callback_method": "GET",
    "sms_application_sid": "AP" + "1" * 32, "voice_receive_mode": "fax", "friendly_name": "Støvle ✓",
}  # fmt: skip
ROUTINGS = {
    "urls and an SMS application": BEFORE,
    "a trunk": {**BEFORE, "trunk_sid": "TK" + "2" * 32, "sms_application_sid": ""},
    "a voice application": {**BEFORE, "voice_application_sid": "AP" + "3" * 32},
    "nothing": {},
}


@pytest.fixture
def harness(stack: Stack) -> WebhookHarness:
    """Each test has its own Service without numbers."""
    return WebhookHarness(stack)


def sid_of(harness: WebhookHarness, number: str) -> str:
    return str(harness.client.incoming_phone_numbers.list(phone_number=number)[0].sid)


def shown(harness: WebhookHarness, sid: str) -> Any:
    """The number as the API shows it, with the fields that the SDK does not know."""
    url = f"{harness.stack.url}/proxy/v1/Services/{harness.sid}/PhoneNumbers/{sid}"
    return requests.get(url, auth=(ACCOUNT, TOKEN), timeout=30).json()


def state(harness: WebhookHarness, number: str) -> dict[str, Any]:
    """Everything that the carrier stores about a number, except the time of the last change."""
    found = harness.stack.carrier.carrier.state.by_phone[number]
    return {**found.settings, "capabilities": found.capabilities, "account": found.account_sid}


def restored(harness: WebhookHarness, number: str, before: dict[str, Any]) -> None:
    assert state(harness, number) == before
    rt = harness.stack.runtime
    assert rt.store.client.hget(keys.account("number_claims", ACCOUNT), number) is None
    assert rt.store.client.hget(keys.service("numbers", harness.sid), number) is None


@pytest.mark.parametrize("by", ["sid", "phone_number"])
@pytest.mark.parametrize("routing", ROUTINGS)
def test_added_and_removed(harness: WebhookHarness, by: str, routing: str) -> None:
    number = harness.new_number()
    sid = sid_of(harness, number)
    if ROUTINGS[routing]:
        harness.client.incoming_phone_numbers(sid).update(**ROUTINGS[routing])
    before = state(harness, number)
    added = harness.service.phone_numbers.create(**{by: sid if by == "sid" else number})
    assert (added.sid, added.phone_number, added.is_reserved, added.in_use) == (sid, number, False, 0)
    ours = state(harness, number)
    for channel, path in (("sms", "message"), ("voice", "voice")):
        for place in ("", "_fallback"):
            assert ours[f"{channel}{place}_url"] == harness.url(path) + RETRIES
            assert ours[f"{channel}{place}_method"] == "POST"
    assert not (ours["sms_application_sid"] or ours["voice_application_sid"] or ours["trunk_sid"])
    assert (ours["friendly_name"], ours["status_callback"]) == (before["friendly_name"], before["status_callback"])
    assert harness.service.phone_numbers(sid).delete()
    restored(harness, number, before)
    assert [e["t"] for e in harness.events()][-3:] == ["number.added", "number.draining", "number.removed"]


def test_adding_again_remembers_what_was_first(harness: WebhookHarness) -> None:
    number = harness.new_number()
    sid = sid_of(harness, number)
    harness.client.incoming_phone_numbers(sid).update(**BEFORE)
    before = state(harness, number)
    for by in ({"sid": sid}, {"phone_number": number}, {"sid": sid}):
        assert harness.service.phone_numbers.create(**by).sid == sid
    assert len(harness.service.phone_numbers.list()) == 1
    harness.service.phone_numbers(sid).delete()
    restored(harness, number, before)
    harness.service.phone_numbers.create(sid=sid)
    assert harness.service.phone_numbers(sid).fetch().phone_number == number


def test_a_routing_remembered_is_sealed(harness: WebhookHarness) -> None:
    """A customer's URL may contain a password."""
    number = harness.new_number()
    harness.client.incoming_phone_numbers(sid_of(harness, number)).update(sms_url="https://user:hunter2@old.example/")
    harness.service.phone_numbers.create(phone_number=number)
    stored = harness.stack.runtime.store.client.hget(keys.account("number_claims", ACCOUNT), number)
    assert stored and b"hunter2" not in stored and b"old.example" not in stored


def test_leaving_with_live_leases(harness: WebhookHarness) -> None:
    number = harness.new_number()
    sid, before = sid_of(harness, number), state(harness, number)
    harness.service.phone_numbers.create(sid=sid)
    conversation = harness.open()
    assert (conversation.alices, conversation.bobs) == (number, number)
    assert harness.service.phone_numbers(sid).fetch().in_use == 1
    assert harness.service.phone_numbers(sid).delete()
    assert [one.sid for one in harness.service.phone_numbers.list()] == [sid]
    assert (shown(harness, sid)["state"], shown(harness, sid)["in_use"]) == ("draining", 1)
    assert harness.service.phone_numbers(sid).delete()
    with pytest.raises(TwilioRestException, check=lambda e: e.code == 80205):
        harness.open()
    for refused in (
        lambda: harness.service.phone_numbers(sid).update(is_reserved=True),
        lambda: harness.service.phone_numbers.create(sid=sid),
        lambda: conversation.session.participants.create(identifier=harness.new_person(), proxy_identifier_sid=sid),
    ):
        with pytest.raises(TwilioRestException, check=lambda e: e.code in (80601, 80609)):
            refused()
    for sender, reader in ((conversation.alice, conversation.bob), (conversation.bob, conversation.alice)):
        harness.text(sender, number, "still here?")
        assert (number, "still here?") in harness.inbox(reader)
    settle_claims(harness.stack.runtime, ACCOUNT)
    assert state(harness, number)["sms_url"] == harness.url() + RETRIES
    conversation.session.update(status="closed")
    settle_claims(harness.stack.runtime, ACCOUNT)
    restored(harness, number, before)
    assert harness.service.phone_numbers.list() == []
    with pytest.raises(TwilioRestException, check=lambda e: e.status == 404):
        harness.service.phone_numbers(sid).fetch()


def test_a_deleted_service_gives_all_back(harness: WebhookHarness) -> None:
    found = [harness.new_number() for _ in range(3)]
    before = [state(harness, number) for number in found]
    for number in found:
        harness.service.phone_numbers.create(phone_number=number)
    harness.open()
    assert harness.service.delete()
    for number, was in zip(found, before, strict=True):
        restored(harness, number, was)


def test_of_another_service(harness: WebhookHarness, stack: Stack) -> None:
    other, number = WebhookHarness(stack), harness.new_number()
    harness.service.phone_numbers.create(phone_number=number)
    ours = state(harness, number)
    for by in ({"phone_number": number}, {"sid": sid_of(harness, number)}):
        with pytest.raises(TwilioRestException, check=lambda e: (e.status, e.code) == (400, 80601)):
            other.service.phone_numbers.create(**by)
    assert state(harness, number) == ours
    assert other.service.phone_numbers.list() == []


def test_unknown_to_the_carrier(harness: WebhookHarness) -> None:
    before = harness.writes()
    for by in ({"phone_number": "+13125550000"}, {"sid": new("PN")}):
        with pytest.raises(TwilioRestException, check=lambda e: (e.status, e.code) == (404, 20404)):
            harness.service.phone_numbers.create(**by)
    assert harness.writes() == before


@pytest.mark.parametrize("how", ["before", "after"])
def test_the_carrier_fails_half_way(harness: WebhookHarness, how: str) -> None:
    """One change fails, before or after it takes effect: all changes are undone and the number is free as before."""
    number = harness.new_number()
    harness.client.incoming_phone_numbers(sid_of(harness, number)).update(**BEFORE)
    before = state(harness, number)
    with carrier_with(harness.stack, changes(how)), pytest.raises(TwilioRestException, check=lambda e: e.status == 503):
        harness.service.phone_numbers.create(phone_number=number)
    restored(harness, number, before)
    assert harness.service.phone_numbers.list() == []


def test_the_carrier_fails_to_the_end(harness: WebhookHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The undo fails too: settle_claims does it later, from the routing that we stored."""
    number = harness.new_number()
    harness.client.incoming_phone_numbers(sid_of(harness, number)).update(**BEFORE)
    before = state(harness, number)
    with carrier_with(harness.stack, changes("after", then="before")), pytest.raises(TwilioRestException):
        harness.service.phone_numbers.create(phone_number=number)
    assert state(harness, number) != before
    monkeypatch.setattr(numbers, "UNFINISHED_SECONDS", -1)
    settle_claims(harness.stack.runtime, ACCOUNT)
    restored(harness, number, before)


def test_the_carrier_keeps_something_else(harness: WebhookHarness) -> None:
    number = harness.new_number()
    before = state(harness, number)
    kept = harness.client.incoming_phone_numbers(sid_of(harness, number)).fetch()
    answer = {k: v for k, v in vars(kept).items() if isinstance(v, str | None)}

    def deaf(method: str, path: str) -> Any:
        return answer if method == "POST" and "/IncomingPhoneNumbers/" in path else None

    with carrier_with(harness.stack, deaf), pytest.raises(TwilioRestException, check=lambda e: e.status >= 500):
        harness.service.phone_numbers.create(phone_number=number)
    restored(harness, number, before)


def test_drift_is_noticed_and_recorded(harness: WebhookHarness) -> None:
    rt, drifted, kept = harness.stack.runtime, harness.new_number(), harness.new_number()
    for number in (drifted, kept):
        harness.service.phone_numbers.create(phone_number=number)
    assert check_drift(rt, harness.sid) == []
    sid = sid_of(harness, drifted)
    harness.client.incoming_phone_numbers(sid).update(sms_url="https://elsewhere.example/", trunk_sid="TK" + "4" * 32)
    assert check_drift(rt, harness.sid) == [sid]
    assert sorted(shown(harness, sid)["drift"]) == ["sms_url", "trunk_sid"]
    told = harness.events()[-1]
    assert (told["t"], told["d"]["sid"]) == ("number.drift", sid)
    assert set(told["d"]["fields"]) == {"sms_url", "trunk_sid"}
    before = harness.writes()[1]
    assert check_drift(rt, harness.sid) == [sid]
    assert harness.events(before) == []
    harness.client.incoming_phone_numbers(sid).update(sms_url=harness.url(), trunk_sid="")
    assert check_drift(rt, harness.sid) == []
    assert (shown(harness, sid)["drift"], shown(harness, sid)["state"]) == ([], "active")
    harness.client.incoming_phone_numbers(sid).update(trunk_sid="TK" + "4" * 32)
    assert check_drift(rt, harness.sid) == [sid]
    assert [event["d"]["fields"] for event in harness.events(before)] == [["trunk_sid"]]


def test_a_service_that_asks_its_app_makes_the_carrier_wait(harness: WebhookHarness) -> None:
    """Our question to the app may not take longer than the carrier waits for our answer."""
    rt, number = harness.stack.runtime, harness.new_number()
    harness.service.phone_numbers.create(phone_number=number)
    before = harness.writes()[1]
    for fields, wait in (
        ({"InterceptCallbackUrl": "https://app.example/", "InterceptTimeout": "12"}, "13500"),
        ({"InterceptTimeout": "1"}, "4000"),
        ({"InterceptCallbackUrl": "", "InterceptTimeout": "12"}, "4000"),
        ({"OutOfSessionCallbackUrl": "https://app.example/"}, "13500"),
        ({"OutOfSessionCallbackUrl": "", "InterceptTimeout": "2.5"}, "4000"),
    ):
        assert harness.set_fields(**fields).status_code == 200
        assert check_drift(rt, harness.sid) == []
        for channel, path in (("sms", "message"), ("voice", "voice")):
            assert state(harness, number)[f"{channel}_url"] == harness.url(path) + RETRIES.replace("4000", wait)
    assert {event["t"] for event in harness.events(before)} == {"service.updated"}
    harness.service.phone_numbers(sid_of(harness, number)).delete()


def test_one_number_gone_does_not_hide_the_drift_of_others(harness: WebhookHarness) -> None:
    rt, gone, drifted = harness.stack.runtime, harness.new_number(), harness.new_number()
    for number in (gone, drifted):
        harness.service.phone_numbers.create(phone_number=number)
    left, sid = sid_of(harness, gone), sid_of(harness, drifted)
    harness.client.incoming_phone_numbers(left).delete()
    harness.client.incoming_phone_numbers(sid).update(sms_url="https://elsewhere.example/")
    assert set(check_drift(rt, harness.sid)) == {left, sid}


def test_a_number_that_no_messaging_service_has_joins_without_a_warning(
    harness: WebhookHarness, caplog: pytest.LogCaptureFixture
) -> None:
    harness.service.phone_numbers.create(phone_number=harness.new_number())
    assert not [record.getMessage() for record in caplog.records if record.name == "maskline.carrier"]


def test_a_messaging_service_that_captures_inbound(harness: WebhookHarness, caplog: pytest.LogCaptureFixture) -> None:
    number = harness.new_number()
    sid = sid_of(harness, number)
    service = {"sid": "MG" + "5" * 32, "account_sid": ACCOUNT, "use_inbound_webhook_on_number": False}

    def capturing(method: str, path: str) -> Any:
        if path == "/v1/Services":
            return {"services": [service], "meta": {"key": "services", "page": 0, "page_size": 50}}
        return {"sid": sid, "service_sid": service["sid"]} if path.endswith(f"/PhoneNumbers/{sid}") else None

    with carrier_with(harness.stack, capturing):
        harness.service.phone_numbers.create(phone_number=number)
    assert any("Messaging Service" in record.getMessage() for record in caplog.records)
    assert harness.service.phone_numbers(sid).fetch().sid == sid
