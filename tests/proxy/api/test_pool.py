"""What the pool shows about its numbers, and which number a person gets."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.proxy.v1.service import ServiceContext

from common.sids import new
from tests.support.stack import ACCOUNT, TOKEN, Stack

ANN, BOB, CAT, DAN = (f"+1415555{last}" for last in ("9001", "9002", "9003", "9004"))


def in_use(shop: ServiceContext) -> list[int]:
    return [number.in_use for number in shop.phone_numbers.list()]


def open_with(shop: ServiceContext, *people: str, number: str | None = None) -> Any:
    given: list[Any] = [{"Identifier": one, **({"ProxyIdentifier": number} if number else {})} for one in people]
    return shop.sessions.create(unique_name=new("of-"), participants=given)


def mask_of(session: Any, person: str) -> Any:
    return next(one.proxy_identifier for one in session.participants.list() if one.identifier == person)


def test_in_use_counts_open_sessions(shop, numbers):
    """Twilio's specification of `in_use`: "The number of open session assigned to the number", not of participants."""
    first = numbers[0].phone_number
    both = open_with(shop, ANN, BOB, number=first)
    assert in_use(shop) == [1, 0]
    other = open_with(shop, CAT, DAN, number=first)
    assert in_use(shop) == [2, 0]
    ann, bob = both.participants.list()
    ann.delete()
    assert in_use(shop) == [2, 0]
    bob.delete()
    assert in_use(shop) == [1, 0]
    other.update(status="closed")
    assert in_use(shop) == [0, 0]
    other.update(status="in-progress")
    assert in_use(shop) == [1, 0]
    other.delete()
    assert in_use(shop) == [0, 0]


def test_in_use_with_participants_one_by_one(shop, numbers):
    session = shop.sessions(shop.sessions.create().sid)
    first, second = (number.phone_number for number in numbers)
    session.participants.create(identifier=ANN, proxy_identifier=first)
    session.participants.create(identifier=BOB, proxy_identifier=first)
    assert in_use(shop) == [1, 0]
    session.participants.list()[1].delete()
    session.participants.create(identifier=CAT, proxy_identifier=second)
    assert in_use(shop) == [1, 1]


def test_who_was_removed_does_not_come_back(shop, numbers):
    """Twilio's specification of DELETE: "cannot be re-added"; the page on 80903 says so too."""
    session = shop.sessions(open_with(shop, ANN, BOB).sid)
    ann, _ = session.participants.list()
    ann.delete()
    for spelling in (ANN, "+1 (415) 555-9001"):
        with pytest.raises(TwilioRestException) as refused:
            session.participants.create(identifier=spelling)
        assert (refused.value.status, refused.value.code) == (400, 80103)
    assert session.participants.create(identifier=CAT, proxy_identifier=ann.proxy_identifier).identifier == CAT
    assert mask_of(open_with(shop, ANN, BOB), ANN)


@pytest.mark.parametrize("cooling", ["0", "86400"])
def test_prefer_sticky_never_gives_the_busy_one(shop, numbers, stack: Stack, sdk: Client, cooling):
    """Twilio's guide: prefer-sticky uses the former number if it can; if that number is busy, it does not fail."""
    address = f"{stack.url}/proxy/v1/Services/{shop.fetch().sid}"
    requests.post(address, {"CoolingSeconds": cooling}, auth=(ACCOUNT, TOKEN), timeout=10).raise_for_status()
    former, other = (number.phone_number for number in numbers)
    open_with(shop, ANN, BOB, number=former).update(status="closed")
    busy = shop.sessions(shop.sessions.create().sid)
    busy.participants.create(identifier=ANN, proxy_identifier=former)
    again = open_with(shop, ANN, BOB)
    assert (mask_of(again, ANN), mask_of(again, BOB)) == (other, former)
    with pytest.raises(TwilioRestException) as refused:
        open_with(shop, ANN, CAT)
    assert refused.value.code == 80206
    busy.delete()
    again.update(status="closed")
    assert mask_of(open_with(shop, ANN, BOB), ANN) == other


def test_short_codes_are_none(api):
    """Older SDKs list short codes; the specification has had no short codes since 2025-07."""
    found = api.get("/Services/{service}/ShortCodes").get_json()
    assert (found["short_codes"], found["meta"]["key"], found["meta"]["next_page_url"]) == ([], "short_codes", None)
    api.problem(api.post("/Services/{service}/ShortCodes", {"Sid": new("SC")}), 400, 20001)
    api.problem(api.get("/Services/{service}/ShortCodes/" + new("SC")), 404, 20404)
    api.problem(api.get("/Services/" + new("KS") + "/ShortCodes"), 404, 20404)
