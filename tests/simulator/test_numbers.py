"""Listing, buying and configuring phone numbers with the unmodified SDK."""

from __future__ import annotations

import phonenumbers
import pytest

from simulator import server
from tests.simulator.conftest import ACCOUNT, TOKEN, list_refused, point, refused


def test_the_seeds_are_valid_numbers_of_two_countries(owned):
    assert len(owned) == 10
    assert {n.phone_number[:3] for n in owned} == {"+14", "+12", "+16", "+44"}
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(n.phone_number)) for n in owned)
    assert all(n.capabilities["sms"] and n.capabilities["voice"] for n in owned)


def test_a_seed_keeps_its_sid_over_restarts(owned):
    again = server.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=10)
    assert {n.sid for n in point(again).incoming_phone_numbers.list()} == {n.sid for n in owned}
    again.stop()


def test_thousands_of_seeds_are_all_different():
    many = server.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=3000)
    assert len(many.carrier.state.by_phone) == 3000
    many.stop()


def test_fetching_by_sid_and_finding_by_number(client, owned):
    wanted = owned[3]
    assert client.incoming_phone_numbers(wanted.sid).fetch().phone_number == wanted.phone_number
    assert [n.sid for n in client.incoming_phone_numbers.list(phone_number=wanted.phone_number)] == [wanted.sid]
    assert len(client.incoming_phone_numbers.list(phone_number="+1415555****")) == 4
    assert [n.sid for n in client.incoming_phone_numbers.list(friendly_name=wanted.phone_number)] == [wanted.sid]


def test_paging_gives_each_number_once(client):
    sids = [n.sid for n in client.incoming_phone_numbers.list(page_size=3)]
    assert len(sids) == len(set(sids)) == 10


def test_a_page_stays_right_when_the_list_changes_meanwhile(client):
    first = client.incoming_phone_numbers.page(page_size=4)
    seen = [n.sid for n in first]
    client.incoming_phone_numbers(seen[-1]).delete()
    client.incoming_phone_numbers.create(area_code="206")
    rest = [n.sid for n in first.next_page()]
    assert len(rest) == 4 and not set(rest) & set(seen)


def test_every_routing_field_is_kept_and_cleared(client, owned):
    fields = {
        "sms_url": "https://app.example/sms?x=1#rc=5&rp=all",
        "sms_method": "GET",
        "sms_fallback_url": "https://b.example/f",
        "voice_url": "https://app.example/voice",
        "voice_fallback_url": "https://b.example/v",
        "status_callback": "https://app.example/s",
        "sms_application_sid": "AP" + "1" * 32,
        "voice_application_sid": "AP" + "2" * 32,
        "friendly_name": "the front desk",
    }
    client.incoming_phone_numbers(owned[0].sid).update(**fields)
    kept = client.incoming_phone_numbers(owned[0].sid).fetch()
    assert {name: getattr(kept, name) for name in fields} == fields
    cleared = kept.update(sms_url="", sms_application_sid="", voice_application_sid="")
    assert (cleared.sms_url, cleared.sms_application_sid, cleared.voice_application_sid) == ("", None, None)


def test_a_trunk_takes_the_place_of_a_voice_application(client, owned):
    number = client.incoming_phone_numbers(owned[0].sid)
    number.update(voice_application_sid="AP" + "2" * 32)
    assert number.update(trunk_sid="TK" + "3" * 32).voice_application_sid is None
    assert number.update(voice_application_sid="AP" + "2" * 32).trunk_sid is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("sms_url", "not a url", 21402),
        ("voice_url", "ftp://x.example/", 21402),
        ("sms_url", "http://[", 21402),
        ("sms_method", "PUT", 21403),
        ("trunk_sid", "AP" + "1" * 32, 20001),
        ("friendly_name", "x" * 65, 20001),
        ("voice_receive_mode", "loud", 20001),
    ],
)
def test_a_bad_setting_is_refused_and_nothing_changes(client, owned, field, value, code):
    with refused(code):
        client.incoming_phone_numbers(owned[0].sid).update(sms_fallback_url="https://x.example/", **{field: value})
    assert client.incoming_phone_numbers(owned[0].sid).fetch().sms_fallback_url == ""


