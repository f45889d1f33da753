"""Two accounts here use one account of the carrier: each number belongs to one Service, and nobody else can take it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from common.errors import CarrierError, Invalid
from common.sids import new
from erasure.services import settle_claims
from jobs.reconciling import missed
from pool import claims, number_webhooks, numbers
from pool.drift import check_drift
from services.accounts import add_account, carrier_of
from services.services import find_service
from storage import keys
from storage.short_form import unfold_event
from tests.proxy.webhooks.test_numbers import sid_of, state
from tests.support.fixtures import clock, stack
from tests.support.stack import ACCOUNT, TOKEN, Stack
from tests.support.webhooks import Clock, WebhookHarness

__all__ = ["clock", "stack"]

OTHER_TOKEN = "token-of-the-neighbour-0123456789"
BEFORE = "https://before.example/sms"


class Neighbour:
    """The other account, with a Service without numbers."""

    def __init__(self, stack: Stack) -> None:
        self.account = new("AC")
        add_account(stack.runtime, self.account, OTHER_TOKEN, ACCOUNT, TOKEN)
        self.client = stack.sdk(self.account, OTHER_TOKEN)
        self.sid = str(self.client.proxy.v1.services.create(unique_name=new("of-")).sid)

    @property
    def service(self) -> Any:
        return self.client.proxy.v1.services(self.sid)

    def refused(self, **by: str) -> str:
        with pytest.raises(TwilioRestException, check=lambda e: (e.status, e.code) == (400, 80601)) as caught:
            self.service.phone_numbers.create(**by)
        assert self.service.phone_numbers.list() == []
        return str(caught.value.msg)


@pytest.fixture
def harness(stack: Stack, clock: Clock) -> WebhookHarness:
    clock.now = int(time.time() * 1000) - 2000
    return WebhookHarness(stack, clock, numbers=1)


@pytest.fixture
def neighbour(harness: WebhookHarness) -> Neighbour:
    return Neighbour(harness.stack)


def repoint(harness: WebhookHarness, service_sid: str) -> list[dict[str, Any]]:
    runner = harness.stack.app.test_cli_runner()
    return list(json.loads(runner.invoke(args=["numbers", "repoint", service_sid, "--json"]).stdout))


def give_document(harness: WebhookHarness, service_sid: str, number: str) -> None:
    """Puts a number into another Service's pool without a claim, as a store that was restored may have it."""
    client = harness.stack.runtime.store.client
    doc = client.hget(keys.service("numbers", harness.sid), number)
    sid = json.loads(doc or b"")["sid"]
    client.hset(keys.service("numbers", service_sid), number, doc or b"")
    client.hset(keys.service("pns", service_sid), sid, number)


def test_the_number_of_another_account_is_refused_and_stays_as_it_is(
    harness: WebhookHarness, neighbour: Neighbour
) -> None:
    number = harness.pool[0]
    before = state(harness, number)
    for by in ({"phone_number": number}, {"sid": sid_of(harness, number)}):
        message = neighbour.refused(**by)
        assert "Remove it there first" in message
        assert not any(secret in message for secret in (ACCOUNT, harness.sid, number))
    assert state(harness, number) == before
    with pytest.raises(TwilioRestException, check=lambda e: e.status == 404):
        neighbour.service.phone_numbers(sid_of(harness, number)).delete()
    one = harness.open()
    harness.text(one.alice, one.alices, "still ours")
    assert harness.inbox(one.bob) == [(one.bobs, "still ours")]


def test_commands_and_jobs_of_one_account_leave_the_other_alone(
    harness: WebhookHarness, neighbour: Neighbour, clock: Clock
) -> None:
    number = harness.pool[0]
    give_document(harness, neighbour.sid, number)
    before = state(harness, number)
    (row,) = repoint(harness, neighbour.sid)
    assert (row["outcome"], row["reason"]) == ("failed", "another Service of this installation has this number")
    clock.advance(harness.stack.runtime.settings.replay_window_seconds)
    check_drift(harness.stack.runtime, neighbour.sid)
    settle_claims(harness.stack.runtime, neighbour.account)
    assert state(harness, number) == before
    assert neighbour.client.proxy.v1.services(neighbour.sid).delete()
    assert state(harness, number) == before, "deleting a Service restores only what it holds"
    assert claims.held_by(harness.stack.runtime, ACCOUNT, harness.sid, number)


def test_deleting_releases_the_number(harness: WebhookHarness, neighbour: Neighbour) -> None:
    number = harness.pool[0]
    harness.service.phone_numbers(sid_of(harness, number)).delete()
    assert neighbour.service.phone_numbers.create(phone_number=number).phone_number == number
    with pytest.raises(TwilioRestException, check=lambda e: e.code == 80601):
        harness.service.phone_numbers.create(phone_number=number)
    assert repoint(harness, harness.sid) == []
    assert neighbour.service.delete()
    assert harness.service.phone_numbers.create(phone_number=number).phone_number == number


