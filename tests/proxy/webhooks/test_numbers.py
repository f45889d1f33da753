"""A number joins a pool with its webhooks and leaves it as it was, to the byte."""

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
from tests.proxy.webhooks.faulty import carrier_with, changes
from tests.proxy.webhooks.scene import Scene
from tests.support.stack import ACCOUNT, TOKEN, Stack

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
def scene(stack: Stack) -> Scene:
    """Each with a Service of its own, without numbers."""
    return Scene(stack)


def sid_of(scene: Scene, number: str) -> str:
    return str(scene.client.incoming_phone_numbers.list(phone_number=number)[0].sid)


def shown(scene: Scene, sid: str) -> Any:
    """The number as the API shows it, with the fields that the SDK does not know."""
    url = f"{scene.stack.url}/proxy/v1/Services/{scene.sid}/PhoneNumbers/{sid}"
    return requests.get(url, auth=(ACCOUNT, TOKEN), timeout=30).json()


def state(scene: Scene, number: str) -> dict[str, Any]:
    """All that the carrier holds of a number, but the moment of the last change."""
    found = scene.stack.carrier.carrier.state.by_phone[number]
    return {**found.settings, "capabilities": found.capabilities, "account": found.account_sid}


def restored(scene: Scene, number: str, before: dict[str, Any]) -> None:
    assert state(scene, number) == before
    rt = scene.stack.runtime
    assert rt.store.client.hget(keys.account("routes", ACCOUNT), number) is None
    assert rt.store.client.hget(keys.service("numbers", scene.sid), number) is None


@pytest.mark.parametrize("by", ["sid", "phone_number"])
@pytest.mark.parametrize("routing", ROUTINGS)
def test_added_and_removed(scene: Scene, by: str, routing: str) -> None:
    number = scene.number()
    sid = sid_of(scene, number)
    if ROUTINGS[routing]:
        scene.client.incoming_phone_numbers(sid).update(**ROUTINGS[routing])
    before = state(scene, number)
    added = scene.service.phone_numbers.create(**{by: sid if by == "sid" else number})
    assert (added.sid, added.phone_number, added.is_reserved, added.in_use) == (sid, number, False, 0)
    ours = state(scene, number)
    for channel, path in (("sms", "message"), ("voice", "voice")):
        for place in ("", "_fallback"):
            assert ours[f"{channel}{place}_url"] == scene.url(path) + RETRIES
            assert ours[f"{channel}{place}_method"] == "POST"
    assert not (ours["sms_application_sid"] or ours["voice_application_sid"] or ours["trunk_sid"])
    assert (ours["friendly_name"], ours["status_callback"]) == (before["friendly_name"], before["status_callback"])
    assert scene.service.phone_numbers(sid).delete()
    restored(scene, number, before)
    assert [e["t"] for e in scene.events()][-3:] == ["number.added", "number.draining", "number.removed"]


def test_adding_again_remembers_what_was_first(scene: Scene) -> None:
    number = scene.number()
    sid = sid_of(scene, number)
    scene.client.incoming_phone_numbers(sid).update(**BEFORE)
    before = state(scene, number)
    for by in ({"sid": sid}, {"phone_number": number}, {"sid": sid}):
        assert scene.service.phone_numbers.create(**by).sid == sid
    assert len(scene.service.phone_numbers.list()) == 1
    scene.service.phone_numbers(sid).delete()
    restored(scene, number, before)
    scene.service.phone_numbers.create(sid=sid)
    assert scene.service.phone_numbers(sid).fetch().phone_number == number


def test_a_routing_remembered_is_sealed(scene: Scene) -> None:
    """A URL of the customer's may hold a password."""
    number = scene.number()
    scene.client.incoming_phone_numbers(sid_of(scene, number)).update(sms_url="https://user:hunter2@old.example/")
    scene.service.phone_numbers.create(phone_number=number)
    stored = scene.stack.runtime.store.client.hget(keys.account("routes", ACCOUNT), number)
    assert stored and b"hunter2" not in stored and b"old.example" not in stored


