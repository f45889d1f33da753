"""Restricted API keys: only the IAM API v1 creates them, and each allows only what its policy lists. Uses the SDK."""

from __future__ import annotations

import pytest

from simulator import server
from tests.simulator.conftest import ACCOUNT, ALICE, TOKEN, list_refused, point, refused


@pytest.fixture
def iam(carrier, client):
    client.iam.base_url = carrier.url
    return client.iam.v1


@pytest.fixture
def restricted(carrier, iam):
    def make(*allow):
        made = iam.new_api_key.create(account_sid=ACCOUNT, key_type="restricted", policy={"allow": list(allow)})
        assert made.policy == {"allow": list(allow)}
        return point(carrier, made.sid, made.secret, ACCOUNT)

    return make


def test_reading_and_listing_are_two_rights(client, restricted, owned):
    """As seen at Twilio: `read` allows one resource by SID, `list` the collection; 70051 names the missing right."""
    sent = client.messages.create(to=ALICE, from_=owned[0].phone_number, body="hello")
    reader = restricted("/twilio/messaging/messages/read")
    assert reader.messages(sent.sid).fetch().body == "hello"
    with list_refused(70051) as told:
        reader.messages.list()
    assert "HTTP 401" in str(told.value) and "permission twilio/messaging/messages/list is missing" in str(told.value)
    with refused(70051):
        reader.messages.create(to=ALICE, from_=owned[0].phone_number, body="hello")
    with refused(70051):
        reader.messages(sent.sid).delete()


@pytest.mark.parametrize(
    "allow, act",
    [
        ("messaging/messages/create", lambda c, n, m, _: c.messages.create(to=ALICE, from_=n.phone_number, body="x")),
        ("messaging/messages/list", lambda c, n, m, _: c.messages.list()),
        ("messaging/messages/update", lambda c, n, m, _: c.messages(m).update(body="")),
        ("messaging/messages/delete", lambda c, n, m, _: c.messages(m).delete()),
        ("voice/calls/create", lambda c, n, m, _: c.calls.create(to=ALICE, from_=n.phone_number, twiml="<Response/>")),
        ("voice/calls/list", lambda c, n, m, _: c.calls.list()),
        ("voice/calls.recordings/list", lambda c, n, m, call: c.calls(call).recordings.list()),
        ("voice/recordings/list", lambda c, n, m, _: c.recordings.list()),
        ("phone-numbers/incoming-phone-numbers/list", lambda c, n, m, _: c.incoming_phone_numbers.list()),
        ("phone-numbers/incoming-phone-numbers/read", lambda c, n, m, _: c.incoming_phone_numbers(n.sid).fetch()),
        ("phone-numbers/available-phone-numbers/list", lambda c, n, m, _: c.available_phone_numbers("US").local.list()),
    ],
)  # fmt: skip
def test_each_right_and_all_of_a_resource(client, phones, restricted, owned, allow, act):
    message = client.messages.create(to=ALICE, from_=owned[0].phone_number, body="hello").sid
    call = client.calls.create(to=ALICE, from_=owned[0].phone_number, twiml="<Response/>").sid
    phones.settle()
    other = "/twilio/voice/calls/delete"
    with (list_refused if allow.endswith("/list") else refused)(70051):
        act(restricted(other), owned[0], message, call)
    act(restricted(f"/twilio/{allow}", other), owned[0], message, call)
    all_of_it = restricted(f"/twilio/{allow.rpartition('/')[0]}/*")
    if not allow.endswith("/delete"):
        act(all_of_it, owned[0], message, call)


def test_none_manages_keys_or_accounts(carrier, restricted):
    key = restricted("/twilio/voice/calls/*")
    key.iam.base_url = carrier.url
    with refused(20003):
        key.api.accounts(ACCOUNT).fetch()
    with list_refused(20003):
        key.keys.list()
    with refused(20003):
        key.iam.v1.new_api_key.create(account_sid=ACCOUNT)


@pytest.mark.parametrize(
    "code, fields",
    [
        (70002, {"key_type": "restricted", "policy": {"allow": ["/twilio/fakepermission/doesnotexist"]}}),
        (20001, {"key_type": "restricted"}),
        (20001, {"key_type": "restricted", "policy": {"deny": []}}),
        (20001, {"key_type": "restricted", "policy": {"allow": []}}),
        (20001, {"key_type": "restricted", "policy": {"allow": ["/twilio/voice/calls/read"] * 101}}),
        (20001, {"key_type": "main"}),
        (70001, {"friendly_name": "x" * 65}),
    ],
)
def test_bad_ones_are_refused(client, iam, code, fields):
    with refused(code):
        iam.new_api_key.create(account_sid=ACCOUNT, **fields)
    assert client.keys.list() == []


def test_of_another_account_or_of_none(iam):
    with refused(20003):
        iam.new_api_key.create(account_sid="AC" + "b" * 32)
    with refused(20001):
        iam.new_api_key.create(account_sid="")


def test_the_rest_of_the_resource(client, iam):
    made = iam.new_api_key.create(account_sid=ACCOUNT, friendly_name="plain")
    assert made.policy is None and made.secret
    kept = iam.api_key(made.sid)
    assert (kept.fetch().friendly_name, kept.update(friendly_name="desk").friendly_name) == ("plain", "desk")
    for _ in range(2):
        iam.new_api_key.create(account_sid=ACCOUNT)
    assert len(iam.get_api_keys.list(account_sid=ACCOUNT, page_size=2)) == 3 == len(client.keys.list())
    assert kept.delete() is True
    with refused(20404):
        kept.fetch()


def test_the_old_api_makes_a_standard_key(carrier, client, iam):
    """As seen at Twilio: the old API ignores KeyType and Policy, and gives no error."""
    made = client.new_keys.create(friendly_name="x")
    assert iam.api_key(made.sid).fetch().policy is None
    assert len(point(carrier, made.sid, made.secret, ACCOUNT).incoming_phone_numbers.list()) == 10


def test_it_stays_restricted_over_a_restart(tmp_path):
    path = tmp_path / "state.json"
    first = server.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=1, state_file=path)
    owner = point(first)
    owner.iam.base_url = first.url
    made = owner.iam.v1.new_api_key.create(
        account_sid=ACCOUNT, key_type="restricted", policy={"allow": ["/twilio/voice/calls/list"]}
    )
    first.stop()
    second = server.start(account_sid=ACCOUNT, auth_token=TOKEN, numbers=1, state_file=path)
    by_key = point(second, made.sid, made.secret, ACCOUNT)
    assert by_key.calls.list() == []
    with list_refused(70051):
        by_key.incoming_phone_numbers.list()
    second.stop()