def test_moving_between_two_services_of_one_account(harness: WebhookHarness, stack: Stack) -> None:
    other, number = WebhookHarness(stack), harness.pool[0]
    with pytest.raises(TwilioRestException, check=lambda e: e.code == 80601):
        other.service.phone_numbers.create(phone_number=number)
    one = harness.open()
    harness.service.phone_numbers(sid_of(harness, number)).delete()
    with pytest.raises(TwilioRestException, check=lambda e: e.code == 80601):
        other.service.phone_numbers.create(phone_number=number)
    one.session.update(status="closed")
    settle_claims(stack.runtime, ACCOUNT)
    assert other.service.phone_numbers.create(phone_number=number).phone_number == number
    assert state(harness, number)["sms_url"].split("#")[0] == other.url()


def test_a_claim_that_was_cut_off_is_settled_by_its_own_account(
    harness: WebhookHarness, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the claim and the change at the carrier, before the number joined the pool."""
    rt, number = harness.stack.runtime, harness.new_number()
    harness.client.incoming_phone_numbers(sid_of(harness, number)).update(sms_url=BEFORE)
    service = find_service(rt, harness.sid)
    assert service
    carrier = carrier_of(rt, ACCOUNT)
    claims.claim(rt, service, carrier.number(sid_of(harness, number)))
    number_webhooks.point_here(rt, carrier, service, sid_of(harness, number))
    settle_claims(rt, ACCOUNT)
    neighbour.refused(phone_number=number)
    monkeypatch.setattr(numbers, "UNFINISHED_SECONDS", -1)
    settle_claims(rt, neighbour.account)
    assert state(harness, number)["sms_url"] != BEFORE
    settle_claims(rt, ACCOUNT)
    assert state(harness, number)["sms_url"] == BEFORE
    assert neighbour.service.phone_numbers.create(phone_number=number).phone_number == number


def test_an_account_with_numbers_keeps_its_account_at_the_carrier(
    harness: WebhookHarness, neighbour: Neighbour
) -> None:
    rt, number = harness.stack.runtime, harness.new_number()
    neighbour.service.phone_numbers.create(phone_number=number)
    with pytest.raises(Invalid, match="remove them first"):
        add_account(rt, neighbour.account, OTHER_TOKEN, new("AC"), OTHER_TOKEN)
    neighbour.service.phone_numbers(sid_of(harness, number)).delete()
    add_account(rt, neighbour.account, OTHER_TOKEN, new("AC"), OTHER_TOKEN)


def test_a_missed_text_goes_to_the_account_of_its_number(harness: WebhookHarness, neighbour: Neighbour) -> None:
    rt, theirs = harness.stack.runtime, harness.new_number()
    neighbour.service.phone_numbers.create(phone_number=theirs)
    services = {ACCOUNT: harness.sid, neighbour.account: neighbour.sid}
    for account, service in services.items():
        missed.find_missed(rt, account, [service])
    harness.sim("POST", "/faults", rules=[{"on": on, "do": "drop"} for on in ("message", "fallback")])
    sent = {
        account: harness.sim("POST", "/text?wait=1", **{"from": harness.new_person(), "to": to, "body": "lost"})["sid"]
        for account, to in ((ACCOUNT, harness.pool[0]), (neighbour.account, theirs))
    }
    harness.sim("DELETE", "/faults")
    assert harness.clock
    # The carrier's dates are real.
    harness.clock.now = int(time.time() * 1000) + 1000 * (missed.WEBHOOK_WAIT_SECONDS + 4)
    assert {account: missed.find_missed(rt, account, [service]) for account, service in services.items()} == {
        ACCOUNT: 1,
        neighbour.account: 1,
    }
    for account, service in services.items():
        entries: Any = rt.store.client.xrange(keys.events(service))
        rows = [(entry, unfold_event(fields)) for entry, fields in entries]
        late = [json.loads(row[b"d"])["sid"] for _, row in rows if row[b"t"] == b"inbound.late"]
        assert late == [sent[account]]


def test_a_key_of_the_shared_account_opens_no_account(harness: WebhookHarness, neighbour: Neighbour) -> None:
    """It would open one of them, and its owner may belong to the other."""
    made = harness.client.new_keys.create()
    program: Client = harness.stack.sdk(made.sid, made.secret)
    with pytest.raises(TwilioRestException, check=lambda e: e.status == 401):
        program.proxy.v1.services(harness.sid).fetch()


def test_an_addition_that_fails_takes_nothing_from_one_that_succeeds_beside_it(
    harness: WebhookHarness, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests add one number; the second fails at the carrier while the first is about to put it into the pool."""
    rt, number, real = harness.stack.runtime, harness.new_number(), number_webhooks.point_here
    service, calls = find_service(rt, harness.sid), []
    assert service

    def point_here(*given: Any) -> int:
        since = real(*given)
        calls.append(given)
        if len(calls) == 2:
            raise CarrierError("no answer")
        if len(calls) == 1:
            with pytest.raises(CarrierError):
                numbers.add_number(rt, service, sid=None, phone_number=number, is_reserved=False)
        return since

    monkeypatch.setattr(number_webhooks, "point_here", point_here)
    assert harness.service.phone_numbers.create(phone_number=number).phone_number == number
    assert claims.held_by(rt, ACCOUNT, harness.sid, number)
    assert state(harness, number)["sms_url"].split("#")[0] == harness.url()
    neighbour.refused(phone_number=number)
