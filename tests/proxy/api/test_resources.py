"""Each resource from creation to deletion, with the unmodified SDK on a real server."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from common.sids import new
from tests.support.stack import ACCOUNT, TOKEN

ANN, BOB, EVE = "+1 (415) 555-9001", "+14155559002", "+14155559003"


def raw(url):
    return requests.get(url, auth=(ACCOUNT, TOKEN), timeout=10).json()


def refused(act):
    with pytest.raises(TwilioRestException) as caught:
        act()
    return caught.value.status, caught.value.code


def test_a_service_is_made_read_changed_and_deleted(stack, sdk):
    services, name = sdk.proxy.v1.services, new("ride hailing ")
    made = services.create(
        unique_name=name,
        default_ttl=60,
        callback_url="https://shop.example/callback",
        geo_match_level="area-code",
        number_selection_behavior="avoid-sticky",
        chat_instance_sid="IS" + "0" * 32,
    )
    assert made.url == f"{stack.url}/proxy/v1/Services/{made.sid}"
    assert made.links == {
        name: f"{made.url}/{path}"
        for name, path in (
            ("sessions", "Sessions"),
            ("phone_numbers", "PhoneNumbers"),
            ("notices", "Notices"),
            ("content_lists", "ContentLists"),
        )
    }
    assert isinstance(made.date_created, datetime)
    assert services(name).fetch().sid == made.sid
    changed = services(made.sid).update(callback_url="", intercept_callback_url="https://shop.example/i", default_ttl=0)
    assert (changed.callback_url, changed.intercept_callback_url) == (None, "https://shop.example/i")
    assert (changed.default_ttl, changed.geo_match_level) == (0, "area-code")
    assert refused(lambda: services.create(unique_name=name)) == (400, 80602)
    assert services(name).delete() is True
    assert refused(services(made.sid).fetch) == (404, 20404)
    again = services.create(unique_name=name)
    assert again.sid != made.sid
    again.delete()


def test_fields_of_ours_are_additive(stack, sdk, shop):
    url = shop.fetch().url
    form = {
        "CoolingSeconds": "5", "CoolingPolicy": "strict", "Language": "es-MX", "EventsUrl": "https://app.example/events",
        "ExpiringSeconds": "600", "OnInterceptFailure": "block", "InterceptTimeout": "7.5", "Whisper": "true",
        "EndCalls": "true", "RingTimeout": "40", "CallTimeLimit": "3600", "OptOutScope": "service",
        "OptOutWords": "STOP,BASTA", "ContentPhone": "mask", "ContentCard": "block", "ContentEmail": "flag",
        "ContentProfanity": "mask", "AllowedCountries": "US,CA", "AllowedPrefixes": "+4420,+353",
        "Delivery": "send", "ContentRetention": "discard", "AddressRetention": "obfuscate",
        "RedactAfter": "3600", "QuietHours": "21:00-08:00", "QuietHoursFor": "all", "QuietHoursExpiry": "3600",
    }  # fmt: skip
    body = requests.post(url, form, auth=(ACCOUNT, TOKEN), timeout=10).json()
    names = {name: re.sub("(?<!^)([A-Z])", r"_\1", name).lower() for name in form}
    shown = {name: json.dumps(body[snake]).strip('"') for name, snake in names.items()}
    assert shown == form
    form = {"Language": "", "EventsUrl": "", "QuietHours": ""}
    cleared = requests.post(url, form, auth=(ACCOUNT, TOKEN), timeout=10).json()
    assert (cleared["language"], cleared["events_url"], cleared["whisper"]) == (None, None, True)
    assert (cleared["quiet_hours"], cleared["quiet_hours_for"]) == (None, "all")


def test_a_participant_may_have_a_language(stack, sdk, shop):
    number = sdk.incoming_phone_numbers.list()[0]
    shop.phone_numbers.create(sid=number.sid)
    session = shop.sessions.create()
    url = session.links["participants"]
    form = {"Identifier": "+14155550177", "Language": "fr"}
    body = requests.post(url, form, auth=(ACCOUNT, TOKEN), timeout=10).json()
    assert body["language"] == "fr"
    given = {"Participants": json.dumps({"identifier": "+14155550178", "language": "de"})}
    made = requests.post(session.url.rpartition("/")[0], given, auth=(ACCOUNT, TOKEN), timeout=10).json()
    people = requests.get(made["links"]["participants"], auth=(ACCOUNT, TOKEN), timeout=10).json()["participants"]
    assert [one["language"] for one in people] == ["de"]
    shop.sessions(made["sid"]).delete()
    shop.sessions(session.sid).delete()
    shop.phone_numbers(number.sid).delete()


def test_a_number_is_added_by_sid_or_by_number_and_removed(stack, sdk, shop):
    one, two = [n for n in sdk.incoming_phone_numbers.list() if n.phone_number.startswith("+1")][:2]
    by_sid = shop.phone_numbers.create(sid=one.sid)
    by_number = shop.phone_numbers.create(phone_number=two.phone_number, is_reserved=True)
    assert (by_sid.sid, by_sid.phone_number, by_sid.is_reserved, by_sid.in_use) == (one.sid, one.phone_number, False, 0)
    assert (by_number.sid, by_number.is_reserved, by_number.iso_country) == (two.sid, True, "US")
    assert [n.sid for n in shop.phone_numbers.list()] == [one.sid, two.sid]
    assert shop.phone_numbers(two.sid).update(is_reserved=False).is_reserved is False
    assert shop.phone_numbers(two.sid).update().is_reserved is False
    assert shop.phone_numbers(two.sid).delete() is True
    assert refused(shop.phone_numbers(two.sid).fetch) == (404, 20404)


def test_a_number_that_the_carrier_does_not_know_is_404(shop):
    assert refused(lambda: shop.phone_numbers.create(sid=new("PN"))) == (404, 20404)
    assert refused(lambda: shop.phone_numbers.create(phone_number="+14155550000"))[0] == 404


def test_a_number_of_another_service_is_80601(sdk, shop, numbers):
    other = sdk.proxy.v1.services(sdk.proxy.v1.services.create(unique_name=new("other-")).sid)
    assert refused(lambda: other.phone_numbers.create(sid=numbers[0].sid)) == (400, 80601)


def test_an_empty_session_and_what_it_says(shop):
    made = shop.sessions.create()
    body = raw(made.url)
    assert (made.status, made.mode, made.ttl, made.closed_reason) == ("open", "voice-and-message", 0, "")
    assert body["unique_name"] is None
    assert body["date_expiry"] is body["date_ended"] is body["date_last_interaction"] is None
    assert made.links == {"interactions": made.url + "/Interactions", "participants": made.url + "/Participants"}


def test_a_session_is_opened_with_its_participants(shop, numbers):
    people = [{"Identifier": ANN, "FriendlyName": "Ann"}, {"identifier": BOB, "friendly_name": "Bob"}]
    made = shop.sessions.create(unique_name="ride 42", mode="message-only", ttl=3600, participants=people)
    ann, bob = shop.sessions(made.sid).participants.list()
    assert (ann.identifier, ann.friendly_name, bob.identifier, bob.friendly_name) == (ANN, "Ann", BOB, "Bob")
    pool = {n.phone_number: n.sid for n in numbers}
    assert pool[ann.proxy_identifier] == ann.proxy_identifier_sid
    assert raw(ann.url)["date_deleted"] is None
    assert ann.links == {"message_interactions": ann.url + "/MessageInteractions"}
    assert sum(n.in_use for n in shop.phone_numbers.list()) == 2


def test_a_unique_name_is_good_in_every_path(shop, numbers):
    shop.sessions.create(unique_name="ride 42")
    ride = shop.sessions("ride 42").fetch()
    joined = shop.sessions("ride 42").participants.create(identifier=ANN)
    assert shop.sessions("ride 42").participants(joined.sid).fetch().identifier == ANN
    assert [p.sid for p in ride.participants.list()] == [joined.sid]
    assert ride.interactions.list() == []
    assert shop.sessions("ride 42").update(ttl=5).ttl == 5
    assert refused(lambda: shop.sessions.create(unique_name="ride 42")) == (400, 80603)
    assert shop.sessions("ride 42").delete() is True
    assert refused(shop.sessions("ride 42").fetch) == (404, 20404)


def test_a_participant_is_removed_softly_and_not_twice_in(shop, numbers):
    session = shop.sessions(shop.sessions.create().sid)
    ann = session.participants.create(identifier=ANN, friendly_name="Ann")
    assert refused(lambda: session.participants.create(identifier=ANN)) == (400, 80103)
    session.participants.create(identifier=BOB)
    assert refused(lambda: session.participants.create(identifier=EVE)) == (400, 80609)
    response = requests.delete(ann.url, auth=(ACCOUNT, TOKEN), timeout=10)
    assert (response.status_code, response.content, "Content-Type" in response.headers) == (204, b"", False)
    assert isinstance(session.participants(ann.sid).fetch().date_deleted, datetime)
    assert len(session.participants.list()) == 2
    session.participants.create(identifier=EVE)


def test_a_session_is_closed_and_opened_again(shop, numbers):
    session = shop.sessions(shop.sessions.create(participants=[{"Identifier": ANN}]).sid)
    closed = session.update(status="closed")
    assert (closed.status, closed.closed_reason) == ("closed", "api")
    assert isinstance(closed.date_ended, datetime)
    assert refused(lambda: session.update(status="closed")) == (400, 80607)
    assert refused(lambda: session.update(ttl=5)) == (400, 80607)
    assert session.update(status="in-progress", ttl=60).status == "in-progress"


def test_dates_are_understood_with_offsets(shop):
    day = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    session = shop.sessions(shop.sessions.create(date_expiry=day).sid)
    assert session.fetch().date_expiry == day
    there = (day + timedelta(hours=7)).replace(tzinfo=None).isoformat() + ".5+05:00"
    assert session.update(date_expiry=there).date_expiry == day + timedelta(hours=2)
    past = {"date_expiry": "2020-01-01T00:00:00Z"}
    assert refused(lambda: shop.sessions.create(**past)) == (400, 20001)


def test_what_no_number_fits_says_why(shop, numbers):
    assert refused(lambda: shop.sessions.create(participants=[{"Identifier": "x"}])) == (400, 80404)
    elsewhere = [{"Identifier": "+4915112345678"}]
    assert refused(lambda: shop.sessions.create(participants=elsewhere)) == (400, 80203)
    for _ in numbers:
        shop.sessions.create(participants=[{"Identifier": ANN}])
    assert refused(lambda: shop.sessions.create(participants=[{"Identifier": ANN}])) == (400, 80206)
    unknown = [{"Identifier": BOB, "ProxyIdentifierSid": new("PN")}]
    assert refused(lambda: shop.sessions.create(participants=unknown)) == (400, 80601)
    taken = [{"Identifier": ANN, "ProxyIdentifier": numbers[0].phone_number}]
    assert refused(lambda: shop.sessions.create(participants=taken)) == (400, 80604)


def test_an_empty_pool_is_80205(shop):
    assert refused(lambda: shop.sessions.create(participants=[{"Identifier": ANN}])) == (400, 80205)


def test_the_sdk_walks_any_list(sdk, shop):
    for _ in range(5):
        shop.sessions.create()
    listed = [one.sid for one in shop.sessions.list(page_size=2)]
    assert len(set(listed)) == 5
    assert [one.sid for one in shop.sessions.list(limit=5000)] == listed
    assert [one.date_created for one in shop.sessions.list()] == sorted(s.date_created for s in shop.sessions.list())
    assert len(shop.sessions.list(limit=3, page_size=2)) == 3


def test_the_carriers_own_key_is_good_here_until_it_is_deleted(stack, sdk):
    key, name = sdk.new_keys.create(friendly_name="of the app"), new("by key ")
    theirs = stack.sdk(key.sid, key.secret)
    assert theirs.proxy.v1.services.create(unique_name=name).account_sid == ACCOUNT
    wrong = stack.sdk(key.sid, key.secret + "x").proxy.v1.services(name)
    assert refused(wrong.fetch) == (401, 20003)
