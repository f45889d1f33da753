"""Which regions people may have numbers from: lists of countries and of prefixes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twilio.base.exceptions import TwilioRestException

from common.sids import new
from tests.support.stack import ACCOUNT
from tests.support.webhooks import WebhookHarness

HERE, NORTH, ISLAND, ABROAD = "+14155550123", "+16045550123", "+18765550123", "+447400123456"


@pytest.fixture(autouse=True)
def open_again(harness: WebhookHarness) -> Iterator[None]:
    yield
    harness.set_fields(AllowedCountries="", AllowedPrefixes="")


def joins(harness: WebhookHarness, number: str) -> bool:
    session = harness.service.sessions.create(unique_name=new("region-"), mode="message-only")
    try:
        harness.service.sessions(session.sid).participants.create(identifier=number)
    except TwilioRestException as error:
        # The region is allowed, but the pool has no number of that country.
        assert error.code in (21408, 80203)
        assert number not in str(error)
        return bool(error.code != 21408)
    finally:
        harness.service.sessions(session.sid).delete()
    return True


@pytest.mark.parametrize(
    ("countries", "prefixes", "allowed"),
    [
        ("", "", {HERE, NORTH, ISLAND, ABROAD}),
        ("US", "", {HERE}),
        ("US,CA", "", {HERE, NORTH}),
        ("", "+1415,+44", {HERE, ABROAD}),
        ("CA", "+44740", {NORTH, ABROAD}),
        ("JM", "", {ISLAND}),
        ("", "+1", {HERE, NORTH, ISLAND}),
    ],
)
def test_who_may_join(harness: WebhookHarness, countries: str, prefixes: str, allowed: set[str]) -> None:
    assert harness.set_fields(AllowedCountries=countries, AllowedPrefixes=prefixes).status_code == 200
    assert {number for number in (HERE, NORTH, ISLAND, ABROAD) if joins(harness, number)} == allowed


def test_stop_is_heard_from_where_it_was_closed(harness: WebhookHarness) -> None:
    conversation = harness.open()
    harness.set_fields(AllowedCountries="CA")
    harness.text(conversation.alice, conversation.alices, "STOP")
    harness.set_fields(AllowedCountries="")
    harness.text(conversation.bob, conversation.bobs, "hello?")
    assert "hello?" not in [body for _, body in harness.inbox(conversation.alice)]


def test_all_or_none(harness: WebhookHarness) -> None:
    harness.set_fields(AllowedCountries="US")
    before = harness.writes()[:2]
    people = [f'{{"Identifier": "{number}"}}' for number in (harness.new_person(), ABROAD)]
    with pytest.raises(TwilioRestException) as error:
        harness.service.sessions.create(unique_name=new("both-"), participants=people)
    assert (error.value.status, error.value.code) == (400, 21408)
    assert harness.writes()[:2] == before


def test_who_writes_or_calls_from_elsewhere_costs_nothing(harness: WebhookHarness) -> None:
    harness.set_fields(AllowedCountries="US")
    before = harness.writes()[1]
    assert "<Response/>" in harness.text(ABROAD, harness.pool[0], "hello")
    assert harness.inbox(ABROAD) == []
    assert [event["d"]["reason"] for event in harness.events(before)] == ["region"]
    form = {"AccountSid": ACCOUNT, "CallSid": new("CA"), "From": ABROAD, "To": harness.pool[0], "CallStatus": "ringing"}
    assert "<Reject" in harness.post(form, harness.url("voice")).text
    other = harness.new_person()
    assert "<Message" in harness.text(other, harness.pool[0], "hello")