def test_leaving_with_live_leases(scene: Scene) -> None:
    number = scene.number()
    sid, before = sid_of(scene, number), state(scene, number)
    scene.service.phone_numbers.create(sid=sid)
    talk = scene.open()
    assert (talk.alices, talk.bobs) == (number, number)
    assert scene.service.phone_numbers(sid).fetch().in_use == 1
    assert scene.service.phone_numbers(sid).delete()
    assert [one.sid for one in scene.service.phone_numbers.list()] == [sid]
    assert (shown(scene, sid)["state"], shown(scene, sid)["in_use"]) == ("draining", 1)
    assert scene.service.phone_numbers(sid).delete()
    with pytest.raises(TwilioRestException, check=lambda e: e.code == 80205):
        scene.open()
    for refused in (
        lambda: scene.service.phone_numbers(sid).update(is_reserved=True),
        lambda: scene.service.phone_numbers.create(sid=sid),
        lambda: talk.session.participants.create(identifier=scene.person(), proxy_identifier_sid=sid),
    ):
        with pytest.raises(TwilioRestException, check=lambda e: e.code in (80601, 80609)):
            refused()
    for sender, reader in ((talk.alice, talk.bob), (talk.bob, talk.alice)):
        scene.text(sender, number, "still here?")
        assert (number, "still here?") in scene.inbox(reader)
    settle_claims(scene.stack.runtime, ACCOUNT)
    assert state(scene, number)["sms_url"] == scene.url() + RETRIES
    talk.session.update(status="closed")
    settle_claims(scene.stack.runtime, ACCOUNT)
    restored(scene, number, before)
    assert scene.service.phone_numbers.list() == []
    with pytest.raises(TwilioRestException, check=lambda e: e.status == 404):
        scene.service.phone_numbers(sid).fetch()


def test_a_deleted_service_gives_all_back(scene: Scene) -> None:
    found = [scene.number() for _ in range(3)]
    before = [state(scene, number) for number in found]
    for number in found:
        scene.service.phone_numbers.create(phone_number=number)
    scene.open()
    assert scene.service.delete()
    for number, was in zip(found, before, strict=True):
        restored(scene, number, was)


def test_of_another_service(scene: Scene, stack: Stack) -> None:
    other, number = Scene(stack), scene.number()
    scene.service.phone_numbers.create(phone_number=number)
    ours = state(scene, number)
    for by in ({"phone_number": number}, {"sid": sid_of(scene, number)}):
        with pytest.raises(TwilioRestException, check=lambda e: (e.status, e.code) == (400, 80601)):
            other.service.phone_numbers.create(**by)
    assert state(scene, number) == ours
    assert other.service.phone_numbers.list() == []


def test_unknown_to_the_carrier(scene: Scene) -> None:
    before = scene.writes()
    for by in ({"phone_number": "+13125550000"}, {"sid": new("PN")}):
        with pytest.raises(TwilioRestException, check=lambda e: (e.status, e.code) == (404, 20404)):
            scene.service.phone_numbers.create(**by)
    assert scene.writes() == before


@pytest.mark.parametrize("how", ["before", "after"])
def test_the_carrier_fails_half_way(scene: Scene, how: str) -> None:
    """One change fails, done or not: what was changed is put back, the number is free as before."""
    number = scene.number()
    scene.client.incoming_phone_numbers(sid_of(scene, number)).update(**BEFORE)
    before = state(scene, number)
    with carrier_with(scene.stack, changes(how)), pytest.raises(TwilioRestException, check=lambda e: e.status == 503):
        scene.service.phone_numbers.create(phone_number=number)
    restored(scene, number, before)
    assert scene.service.phone_numbers.list() == []


