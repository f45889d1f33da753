"""Where people may be: lists of countries and of prefixes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from twilio.base.exceptions import TwilioRestException

from common.sids import new
from tests.proxy.webhooks.scene import Scene
from tests.support.stack import ACCOUNT

HERE, NORTH, ISLAND, ABROAD = "+14155550123", "+16045550123", "+18765550123", "+447400123456"


@pytest.fixture(autouse=True)
def open_again(scene: Scene) -> Iterator[None]:
    yield
    scene.set(AllowedCountries="", AllowedPrefixes="")


def joins(scene: Scene, number: str) -> bool:
    session = scene.service.sessions.create(unique_name=new("region-"), mode="message-only")
    try:
        scene.service.sessions(session.sid).participants.create(identifier=number)
    except TwilioRestException as error:
        # Allowed there, but the pool has no number of that country.
        assert error.code in (21408, 80203)
        assert number not in str(error)
        return bool(error.code != 21408)
    finally:
        scene.service.sessions(session.sid).delete()
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
def test_who_may_join(scene: Scene, countries: str, prefixes: str, allowed: set[str]) -> None:
    assert scene.set(AllowedCountries=countries, AllowedPrefixes=prefixes).status_code == 200
    assert {number for number in (HERE, NORTH, ISLAND, ABROAD) if joins(scene, number)} == allowed


def test_stop_is_heard_from_where_it_was_closed(scene: Scene) -> None:
    talk = scene.open()
    scene.set(AllowedCountries="CA")
    scene.text(talk.alice, talk.alices, "STOP")
    scene.set(AllowedCountries="")
    scene.text(talk.bob, talk.bobs, "hello?")
    assert "hello?" not in [body for _, body in scene.inbox(talk.alice)]


def test_all_or_none(scene: Scene) -> None:
    scene.set(AllowedCountries="US")
    before = scene.writes()[:2]
    people = [f'{{"Identifier": "{number}"}}' for number in (scene.person(), ABROAD)]
    with pytest.raises(TwilioRestException) as error:
        scene.service.sessions.create(unique_name=new("both-"), participants=people)
    assert (error.value.status, error.value.code) == (400, 21408)
    assert scene.writes()[:2] == before


def test_who_writes_or_calls_from_elsewhere_costs_nothing(scene: Scene) -> None:
    scene.set(AllowedCountries="US")
    before = scene.writes()[1]
    assert "<Response/>" in scene.text(ABROAD, scene.pool[0], "hello")
    assert scene.inbox(ABROAD) == []
    assert [event["d"]["reason"] for event in scene.events(before)] == ["region"]
    form = {"AccountSid": ACCOUNT, "CallSid": new("CA"), "From": ABROAD, "To": scene.pool[0], "CallStatus": "ringing"}
    assert "<Reject" in scene.post(form, scene.url("voice")).text
    other = scene.person()
    assert "<Message" in scene.text(other, scene.pool[0], "hello")
