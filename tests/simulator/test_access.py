"""Credentials, API keys, other people's accounts, and the form of error answers."""

from __future__ import annotations

import pytest
import requests

from tests.simulator.conftest import ACCOUNT, TOKEN, point, refused

OTHER = "AC" + "b" * 32


@pytest.mark.parametrize("auth", [None, (ACCOUNT, "wrong"), (OTHER, TOKEN), ("", ""), (ACCOUNT, "é")])
def test_without_the_right_credentials_nothing_is_told(carrier, auth):
    for path in ("IncomingPhoneNumbers.json", "Nothing.json"):
        answer = requests.get(f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT}/{path}", auth=auth, timeout=5)
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)
        assert set(answer.json()) == {"code", "message", "more_info", "status"}


def test_an_unknown_path_and_a_wrong_method(carrier):
    root = f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT}"
    assert requests.get(f"{root}/Nothing.json", auth=(ACCOUNT, TOKEN), timeout=5).json()["code"] == 20404
    answer = requests.put(f"{root}/Messages.json", auth=(ACCOUNT, TOKEN), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


@pytest.mark.parametrize(
    "method, path, kind, status, code",
    [
        ("GET", "/", "", 404, 20404),
        ("GET", "/nothing", "", 404, 20404),
        ("GET", "/v1/Nothing", "", 404, 20404),
        ("GET", "/sim/nothing", "", 404, 20404),
        ("GET", "{root}", "", 404, 20404),
        ("GET", "{root}/Messages", "", 404, 20404),
        ("GET", "{root}/Messages.xml", "", 404, 20404),
        ("GET", "{root}/Calls/CA0.json", "", 404, 20404),
        ("GET", "{root}/Recordings/RE0.wav", "", 404, 20404),
        ("GET", "{root}/AvailablePhoneNumbers/XX/Local.json", "", 404, 20404),
        ("PUT", "{root}/Messages.json", "application/json", 405, 20004),
        ("DELETE", "/v1/Keys", "", 405, 20004),
        ("PATCH", "/sim/text", "", 405, 20004),
        ("POST", "{root}/Messages.json", "application/json", 415, 20001),
        ("POST", "{root}/Calls.json", "text/plain", 415, 20001),
        ("POST", "/v1/Keys", "application/json", 415, 20001),
    ],
)
def test_every_wrong_request_has_an_error_as_twilios(carrier, method, path, kind, status, code):
    """Twilio does not document its error code for a wrong media type; the simulator uses 20001."""
    url = carrier.url + path.format(root=f"/2010-04-01/Accounts/{ACCOUNT}")
    headers = {"Content-Type": kind} if kind else {}
    answer = requests.request(method, url, data="{}", headers=headers, auth=(ACCOUNT, TOKEN), timeout=5)
    found = answer.json()
    assert (answer.status_code, found["status"], found["code"]) == (status, status, code)
    assert set(found) == {"code", "message", "more_info", "status"}


def test_the_account(client):
    account = client.api.accounts(ACCOUNT).fetch()
    assert (account.sid, account.status, account.type) == (ACCOUNT, "active", "Full")


def test_a_key_works_until_it_is_deleted(client, carrier):
    made = client.new_keys.create(friendly_name="relay")
    by_key = point(carrier, made.sid, made.secret, ACCOUNT)
    assert len(by_key.incoming_phone_numbers.list()) == 10
    assert [(k.sid, k.friendly_name) for k in client.keys.list()] == [(made.sid, "relay")]
    assert client.keys(made.sid).fetch().friendly_name == "relay"
    client.keys(made.sid).delete()
    with refused(20003):
        by_key.incoming_phone_numbers.create(area_code="212")
    with refused(20404):
        client.keys(made.sid).fetch()


def test_the_secret_is_told_once(client, carrier):
    made = client.new_keys.create()
    answer = requests.get(
        f"{carrier.url}/2010-04-01/Accounts/{ACCOUNT}/Keys/{made.sid}.json", auth=(ACCOUNT, TOKEN), timeout=5
    )
    assert made.secret not in answer.text


def test_a_standard_key_manages_neither_keys_nor_accounts(client, carrier):
    made = client.new_keys.create()
    by_key = point(carrier, made.sid, made.secret, ACCOUNT)
    with refused(20003):
        by_key.api.accounts(ACCOUNT).fetch()
    with refused(20003):
        by_key.new_keys.create()


def test_accounts_see_nothing_of_each_other(carrier, client, phones, owned):
    phones.ask("POST", "/accounts", {"sid": OTHER, "auth_token": "other", "numbers": 3})
    other = point(carrier, OTHER, "other")
    assert len(other.incoming_phone_numbers.list()) == 3
    assert not {n.phone_number for n in other.incoming_phone_numbers.list()} & {n.phone_number for n in owned}
    with refused(20404):
        other.incoming_phone_numbers(owned[0].sid).fetch()
    with refused(21606):
        other.messages.create(to="+15105550001", from_=owned[0].phone_number, body="hello")
    with refused(20003):
        point(carrier, OTHER, "other", ACCOUNT).api.accounts(ACCOUNT).fetch()