def test_the_carrier_fails_to_the_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even putting back succeeds: a job does it later, from what was remembered."""
    number = scene.number()
    scene.client.incoming_phone_numbers(sid_of(scene, number)).update(**BEFORE)
    before = state(scene, number)
    with carrier_with(scene.stack, changes("after", then="before")), pytest.raises(TwilioRestException):
        scene.service.phone_numbers.create(phone_number=number)
    assert state(scene, number) != before
    monkeypatch.setattr(numbers, "UNFINISHED_SECONDS", -1)
    settle_claims(scene.stack.runtime, ACCOUNT)
    restored(scene, number, before)


def test_the_carrier_keeps_something_else(scene: Scene) -> None:
    number = scene.number()
    before = state(scene, number)
    kept = scene.client.incoming_phone_numbers(sid_of(scene, number)).fetch()
    answer = {k: v for k, v in vars(kept).items() if isinstance(v, str | None)}

    def deaf(method: str, path: str) -> Any:
        return answer if method == "POST" and "/IncomingPhoneNumbers/" in path else None

    with carrier_with(scene.stack, deaf), pytest.raises(TwilioRestException, check=lambda e: e.status >= 500):
        scene.service.phone_numbers.create(phone_number=number)
    restored(scene, number, before)


def test_drift_is_noticed_and_recorded(scene: Scene) -> None:
    rt, drifted, kept = scene.stack.runtime, scene.number(), scene.number()
    for number in (drifted, kept):
        scene.service.phone_numbers.create(phone_number=number)
    assert check_drift(rt, scene.sid) == []
    sid = sid_of(scene, drifted)
    scene.client.incoming_phone_numbers(sid).update(sms_url="https://elsewhere.example/", trunk_sid="TK" + "4" * 32)
    assert check_drift(rt, scene.sid) == [sid]
    assert sorted(shown(scene, sid)["drift"]) == ["sms_url", "trunk_sid"]
    told = scene.events()[-1]
    assert (told["t"], told["d"]["sid"]) == ("number.drift", sid)
    assert set(told["d"]["fields"]) == {"sms_url", "trunk_sid"}
    before = scene.writes()[1]
    assert check_drift(rt, scene.sid) == [sid]
    assert scene.events(before) == []
    scene.client.incoming_phone_numbers(sid).update(sms_url=scene.url(), trunk_sid="")
    assert check_drift(rt, scene.sid) == []
    assert (shown(scene, sid)["drift"], shown(scene, sid)["state"]) == ([], "active")
    scene.client.incoming_phone_numbers(sid).update(trunk_sid="TK" + "4" * 32)
    assert check_drift(rt, scene.sid) == [sid]
    assert [event["d"]["fields"] for event in scene.events(before)] == [["trunk_sid"]]


def test_a_service_that_asks_its_app_makes_the_carrier_wait(scene: Scene) -> None:
    """No question may take longer than the carrier waits for our answer."""
    rt, number = scene.stack.runtime, scene.number()
    scene.service.phone_numbers.create(phone_number=number)
    before = scene.writes()[1]
    for fields, wait in (
        ({"InterceptCallbackUrl": "https://app.example/", "InterceptTimeout": "12"}, "13500"),
        ({"InterceptTimeout": "1"}, "4000"),
        ({"InterceptCallbackUrl": "", "InterceptTimeout": "12"}, "4000"),
        ({"OutOfSessionCallbackUrl": "https://app.example/"}, "13500"),
        ({"OutOfSessionCallbackUrl": "", "InterceptTimeout": "2.5"}, "4000"),
    ):
        assert scene.set(**fields).status_code == 200
        assert check_drift(rt, scene.sid) == []
        for channel, path in (("sms", "message"), ("voice", "voice")):
            assert state(scene, number)[f"{channel}_url"] == scene.url(path) + RETRIES.replace("4000", wait)
    assert {event["t"] for event in scene.events(before)} == {"service.updated"}
    scene.service.phone_numbers(sid_of(scene, number)).delete()


def test_one_number_gone_does_not_hide_the_drift_of_others(scene: Scene) -> None:
    rt, gone, drifted = scene.stack.runtime, scene.number(), scene.number()
    for number in (gone, drifted):
        scene.service.phone_numbers.create(phone_number=number)
    left, sid = sid_of(scene, gone), sid_of(scene, drifted)
    scene.client.incoming_phone_numbers(left).delete()
    scene.client.incoming_phone_numbers(sid).update(sms_url="https://elsewhere.example/")
    assert set(check_drift(rt, scene.sid)) == {left, sid}


def test_a_number_that_no_messaging_service_has_joins_without_a_warning(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.service.phone_numbers.create(phone_number=scene.number())
    assert not [record.getMessage() for record in caplog.records if record.name == "maskline.carrier"]


def test_a_messaging_service_that_captures_inbound(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    number = scene.number()
    sid = sid_of(scene, number)
    service = {"sid": "MG" + "5" * 32, "account_sid": ACCOUNT, "use_inbound_webhook_on_number": False}

    def capturing(method: str, path: str) -> Any:
        if path == "/v1/Services":
            return {"services": [service], "meta": {"key": "services", "page": 0, "page_size": 50}}
        return {"sid": sid, "service_sid": service["sid"]} if path.endswith(f"/PhoneNumbers/{sid}") else None

    with carrier_with(scene.stack, capturing):
        scene.service.phone_numbers.create(phone_number=number)
    assert any("Messaging Service" in record.getMessage() for record in caplog.records)
    assert scene.service.phone_numbers(sid).fetch().sid == sid