def test_buying_what_was_offered(client):
    (offer,) = client.available_phone_numbers("US").local.list(area_code=212, limit=1)
    bought = client.incoming_phone_numbers.create(phone_number=offer.phone_number, sms_url="https://app.example/")
    assert (bought.phone_number, bought.sms_url) == (offer.phone_number, "https://app.example/")
    assert offer.phone_number not in {n.phone_number for n in client.available_phone_numbers("US").local.list(limit=50)}
    with refused(21422):
        client.incoming_phone_numbers.create(phone_number=offer.phone_number)


def test_searching_by_digits_letters_kind_and_ability(client):
    us, gb = client.available_phone_numbers("US"), client.available_phone_numbers("GB")
    assert {n.phone_number[-1] for n in us.local.list(contains="415555***7", limit=5)} == {"7"}
    assert us.toll_free.list(limit=1)[0].phone_number.startswith("+1888")
    assert gb.mobile.list(limit=1)[0].phone_number.startswith("+447")
    assert gb.local.list(contains="+44113", limit=1)[0].locality == "Leeds"
    assert gb.toll_free.list(sms_enabled=True) == []
    assert us.local.list(area_code=999) == []


def test_searching_by_place(client):
    us, gb = client.available_phone_numbers("US"), client.available_phone_numbers("GB")
    assert {n.locality for n in us.local.list(in_locality="Chicago", limit=3)} == {"Chicago"}
    assert {n.region for n in us.local.list(in_region="ny", limit=3)} == {"NY"}
    assert {n.phone_number[2:5] for n in us.local.list(in_postal_code="94103", limit=3)} == {"628"}
    assert us.local.list(in_locality="Chicago", in_region="NY") == us.local.list(in_locality="Nowhere") == []
    assert {n.locality for n in gb.local.list(in_locality="London", limit=3)} == {"London"}
    assert us.local.list(in_locality="Chicago", beta=False, exclude_all_address_required=True, limit=1) != []
    assert us.local.list(mms_enabled=False) == [] and gb.local.list(mms_enabled=False, limit=1) != []


@pytest.mark.parametrize(
    "bad",
    [
        {"near_number": "+14155550100"}, {"near_lat_long": "37.8,-122.4"}, {"distance": 10}, {"in_lata": "722"},
        {"in_rate_center": "SNFC CNTRL"}, {"contains": "4"}, {"sms_enabled": "perhaps"},
    ],
)  # fmt: skip
def test_what_cannot_be_searched_by_is_refused(client, bad):
    """If the simulator ignored these filters, a test could pass with numbers that Twilio would never offer."""
    with list_refused(20001):
        client.available_phone_numbers("US").local.list(**bad)


def test_what_cannot_be_bought(client):
    with refused(21421):
        client.incoming_phone_numbers.create(phone_number="12")
    with refused(21422):
        client.incoming_phone_numbers.create(phone_number="+14151234567")
    with refused(21452):
        client.incoming_phone_numbers.create(area_code="999")


def test_a_deleted_number_is_gone_and_for_sale(client, owned):
    assert client.incoming_phone_numbers(owned[0].sid).delete() is True
    with refused(20404):
        client.incoming_phone_numbers(owned[0].sid).fetch()
    again = client.incoming_phone_numbers.create(phone_number=owned[0].phone_number)
    assert again.sid != owned[0].sid


def test_numbers_and_keys_survive_a_restart(tmp_path):
    path = tmp_path / "deep" / "state.json"
    first = server.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=2, state_file=path)
    client = point(first)
    gone, kept = client.incoming_phone_numbers.list()
    gone.delete()
    kept.update(sms_url="https://app.example/sms")
    key = client.new_keys.create()
    first.stop()
    second = server.start(account_sid=ACCOUNT, auth_token="another", numbers=2, state_file=path)
    by_key = point(second, key.sid, key.secret, ACCOUNT)
    assert [(n.sid, n.sms_url) for n in by_key.incoming_phone_numbers.list()] == [(kept.sid, "https://app.example/sms")]
    assert len(point(second, password="another").incoming_phone_numbers.list()) == 1
    assert path.stat().st_mode & 0o077 == 0
    second.stop()
